//! Instants, dates, and the only clock of the program.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use jiff::civil;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

const SECOND: i64 = 1_000_000;
const WEEK: i64 = 7 * 86_400 * SECOND;

/// An instant: microseconds since 1970-01-01T00:00:00Z. Its text is RFC 3339, without a fraction if that is zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time(pub i64);

/// A calendar date; its text is `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date(civil::Date);

/// A text that is not an instant or not a date.
#[derive(Debug, thiserror::Error)]
#[error("not {0}")]
pub struct ParseTimeError(&'static str);

impl Time {
    /// Before every instant that has a text.
    pub const MIN: Self = Self(i64::MIN);
    /// After every instant that has a text.
    pub const MAX: Self = Self(i64::MAX);

    /// The start of its second.
    pub const fn second(self) -> Self {
        Self(self.0.div_euclid(SECOND) * SECOND)
    }

    /// The start of the next second.
    pub const fn next_second(self) -> Self {
        Self(self.second().0 + SECOND)
    }

    /// The start of its day in UTC.
    pub const fn day(self) -> Self {
        const DAY: i64 = 86_400 * SECOND;
        Self(self.0.div_euclid(DAY) * DAY)
    }

    /// A number of weeks later, or earlier if negative.
    pub const fn plus_weeks(self, weeks: i64) -> Self {
        Self(self.0 + weeks * WEEK)
    }

    /// The number of whole seconds since an earlier instant.
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0).div_euclid(SECOND)
    }

    /// A number of seconds later, or earlier if negative.
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0 + seconds * SECOND)
    }

    /// Whole seconds since 1970-01-01T00:00:00Z.
    pub const fn unix_seconds(self) -> i64 {
        self.0.div_euclid(SECOND)
    }

    /// The date in UTC; `None` before the year 0, which `YYYY-MM-DD` cannot represent.
    pub fn date(self) -> Option<Date> {
        Date::from_civil(self.timestamp().to_zoned(jiff::tz::TimeZone::UTC).date())
    }

    /// Parses an instant of RFC 3339 or ISO 8601, in UTC if it has no offset. A date stands for its first instant.
    ///
    /// # Errors
    /// [`ParseTimeError`]
    pub fn parse_lenient(text: &str) -> Result<Self, ParseTimeError> {
        let text = text.trim();
        if let Ok(time) = text.parse() {
            return Ok(time);
        }
        let zoned = || {
            let date_time: civil::DateTime = text.parse().ok()?;
            date_time.to_zoned(jiff::tz::TimeZone::UTC).ok()
        };
        zoned().map(|zoned| Self(zoned.timestamp().as_microsecond())).ok_or(ParseTimeError("an instant"))
    }

    /// Parses the end of a range: like [`Time::parse_lenient`], but a date stands for its last microsecond in UTC.
    ///
    /// # Errors
    /// [`ParseTimeError`]
    pub fn parse_end(text: &str) -> Result<Self, ParseTimeError> {
        let text = text.trim();
        let is_day = !text.contains(['T', 't', ' ', ':']);
        let day = is_day.then(|| text.parse::<civil::Date>().ok()).flatten();
        let next = day.and_then(|day| day.tomorrow().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok());
        next.map_or_else(|| Self::parse_lenient(text), |next| Ok(Self(next.timestamp().as_microsecond() - 1)))
    }

    /// Parses a date of HTTP, such as `Wed, 21 Oct 2015 07:28:00 GMT`.
    ///
    /// # Errors
    /// [`ParseTimeError`]
    pub fn parse_http(text: &str) -> Result<Self, ParseTimeError> {
        let parsed = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text);
        parsed.map(|at| Self(at.as_microsecond())).map_err(|_| ParseTimeError("a date of HTTP"))
    }

    /// The instant as a jiff timestamp, limited to the range of that type.
    pub fn timestamp(self) -> Timestamp {
        let bounded = self.0.clamp(Timestamp::MIN.as_microsecond(), Timestamp::MAX.as_microsecond());
        Timestamp::from_microsecond(bounded).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.timestamp().fmt(f)
    }
}

impl FromStr for Time {
    type Err = ParseTimeError;

    fn from_str(text: &str) -> Result<Self, ParseTimeError> {
        let timestamp: Timestamp = text.parse().map_err(|_| ParseTimeError("an RFC 3339 time"))?;
        Ok(Self(timestamp.as_microsecond()))
    }
}

impl Date {
    /// The first instant of the date in UTC.
    pub fn start(self) -> Time {
        let since = self.0.duration_since(civil::Date::constant(1970, 1, 1));
        Time(since.as_secs() * SECOND)
    }

    /// The number of days since another date; negative if that one is later.
    pub fn days_since(self, other: Self) -> i64 {
        self.0.duration_since(other.0).as_hours() / 24
    }

    /// Converts a jiff date; `None` before the year 0, which `YYYY-MM-DD` cannot represent.
    pub fn from_civil(date: civil::Date) -> Option<Self> {
        (date.year() >= 0).then_some(Self(date))
    }

    /// The date as a jiff date.
    pub const fn civil(self) -> civil::Date {
        self.0
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Date {
    type Err = ParseTimeError;

    fn from_str(text: &str) -> Result<Self, ParseTimeError> {
        let date = (text.len() == 10).then(|| text.parse().ok()).flatten();
        date.map(Self).ok_or(ParseTimeError("a date of the form YYYY-MM-DD"))
    }
}

macro_rules! as_text {
    ($($type:ident: $format:literal),*) => {$(
        impl JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($type).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "format": $format })
            }
        }

        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(|error| de::Error::custom(format!("`{text}` is {error}")))
            }
        }
    )*};
}

as_text!(Time: "date-time", Date: "date");

/// The source of the current time.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The clock of the machine.
    System,
    /// A clock that stands still until it is set.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands still at an instant.
    pub fn manual_at(time: Time) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(time.0)))
    }

    /// The current time.
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    pub fn now(&self) -> Time {
        match self {
            Self::System => Time(Timestamp::now().as_microsecond()),
            Self::Manual(at) => Time(at.load(Ordering::SeqCst)),
        }
    }

    /// Sets a manual clock.
    pub fn set(&self, time: Time) {
        if let Self::Manual(at) = self {
            at.store(time.0, Ordering::SeqCst);
        }
    }

    /// Sets a manual clock if it stands at `from`. Returns whether it did.
    pub fn set_from(&self, from: Time, to: Time) -> bool {
        match self {
            Self::System => false,
            Self::Manual(at) => at.compare_exchange(from.0, to.0, Ordering::SeqCst, Ordering::SeqCst).is_ok(),
        }
    }

    /// Moves a manual clock forward.
    pub fn advance(&self, seconds: i64) {
        if let Self::Manual(at) = self {
            at.fetch_add(seconds * SECOND, Ordering::SeqCst);
        }
    }
}
