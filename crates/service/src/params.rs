//! The bag of parameters that a request carries, in its address, its body or both.

use std::borrow::Cow;

use serde_json::{Map, Value};

use domain::error::Error;
use domain::text::without_nul;

/// Members of a request, by name.
#[derive(Clone, Debug, Default)]
pub struct Params(Map<String, Value>);

impl Params {
    /// The members as they were read.
    ///
    /// # Errors
    /// [`Error::Unreadable`] when a text holds a NUL.
    pub fn new(members: Map<String, Value>) -> Result<Self, Error> {
        without_nul(&members)?;
        Ok(Self(members))
    }

    /// The names of the members.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The member as it was read.
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// Whether the member is there, be it null.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The text of a scalar; none for null, lists and objects.
    pub fn text(&self, name: &str) -> Option<Cow<'_, str>> {
        scalar(self.0.get(name)?)
    }

    /// [`Params::text`], when it is not blank.
    pub fn filled(&self, name: &str) -> Option<Cow<'_, str>> {
        self.text(name).filter(|text| !text.trim().is_empty())
    }
}

/// The members of an object; none for anything else.
pub fn of_value(value: &Value) -> Option<Params> {
    value.as_object().map(|object| Params(object.clone()))
}

/// The text of a scalar; none for null, lists and objects.
pub fn scalar(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Number(number) => Some(Cow::Owned(number.to_string())),
        Value::Bool(flag) => Some(Cow::Borrowed(if *flag { "true" } else { "false" })),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
