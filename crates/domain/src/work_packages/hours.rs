//! Durations of work: hours with two decimals, and their form of ISO 8601.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Hundredths of an hour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hours(pub i64);

/// Its text in the archive is the duration.
impl Serialize for Hours {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hours {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::read(&text, LONGEST_DERIVED).ok_or_else(|| de::Error::custom("not a duration of ISO 8601"))
    }
}

impl db::Column for Hours {
    type Stored<'r> = i64;

    fn read(hundredths: i64) -> db::Result<Self> {
        Ok(Self(hundredths))
    }
}

impl db::Bind for Hours {
    fn value(&self) -> db::Value<'_> {
        self.0.into()
    }
}

/// The longest duration in a request: a million hours.
const LONGEST: i64 = 100_000_000;
/// The longest duration in an archive: what is derived can be longer.
const LONGEST_DERIVED: i64 = 10_000 * LONGEST;
/// A hundredth of an hour in nanoseconds.
const HUNDREDTH: i128 = 36_000_000_000;
const SECOND: i128 = 1_000_000_000;

/// The nearest integer to a quotient; halves go up. The divisor is positive.
pub const fn divide(dividend: i64, divisor: i64) -> i64 {
    (2 * dividend + divisor).div_euclid(2 * divisor)
}

impl Hours {
    /// What is left of it when a percentage is done.
    pub const fn without(self, percent: i64) -> Self {
        Self(divide(self.0 * (100 - percent), 100))
    }

    /// The number of hours: `10`, `2.4`.
    pub fn decimal(self) -> String {
        let (sign, hundredths) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        let text = format!("{sign}{}.{:02}", hundredths / 100, hundredths % 100);
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }

    /// Reads a duration of ISO 8601 in weeks, days, hours, minutes and seconds, with a sign in front or before a number;
    /// `None` for everything else, also for years, months and durations of more than a million hours.
    pub fn parse(text: &str) -> Option<Self> {
        Self::read(text, LONGEST)
    }

    fn read(text: &str, longest: i64) -> Option<Self> {
        let (sign, rest) = signed(text);
        let rest = rest.strip_prefix('P')?;
        let (days, time) = rest.split_once('T').map_or((rest, None), |(days, time)| (days, Some(time)));
        let of_days = sum(days, &[("W", 604_800), ("D", 86_400)])?;
        let of_time = match time {
            Some("") => return None,
            Some(time) => sum(time, &[("H", 3600), ("M", 60), ("S", 1)])?,
            None if days.is_empty() => return None,
            None => 0,
        };
        let nanoseconds = sign * (of_days + of_time);
        let hundredths = (2 * nanoseconds + HUNDREDTH).div_euclid(2 * HUNDREDTH);
        i64::try_from(hundredths).ok().filter(|hundredths| hundredths.abs() <= longest).map(Self)
    }
}

/// The sum of numbers with their units, each of which may be there once, in the order of the list; in nanoseconds.
fn sum(text: &str, units: &[(&str, i128)]) -> Option<i128> {
    let (mut rest, mut total) = (text, 0);
    for (unit, seconds) in units {
        if let Some((number, after)) = rest.split_once(unit) {
            total += number_of(number)?.checked_mul(*seconds)?;
            rest = after;
        }
    }
    rest.is_empty().then_some(total)
}

/// A decimal number of at most twelve digits, in billionths.
fn number_of(text: &str) -> Option<i128> {
    let (sign, text) = signed(text);
    let (whole, fraction) =
        text.split_once(['.', ',']).map_or((text, None), |(whole, part)| (whole, Some(part)));
    let is_digits =
        |text: &str| !text.is_empty() && text.len() <= 12 && text.bytes().all(|b| b.is_ascii_digit());
    if !is_digits(whole) || fraction.is_some_and(|part| !is_digits(part)) {
        return None;
    }
    let billionths: String =
        fraction.unwrap_or_default().chars().chain("000000000".chars()).take(9).collect();
    let value = whole.parse::<i128>().ok()? * SECOND + billionths.parse::<i128>().ok()?;
    Some(sign * value)
}

fn signed(text: &str) -> (i128, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    }
}

/// The duration in days of 24 hours, hours, minutes and seconds: `P1DT6H`, `PT0S`.
impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 < 0 {
            f.write_str("-")?;
        }
        let seconds = self.0.unsigned_abs() * 36;
        let parts = [
            (seconds / 86_400, "D"),
            (seconds / 3600 % 24, "H"),
            (seconds / 60 % 60, "M"),
            (seconds % 60, "S"),
        ];
        f.write_str("P")?;
        let [days, time @ ..] = parts;
        if days.0 > 0 {
            write!(f, "{}{}", days.0, days.1)?;
        }
        let is_time = time.iter().any(|(count, _)| *count > 0);
        if is_time {
            f.write_str("T")?;
        } else if days.0 == 0 {
            f.write_str("T0S")?;
        }
        for (count, unit) in time.iter().filter(|(count, _)| *count > 0) {
            write!(f, "{count}{unit}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_and_written() {
        for (text, hundredths, written) in [
            ("PT5H", 500, "PT5H"),
            ("PT5H30M", 550, "PT5H30M"),
            ("PT1H30M36S", 151, "PT1H30M36S"),
            ("P1D", 2400, "P1D"),
            ("PT24H", 2400, "P1D"),
            ("P1DT4H", 2800, "P1DT4H"),
            ("P23DT2H45M", 55_475, "P23DT2H45M"),
            ("P1W", 16_800, "P7D"),
            ("PT90M", 150, "PT1H30M"),
            ("PT1.5H", 150, "PT1H30M"),
            ("PT0S", 0, "PT0S"),
            ("-PT1H", -100, "-PT1H"),
            ("PT-1H", -100, "-PT1H"),
            ("PT10H7M24.444S", 1012, "PT10H7M12S"),
            ("PT5H40M44.04S", 568, "PT5H40M48S"),
            ("PT18S", 1, "PT36S"),
            ("PT17.999S", 0, "PT0S"),
        ] {
            assert_eq!(Hours::parse(text), Some(Hours(hundredths)), "{text}");
            assert_eq!(Hours(hundredths).to_string(), written);
        }
    }

    #[test]
    fn other_texts_are_not_durations() {
        for text in [
            "",
            "5",
            "5h",
            "P",
            "PT",
            "P1Y",
            "P1M",
            "P1DT",
            "PTH",
            "PT1",
            "PT1S1H",
            "PT1H1H",
            "1D",
            "PT1.H",
            "PT.5H",
            "PT9999999999999H",
            "P999999999W",
            "pt1h",
            " PT1H",
            "PT1H ",
            "--PT1H",
            "PT1e3H",
        ] {
            assert_eq!(Hours::parse(text), None, "{text}");
        }
    }
}
