//! When and where the service makes backups.

use std::num::NonZeroU16;
use std::path::PathBuf;
use std::str::FromStr;

/// Backups that the service makes each day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupSettings {
    /// The folder.
    pub folder: PathBuf,
    /// How many are kept.
    pub keep: NonZeroU16,
    /// When.
    pub at: TimeOfDay,
    /// The public key of age to which they are encrypted, if they are.
    pub recipient: Option<String>,
}

/// A time of the day in UTC, as seconds after midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeOfDay(pub i64);

/// A week of backups.
pub const DEFAULT_KEEP: NonZeroU16 = NonZeroU16::new(7).unwrap();
/// At 02:00.
pub const DEFAULT_AT: TimeOfDay = TimeOfDay(2 * 3_600);

/// A text is not a [`TimeOfDay`].
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a time of the day such as 02:00")]
pub struct ParseTimeOfDayError;

impl FromStr for TimeOfDay {
    type Err = ParseTimeOfDayError;

    fn from_str(text: &str) -> Result<Self, ParseTimeOfDayError> {
        let number = |text: &str, end: i64| {
            let is_plain = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
            let number: Option<i64> = if is_plain { text.parse().ok() } else { None };
            number.filter(|number| *number < end).ok_or(ParseTimeOfDayError)
        };
        let (hour, minute) = text.split_once(':').ok_or(ParseTimeOfDayError)?;
        Ok(Self(number(hour, 24)? * 3_600 + number(minute, 60)? * 60))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_the_day_has_hours_and_minutes() {
        assert_eq!("02:00".parse(), Ok(DEFAULT_AT));
        assert_eq!("23:59".parse(), Ok(TimeOfDay(86_340)));
        for wrong in ["", "2:00", "24:00", "02:60", "02", "02:00:00", "+2:00", "02:-1", "2 am"] {
            assert_eq!(wrong.parse::<TimeOfDay>(), Err(ParseTimeOfDayError), "{wrong}");
        }
    }
}
