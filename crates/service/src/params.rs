//! The parameters of a request, from its query, its body or both.

use std::borrow::Cow;

use serde_json::{Map, Value};

use domain::error::Error;
use domain::text::without_nul;

/// Members of a request, by name.
#[derive(Clone, Debug, Default)]
pub struct Params(Map<String, Value>);

impl Params {
    /// Parameters with these members.
    ///
    /// # Errors
    /// [`Error::Unreadable`] if a text contains a null character.
    pub fn new(members: Map<String, Value>) -> Result<Self, Error> {
        without_nul(&members)?;
        Ok(Self(members))
    }

    /// The names of the members.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The value of a member.
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// Whether a member exists, even if it is null.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The text of a scalar; `None` for null, lists and objects.
    pub fn text(&self, name: &str) -> Option<Cow<'_, str>> {
        scalar(self.0.get(name)?)
    }

    /// [`Params::text`], unless it is blank.
    pub fn filled(&self, name: &str) -> Option<Cow<'_, str>> {
        self.text(name).filter(|text| !text.trim().is_empty())
    }
}

/// The members of an object; `None` for any other value.
pub fn of_value(value: &Value) -> Option<Params> {
    value.as_object().map(|object| Params(object.clone()))
}

/// The text of a scalar; `None` for null, lists and objects.
pub fn scalar(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Number(number) => Some(Cow::Owned(number.to_string())),
        Value::Bool(flag) => Some(Cow::Borrowed(if *flag { "true" } else { "false" })),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The id in a text that consists of digits; `None` for any other text, and for a number that is too large.
pub fn id(text: &str) -> Option<i64> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}
