//! The parameters of a Kantata request, which are read as Ruby and Rails read them: docs/contracts/kantata.md#requests,
//! docs/contracts/kantata.md#paging, docs/contracts/kantata.md#requests-by-id, docs/contracts/kantata.md#orders and
//! docs/contracts/kantata.md#filters.

use std::borrow::Cow;
use std::ops::Deref;

use serde::Serialize;
use serde_json::{Map, Value};

use base::clock::{Date, Time};
use db::List;
use domain::error::Error;
use domain::order::Order;
use domain::span::Span;
use service::params;
use service::params::id;
pub use service::params::scalar;

/// The maximum number of values of one parameter: the maximum number of rows on a page.
pub const MAX_VALUES: usize = 200;

/// The parameters of a request, or of an object in it.
#[derive(Clone, Debug, Default)]
pub struct Params(params::Params);

/// The members of an object; `None` for any other value.
pub fn of_value(value: &Value) -> Option<Params> {
    params::of_value(value).map(Params)
}

impl Deref for Params {
    type Target = params::Params;

    fn deref(&self) -> &params::Params {
        &self.0
    }
}

impl Params {
    /// Parameters with these members.
    ///
    /// # Errors
    /// [`Error::Unreadable`] if a text contains a null character.
    pub fn new(members: Map<String, Value>) -> Result<Self, Error> {
        params::Params::new(members).map(Self)
    }

    /// The object under a name.
    ///
    /// # Errors
    /// [`Error::Unreadable`] if it is absent or not an object.
    pub fn root(&self, name: &str) -> Result<Self, Error> {
        self.object(name).ok_or_else(|| missing_root(name))
    }

    /// The object under a name, if it is one.
    pub fn object(&self, name: &str) -> Option<Self> {
        of_value(self.value(name)?)
    }

    /// The objects of a list under a name.
    ///
    /// # Errors
    /// [`Error::Unreadable`] if an item of the list is not an object.
    pub fn objects(&self, name: &str) -> Result<Option<Vec<Self>>, Error> {
        let Some(Value::Array(items)) = self.value(name) else { return Ok(None) };
        items.iter().map(of_value).collect::<Option<_>>().map(Some).ok_or_else(|| missing_root(name))
    }

    /// An attribute in a body: `None` if absent, the empty text if it is not a scalar.
    pub fn attribute(&self, name: &str) -> Option<String> {
        self.has(name).then(|| self.text(name).unwrap_or_default().into_owned())
    }

    /// An attribute in a body that may be null; the outer `None` means that it is absent.
    pub fn optional(&self, name: &str) -> Option<Option<String>> {
        self.has(name).then(|| self.text(name).map(Cow::into_owned))
    }

    /// One of several words in a body: `None` if absent, null or blank; the empty text, which is not a word, for a
    /// list or an object.
    pub fn choice(&self, name: &str) -> Option<String> {
        match self.value(name)? {
            Value::Null => None,
            Value::Array(_) | Value::Object(_) => Some(String::new()),
            _ => self.filled(name).map(Cow::into_owned),
        }
    }

    /// An id or a number in a body: `None` if absent or blank.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.filled(name).map(|text| ruby_integer(&text))
    }

    /// A flag in a body, as Rails casts it: `None` if absent or blank.
    pub fn flag(&self, name: &str) -> Option<bool> {
        let text = self.filled(name)?;
        Some(!matches!(&*text, "false" | "FALSE" | "f" | "F" | "0" | "off" | "OFF"))
    }

    /// A boolean filter: texts other than `true` and `false` are true, as in Ruby.
    pub fn switch(&self, name: &str) -> Option<bool> {
        self.filled(name).map(|text| !matches!(&*text, "false" | "FALSE"))
    }

    /// A date in a body; `Some(None)` clears it.
    ///
    /// # Errors
    /// [`Error::Unreadable`] if it is not a date.
    pub fn date(&self, name: &str) -> Result<Option<Option<Date>>, Error> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::Null) => Ok(Some(None)),
            Some(value) => match scalar(value).as_deref() {
                Some("") => Ok(Some(None)),
                text => {
                    let date = text.and_then(|text| Time::parse_lenient(text).ok()?.date());
                    date.map(|date| Some(Some(date))).ok_or_else(|| unreadable(name, "a date"))
                }
            },
        }
    }

    /// `{name}_after` and `{name}_before` as a half-open range. Both filters are strict, and compare the whole seconds
    /// that responses show.
    ///
    /// # Errors
    /// [`Error::Unreadable`] if one is not an instant.
    pub fn range(&self, name: &str) -> Result<Span, Error> {
        let after = self.instant(&format!("{name}_after"))?.map_or(Time::MIN, Time::next_second);
        let before = self
            .instant(&format!("{name}_before"))?
            .map_or(Time::MAX, |time| if time == time.second() { time } else { time.next_second() });
        Ok(Span::new(after, before))
    }

    fn instant(&self, name: &str) -> Result<Option<Time>, Error> {
        match self.value(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => match scalar(value) {
                Some(text) if text.trim().is_empty() => Ok(None),
                // An unescaped `+` of a time offset arrives as a space.
                Some(text) => Time::parse_lenient(&text)
                    .or_else(|_| Time::parse_lenient(&text.replacen(' ', "+", 1)))
                    .map(Some)
                    .map_err(|_| unreadable(name, "a date")),
                None => Err(unreadable(name, "a date")),
            },
        }
    }

    /// A filter by texts, one or a list; `None` if it is not applied.
    ///
    /// # Errors
    /// [`Error::Unreadable`] if it is an object, [`Error::TooMuch`] if it has more than [`MAX_VALUES`] values.
    pub fn texts(&self, name: &str) -> Result<Option<List<String>>, Error> {
        self.list(name, str::to_owned)
    }

    /// A filter by ids, one or a list; `None` if it is not applied.
    ///
    /// # Errors
    /// [`Error::Unreadable`] if it is an object, [`Error::TooMuch`] if it has more than [`MAX_VALUES`] values.
    pub fn ids<T: Serialize + From<i64>>(&self, name: &str) -> Result<Option<List<T>>, Error> {
        self.list(name, |text| ruby_integer(text).into())
    }

    fn list<T: Serialize>(&self, name: &str, read: impl Fn(&str) -> T) -> Result<Option<List<T>>, Error> {
        match self.value(name) {
            Some(Value::Object(_)) => Err(unreadable(name, "a value")),
            Some(Value::Array(items)) => {
                bounded(name, items.len())?;
                Ok(Some(items.iter().filter_map(scalar).map(|text| read(&text)).collect()))
            }
            _ => Ok(self.filled(name).map(|text| [read(&text)].into())),
        }
    }

    /// A filter by texts, separated by commas.
    ///
    /// # Errors
    /// [`Error::Unreadable`] if it is an object, [`Error::TooMuch`] if it has more than [`MAX_VALUES`] values.
    pub fn comma_list(&self, name: &str) -> Result<Option<List<String>>, Error> {
        match self.filled(name) {
            Some(text) => {
                let texts: Vec<String> = text.split(',').map(str::to_owned).collect();
                bounded(name, texts.len())?;
                Ok(Some(texts.into()))
            }
            None => self.texts(name),
        }
    }

    /// A filter by ids, separated by commas.
    ///
    /// # Errors
    /// [`Error::Unreadable`] if it is an object, [`Error::TooMuch`] if it has more than [`MAX_VALUES`] values.
    pub fn comma_ids<T: Serialize + From<i64>>(&self, name: &str) -> Result<Option<List<T>>, Error> {
        match self.filled(name) {
            Some(text) => {
                let ids: Vec<T> = text.split(',').map(|text| ruby_integer(text).into()).collect();
                bounded(name, ids.len())?;
                Ok(Some(ids.into()))
            }
            None => self.ids(name),
        }
    }

    /// Returns whether this is a request by id, which has no pages.
    pub fn asks_by_id(&self) -> bool {
        self.value("only").is_some_and(|only| match scalar(only) {
            Some(text) => !text.trim().is_empty(),
            None => !only.is_null(),
        })
    }

    /// `only`: the ids of a request by id without duplicates. Items that are not numbers are ignored.
    ///
    /// # Errors
    /// [`Error::TooMuch`] if it has more than [`MAX_VALUES`] ids.
    pub fn only<T: Serialize + From<i64>>(&self) -> Result<Option<List<T>>, Error> {
        if !self.asks_by_id() {
            return Ok(None);
        }
        let text = self.text("only").unwrap_or_default();
        let mut ids: Vec<i64> = text.split(',').filter_map(id).collect();
        ids.sort_unstable();
        ids.dedup();
        bounded("only", ids.len())?;
        Ok(Some(ids.into_iter().map(T::from).collect()))
    }

    /// The known names in `include`, in the order of the request.
    pub fn includes(&self, known: &[&'static str]) -> Vec<&'static str> {
        let requested = self.text("include").unwrap_or_default();
        let mut found = Vec::new();
        for name in requested.split(',').filter_map(|name| known.iter().find(|known| **known == name)) {
            if !found.contains(name) {
                found.push(*name);
            }
        }
        found
    }

    /// Returns whether `optional_fields` names a field.
    pub fn asks_for_field(&self, name: &str) -> bool {
        self.text("optional_fields")
            .is_some_and(|requested| requested.split(',').any(|field| field.trim() == name))
    }

    /// `order`; the default if the attribute is unknown.
    pub fn order<S: Copy>(&self, known: &[(&str, S)], default: Order<S>) -> Order<S> {
        let requested = self.text("order").unwrap_or_default();
        let (name, direction) = requested.split_once(':').unwrap_or((&requested, ""));
        let found = known.iter().find(|(known, _)| *known == name);
        found.map_or(default, |(_, by)| Order { by: *by, descending: direction == "desc" })
    }

    /// Returns whether the default filters apply (docs/contracts/kantata.md#requests-by-id).
    pub fn applies_default_filters(&self) -> bool {
        let text = self.text("apply_default_filters");
        text.is_none_or(|text| matches!(&*text, "true" | "TRUE" | "1"))
    }
}

/// The result of `to_i` in Ruby: spaces, a sign, then digits; anything else is 0.
pub fn ruby_integer(text: &str) -> i64 {
    let text = text.trim_start();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let digits = digits.bytes().take_while(u8::is_ascii_digit);
    let value =
        digits.fold(0_i64, |value, digit| value.saturating_mul(10).saturating_add(i64::from(digit - b'0')));
    if negative { -value } else { value }
}

/// The error for a body without its root.
pub fn missing_root(name: &str) -> Error {
    Error::unreadable(format!("param is missing or the value is empty: {name}"))
}

/// Returns `Ok` if a parameter may have this number of values.
fn bounded(name: &str, values: usize) -> Result<(), Error> {
    if values > MAX_VALUES {
        let message = format!("{name} has more than {MAX_VALUES} values: send them in several requests");
        return Err(Error::TooMuch(message));
    }
    Ok(())
}

fn unreadable(name: &str, what: &str) -> Error {
    Error::unreadable(format!("{name} is not {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(members: Value) -> Params {
        let Value::Object(members) = members else { panic!("not an object") };
        Params::new(members).unwrap()
    }

    #[test]
    fn integers_are_read_as_in_ruby() {
        let cases = [("12abc", 12), ("abc", 0), ("", 0), (" -3", -3), ("+7", 7), ("1_000", 1), ("--1", 0)];
        for (text, value) in cases {
            assert_eq!(ruby_integer(text), value, "{text:?}");
        }
        assert_eq!(ruby_integer("99999999999999999999"), i64::MAX);
        assert_eq!(ruby_integer("-99999999999999999999"), -i64::MAX);
    }

    #[test]
    fn only_keeps_items_that_are_numbers() {
        let only = |value| params(serde_json::json!({ "only": value })).only::<i64>().unwrap();
        assert_eq!(only("5,foo,6x, 7,5,3,99999999999999999999".into()), Some([3, 5].into()));
        assert_eq!(only("foo".into()), Some([].into()));
        assert_eq!(only(serde_json::json!(["5"])), Some([].into()));
        assert_eq!(only("".into()), None);
        assert_eq!(only(Value::Null), None);
        assert_eq!(only(5.into()), Some([5].into()));
    }

    #[test]
    fn ranges_are_strict_to_the_second() {
        let range = |text: &str| {
            let value = Value::from(text);
            params(serde_json::json!({ "created_after": value, "created_before": value })).range("created")
        };
        let at = |text: &str| text.parse::<Time>().unwrap();
        let second = Span::new(at("2026-01-02T03:04:06Z"), at("2026-01-02T03:04:05Z"));
        assert_eq!(range("2026-01-02T03:04:05Z").unwrap(), second);
        assert_eq!(range("2026-01-02T04:04:05 01:00").unwrap(), second);
        assert_eq!(range("2026-01-02T03:04:05").unwrap(), second);
        assert_eq!(range("2026-01-02").unwrap().end, at("2026-01-02T00:00:00Z"));
        let inside = Span::new(at("2026-01-02T03:04:06Z"), at("2026-01-02T03:04:06Z"));
        assert_eq!(range("2026-01-02T03:04:05.5Z").unwrap(), inside);
        assert_eq!(range(" ").unwrap(), Span::ALWAYS);
        assert!(range("soon").is_err());
    }

    #[test]
    fn an_unknown_order_is_the_default_with_its_direction() {
        let order = |text: &str| {
            params(serde_json::json!({ "order": text }))
                .order(&[("a", 'a'), ("b", 'b')], Order::descending('b'))
        };
        assert_eq!(order("a:desc"), Order::descending('a'));
        assert_eq!(order("a"), Order::ascending('a'));
        assert_eq!(order("b:DESC"), Order::ascending('b'));
        assert_eq!(order("bogus:asc"), Order::descending('b'));
        assert_eq!(order(""), Order::descending('b'));
    }
}
