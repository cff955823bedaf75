//! Forms of settings: times, lists and booleans, as arguments, variables and the settings file write them.

use std::convert::Infallible;
use std::fmt::{self, Display};
use std::marker::PhantomData;
use std::str::FromStr;
use std::time::Duration;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer};

/// A time such as `200ms`, `15s` or `1m 30s`, longer than zero and at most a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeLimit(pub Duration);

/// A time like [`TimeLimit`], or `0s`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delay(pub Duration);

/// A text is not a [`TimeLimit`].
#[derive(Debug, thiserror::Error)]
#[error("not a time such as 200ms, 15s or 3m, up to a day")]
pub struct ParseTimeError;

/// A list of texts: one text with commas, or, in the settings file, an array.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "Listed")]
pub struct List(pub Vec<String>);

#[derive(Deserialize)]
#[serde(untagged)]
enum Listed {
    List(Vec<String>),
    Text(String),
}

impl From<Listed> for List {
    fn from(listed: Listed) -> Self {
        match listed {
            Listed::List(list) => Self(list.iter().flat_map(|text| split(text)).collect()),
            Listed::Text(text) => Self(split(&text).collect()),
        }
    }
}

impl FromStr for List {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(split(text).collect()))
    }
}

fn split(text: &str) -> impl Iterator<Item = String> {
    text.split(',').map(str::trim).filter(|one| !one.is_empty()).map(str::to_owned)
}

impl FromStr for TimeLimit {
    type Err = ParseTimeError;

    fn from_str(text: &str) -> Result<Self, ParseTimeError> {
        const DAY: Duration = Duration::from_hours(24);
        let signed: jiff::SignedDuration = text.parse().map_err(|_| ParseTimeError)?;
        let limit = Duration::try_from(signed).map_err(|_| ParseTimeError)?;
        if limit.is_zero() || limit > DAY { Err(ParseTimeError) } else { Ok(Self(limit)) }
    }
}

impl FromStr for Delay {
    type Err = ParseTimeError;

    fn from_str(text: &str) -> Result<Self, ParseTimeError> {
        let is_zero = text.parse::<jiff::SignedDuration>().is_ok_and(|delay| delay.is_zero());
        if is_zero { Ok(Self(Duration::ZERO)) } else { text.parse().map(|TimeLimit(delay)| Self(delay)) }
    }
}

/// Reads a setting of the file from a text, without the spaces around it, or from a number. An empty text is unset.
pub(super) fn text<'de, D: Deserializer<'de>, T: FromStr<Err: Display>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    struct Text<T>(PhantomData<T>);

    impl<T: FromStr<Err: Display>> Visitor<'_> for Text<T> {
        type Value = Option<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a string or an integer")
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
            let text = text.trim();
            if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(E::custom) }
        }

        fn visit_i64<E: de::Error>(self, number: i64) -> Result<Self::Value, E> {
            self.visit_str(&number.to_string())
        }
    }

    deserializer.deserialize_any(Text(PhantomData))
}

/// Reads a boolean of the file, as TOML or as a variable writes it.
pub(super) fn boolean<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Spelled {
        Value(bool),
        Number(i64),
        Text(String),
    }

    let text = match Spelled::deserialize(deserializer)? {
        Spelled::Value(value) => return Ok(Some(value)),
        Spelled::Number(number) => number.to_string(),
        Spelled::Text(text) => text,
    };
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    is_on(text).map(Some).ok_or_else(|| de::Error::custom(NOT_A_BOOLEAN))
}

/// The error of a text that [`is_on`] does not know.
pub const NOT_A_BOOLEAN: &str = "neither true, yes, on or 1 nor false, no, off or 0";

/// Reads a boolean, in any case.
pub fn is_on(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => Some(true),
        "false" | "no" | "off" | "0" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::settings::options::Options;

    #[test]
    fn a_number_of_the_file_is_an_integer_or_a_text_with_one() {
        for key in [
            "event_retention_days",
            "rate_limit",
            "address_limit",
            "concurrency_limit",
            "login_limit",
            "max_connections",
        ] {
            let read = |value: &str| toml::from_str::<Options>(&format!("{key} = {value}"));
            for value in ["64", "'64'", "' 64 '", "''"] {
                assert!(read(value).is_ok(), "{key} = {value}");
            }
            for value in ["6.5", "'6.5'", "true", "-1", "'-1'", "[64]", "'many'", "'64 requests'"] {
                assert!(read(value).is_err(), "{key} = {value}");
            }
        }
    }
}
