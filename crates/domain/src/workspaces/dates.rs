//! The operators by which OpenProject filters instants, as spans of time in UTC: `=d` on a day, `<>d` between two, `t-`, `>t-`
//! and `<t-` by how many days ago, `t` today, `w` this week.

use crate::span::Span;
use base::clock::{Date, Time};

/// A day in seconds.
const DAY: i64 = 86_400;
/// The maximal number of days in a filter, longer than any history.
pub const MOST_DAYS: i64 = 1_000_000;

/// The span of an operator with its values; `None` for an unknown operator.
pub fn span(now: Time, operator: &str, values: &[String]) -> Option<Result<Span, &'static str>> {
    let days_ago = |days: i64| now.day().plus_seconds(-days * DAY);
    let end_of = |start: Time| start.plus_seconds(DAY);
    let day = |start: Time| Span::new(start, end_of(start));
    let ago = || {
        let days = values.first().and_then(|text| text.trim().parse().ok());
        days.filter(|days| (0..=MOST_DAYS).contains(days)).ok_or("needs a number of days.")
    };
    Some(match operator {
        "t" => Ok(day(days_ago(0))),
        "w" => {
            let monday = days_ago(since_monday(now));
            Ok(Span::new(monday, monday.plus_weeks(1)))
        }
        "t-" => ago().map(|days| day(days_ago(days))),
        ">t-" => ago().map(|days| Span::new(days_ago(days), end_of(days_ago(0)))),
        "<t-" => ago().map(|days| Span::new(Time::MIN, end_of(days_ago(days)))),
        "=d" => match values {
            [text] => bound(text, false).map(|time| day(time.day())),
            _ => Err("needs a date."),
        },
        "<>d" => between(values),
        _ => return None,
    })
}

/// The number of days since Monday in UTC. The first day of the Unix epoch is a Thursday.
fn since_monday(now: Time) -> i64 {
    (now.unix_seconds().div_euclid(DAY) + 3).rem_euclid(7)
}

/// Either end may be left open with an empty text.
fn between(values: &[String]) -> Result<Span, &'static str> {
    let [from, to] = values else { return Err("needs two dates.") };
    let open = |text: &str| text.trim().is_empty();
    if open(from) && open(to) {
        return Err("needs a date.");
    }
    let from = if open(from) { Time::MIN } else { bound(from, false)? };
    let to = if open(to) { Time::MAX } else { bound(to, true)? };
    Ok(Span::new(from, to))
}

/// An instant of ISO 8601, or the start of a date; where a span ends with it, the end of its second or of the date.
fn bound(text: &str, is_end: bool) -> Result<Time, &'static str> {
    let time = Time::parse_lenient(text).map_err(|_| "needs a date of ISO 8601.")?;
    let is_date = text.trim().parse::<Date>().is_ok();
    Ok(match (is_end, is_date) {
        (false, _) => time,
        (true, true) => time.plus_seconds(DAY),
        (true, false) => time.next_second(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_of_whole_days_and_both_ends_count() {
        // A Wednesday.
        let now: Time = "2026-02-18T16:00:03Z".parse().expect("a time");
        let cases: [(&str, &[&str], &str, &str); 11] = [
            ("t", &[], "2026-02-18T00:00:00Z", "2026-02-19T00:00:00Z"),
            ("w", &[], "2026-02-16T00:00:00Z", "2026-02-23T00:00:00Z"),
            ("t-", &["2"], "2026-02-16T00:00:00Z", "2026-02-17T00:00:00Z"),
            (">t-", &["2"], "2026-02-16T00:00:00Z", "2026-02-19T00:00:00Z"),
            ("<t-", &["2"], "", "2026-02-17T00:00:00Z"),
            ("=d", &["2026-02-01"], "2026-02-01T00:00:00Z", "2026-02-02T00:00:00Z"),
            ("=d", &["2026-02-01T12:00:00Z"], "2026-02-01T00:00:00Z", "2026-02-02T00:00:00Z"),
            ("<>d", &["2026-02-01", "2026-02-03"], "2026-02-01T00:00:00Z", "2026-02-04T00:00:00Z"),
            ("<>d", &["2026-02-01T10:00:00+01:00", ""], "2026-02-01T09:00:00Z", ""),
            ("<>d", &["", "2026-02-03T10:00:00Z"], "", "2026-02-03T10:00:01Z"),
            ("<>d", &["2026-02-03", "2026-02-01"], "2026-02-03T00:00:00Z", "2026-02-02T00:00:00Z"),
        ];
        for (operator, values, from, to) in cases {
            let values: Vec<String> = values.iter().map(|&text| text.to_owned()).collect();
            let at = |text: &str, open| if text.is_empty() { open } else { text.parse().expect("a time") };
            let expected = Span::new(at(from, Time::MIN), at(to, Time::MAX));
            assert_eq!(span(now, operator, &values), Some(Ok(expected)), "{operator} {values:?}");
        }
    }

    #[test]
    fn values_that_are_no_dates_are_errors() {
        for (operator, values) in [
            ("=d", vec![]),
            ("=d", vec!["soon"]),
            ("<>d", vec!["2026-02-01"]),
            ("<>d", vec!["", ""]),
            ("t-", vec!["-1"]),
            (">t-", vec!["x"]),
            ("<t-", vec![]),
            ("t-", vec!["99999999999999"]),
        ] {
            let values: Vec<String> = values.into_iter().map(str::to_owned).collect();
            assert!(matches!(span(Time(0), operator, &values), Some(Err(_))), "{operator} {values:?}");
        }
        assert_eq!(span(Time(0), "=", &[]), None);
    }
}
