//! Instants and dates, and the one clock that they are read from.

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

/// An instant: microseconds since 1970-01-01T00:00:00Z. Its text is RFC 3339, with a fraction only where it has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time(pub i64);

/// A calendar date; its text is `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date(civil::Date);

/// A text that is no instant or no date.
#[derive(Debug, thiserror::Error)]
#[error("not {0}")]
pub struct NotATime(&'static str);

impl Time {
    /// Before every instant that can be written.
    pub const MIN: Self = Self(i64::MIN);
    /// After every instant that can be written.
    pub const MAX: Self = Self(i64::MAX);

    /// The start of the second that it lies in.
    pub const fn second(self) -> Self {
        Self(self.0.div_euclid(SECOND) * SECOND)
    }

    /// The first instant of the second after the one that it lies in.
    pub const fn next_second(self) -> Self {
        Self(self.second().0 + SECOND)
    }

    /// The start of the day (UTC) that it lies in.
    pub const fn day(self) -> Self {
        const DAY: i64 = 86_400 * SECOND;
        Self(self.0.div_euclid(DAY) * DAY)
    }

    /// So many weeks later, or earlier when negative.
    pub const fn plus_weeks(self, weeks: i64) -> Self {
        Self(self.0 + weeks * WEEK)
    }

    /// How many whole seconds it is after another instant.
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0).div_euclid(SECOND)
    }

    /// So many seconds later, or earlier when negative.
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0 + seconds * SECOND)
    }

    /// Whole seconds since 1970-01-01T00:00:00Z.
    pub const fn unix_seconds(self) -> i64 {
        self.0.div_euclid(SECOND)
    }

    /// The calendar date in UTC; none before the year 0, which `YYYY-MM-DD` cannot write.
    pub fn date(self) -> Option<Date> {
        Date::from_civil(self.timestamp().to_zoned(jiff::tz::TimeZone::UTC).date())
    }

    /// An instant of RFC 3339 or ISO 8601: with an offset, or else in UTC; a bare date is its first instant.
    ///
    /// # Errors
    /// [`NotATime`]
    pub fn parse_lenient(text: &str) -> Result<Self, NotATime> {
        let text = text.trim();
        if let Ok(time) = text.parse() {
            return Ok(time);
        }
        let zoned = || {
            let date_time: civil::DateTime = text.parse().ok()?;
            date_time.to_zoned(jiff::tz::TimeZone::UTC).ok()
        };
        zoned().map(|zoned| Self(zoned.timestamp().as_microsecond())).ok_or(NotATime("an instant"))
    }

    /// The end of something: an instant as [`Time::parse_lenient`] reads it, or a day, with which it ends, in UTC.
    ///
    /// # Errors
    /// [`NotATime`]
    pub fn parse_end(text: &str) -> Result<Self, NotATime> {
        let text = text.trim();
        let is_day = !text.contains(['T', 't', ' ', ':']);
        let day = is_day.then(|| text.parse::<civil::Date>().ok()).flatten();
        let next = day.and_then(|day| day.tomorrow().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok());
        // Its last microsecond, so that the day is seen in it.
        next.map_or_else(|| Self::parse_lenient(text), |next| Ok(Self(next.timestamp().as_microsecond() - 1)))
    }

    /// The instant as the library for calendars knows it; what lies beyond its years is at their ends.
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
    type Err = NotATime;

    fn from_str(text: &str) -> Result<Self, NotATime> {
        let timestamp: Timestamp = text.parse().map_err(|_| NotATime("an RFC 3339 time"))?;
        Ok(Self(timestamp.as_microsecond()))
    }
}

impl Date {
    /// Its first instant, in UTC.
    pub fn start(self) -> Time {
        let since = self.0.duration_since(civil::Date::constant(1970, 1, 1));
        Time(since.as_secs() * SECOND)
    }

    /// A day of the library for calendars; none before the year 0, which `YYYY-MM-DD` cannot write.
    pub fn from_civil(date: civil::Date) -> Option<Self> {
        (date.year() >= 0).then_some(Self(date))
    }

    /// The day as the library for calendars knows it.
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
    type Err = NotATime;

    fn from_str(text: &str) -> Result<Self, NotATime> {
        let date = (text.len() == 10).then(|| text.parse().ok()).flatten();
        date.map(Self).ok_or(NotATime("a date of the form YYYY-MM-DD"))
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

/// Where "now" comes from.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's.
    System,
    /// One that stands still until it is moved.
    Standing(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at an instant.
    pub fn standing_at(time: Time) -> Self {
        Self::Standing(Arc::new(AtomicI64::new(time.0)))
    }

    /// The present instant.
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    pub fn now(&self) -> Time {
        match self {
            Self::System => Time(Timestamp::now().as_microsecond()),
            Self::Standing(at) => Time(at.load(Ordering::SeqCst)),
        }
    }

    /// Moves a standing clock to an instant.
    pub fn move_to(&self, time: Time) {
        if let Self::Standing(at) = self {
            at.store(time.0, Ordering::SeqCst);
        }
    }

    /// Moves a standing clock, unless it is no longer at `from`; whether it did.
    pub fn move_from(&self, from: Time, to: Time) -> bool {
        match self {
            Self::System => false,
            Self::Standing(at) => {
                at.compare_exchange(from.0, to.0, Ordering::SeqCst, Ordering::SeqCst).is_ok()
            }
        }
    }

    /// Moves a standing clock.
    pub fn advance(&self, seconds: i64) {
        if let Self::Standing(at) = self {
            at.fetch_add(seconds * SECOND, Ordering::SeqCst);
        }
    }
}
