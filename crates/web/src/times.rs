//! Times in the reader's time zone and language, with the exact time on hover.

use std::fmt::Write;

use super::reader::Reader;
use base::clock::{Date, Time};

const DAY: i64 = 86_400;

impl Reader {
    /// The date of a time, as HTML.
    pub fn day(&self, time: Time) -> String {
        let at = self.zoned(time);
        self.element(time, &self.date_text(at.date()))
    }

    /// The reader's present day; `None` before the year 0.
    pub fn today(&self) -> Option<Date> {
        Date::from_civil(self.zoned(self.now).date())
    }

    /// When a day of the reader begins.
    pub fn start_of(&self, day: jiff::civil::Date) -> Option<Time> {
        day.to_zoned(self.zone.clone()).ok().map(|start| Time(start.timestamp().as_microsecond()))
    }

    /// The last microsecond of a day of the reader.
    pub fn end_of(&self, day: jiff::civil::Date) -> Option<Time> {
        Some(Time(self.start_of(day.tomorrow().ok()?)?.0 - 1))
    }

    /// The age of a time, as HTML.
    pub fn ago(&self, time: Time) -> String {
        self.element(time, &self.age(time))
    }

    /// The age of a time, counted in calendar days of the reader.
    pub fn age(&self, time: Time) -> String {
        let days = self.zoned(self.now).date().duration_since(self.zoned(time).date()).as_hours() / 24;
        if days < 1 { self.language.t("age-today").into_owned() } else { self.duration(days * DAY) }
    }

    /// A duration, given in seconds.
    pub fn duration(&self, seconds: i64) -> String {
        let days = seconds / DAY;
        let (key, count) = match days {
            ..1 => return self.language.t("age-less").into_owned(),
            1..14 => ("age-days", days),
            14..90 => ("age-weeks", days / 7),
            90..730 => ("age-months", days / 30),
            _ => ("age-years", days / 365),
        };
        self.language.say(key, [("count", count.into())])
    }

    /// Date, time and time zone.
    pub fn exact(&self, time: Time) -> String {
        let at = self.zoned(time);
        let day = self.date_text(at.date());
        format!("{day}, {:02}:{:02}:{:02} {}", at.hour(), at.minute(), at.second(), at.strftime("%Z"))
    }

    /// Date, hour and minute.
    pub fn minute(&self, at: &jiff::Zoned) -> String {
        format!("{}, {:02}:{:02}", self.date_text(at.date()), at.hour(), at.minute())
    }

    /// A date.
    pub fn date(&self, date: Date) -> String {
        self.date_text(date.civil())
    }

    /// The short name of a month, from 1 to 12.
    pub fn month(&self, month: i8) -> String {
        self.language.month(month)
    }

    fn date_text(&self, date: jiff::civil::Date) -> String {
        self.language.date(date)
    }

    fn element(&self, time: Time, text: &str) -> String {
        let mut html = String::new();
        // These texts are our own, and need no escaping.
        let written = write!(html, "<time datetime=\"{time}\" title=\"{}\">{text}</time>", self.exact(time));
        written.expect("writing to a string succeeds");
        html
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, Uri, header};

    use super::*;
    use service::settings::Settings;

    fn reader(cookies: &'static str) -> Reader {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, cookies.parse().expect("a header"));
        Reader::of(
            &Settings::default(),
            &headers,
            &Uri::from_static("/"),
            "2026-02-16T16:00:03Z".parse().expect("a time"),
        )
    }

    #[test]
    fn instants_are_of_the_readers_zone_and_language() {
        let at: Time = "2026-03-01T23:30:05Z".parse().expect("a time");
        for (cookies, shown) in [
            (
                "",
                "<time datetime=\"2026-03-01T23:30:05Z\" title=\"1 Mar 2026, 23:30:05 UTC\">1 Mar 2026</time>",
            ),
            (
                "zone=Europe/Berlin; language=de",
                "<time datetime=\"2026-03-01T23:30:05Z\" title=\"2. März 2026, 00:30:05 CET\">2. März 2026</time>",
            ),
            (
                "zone=Nowhere/\"><script>",
                "<time datetime=\"2026-03-01T23:30:05Z\" title=\"1 Mar 2026, 23:30:05 UTC\">1 Mar 2026</time>",
            ),
        ] {
            assert_eq!(reader(cookies).day(at), shown, "{cookies}");
        }
    }

    #[test]
    fn ages_grow_coarser() {
        let reader = reader("");
        for (days, text) in
            [(0, "today"), (1, "1 d"), (13, "13 d"), (14, "2 wk"), (89, "12 wk"), (90, "3 mo"), (800, "2 yr")]
        {
            assert_eq!(reader.age(reader.now.plus_seconds(-DAY * days)), text);
        }
        assert_eq!(reader.age(reader.now.plus_seconds(DAY)), "today");
    }

    #[test]
    fn a_day_of_age_begins_at_the_readers_midnight() {
        // It is Monday 17:00 in Berlin and 08:00 in Los Angeles.
        for (zone, at, text) in [
            ("zone=Europe/Berlin", "2026-02-15T23:00:00Z", "today"),
            ("zone=Europe/Berlin", "2026-02-15T22:59:59Z", "1 d"),
            ("zone=America/Los_Angeles", "2026-02-16T08:00:00Z", "today"),
            ("zone=America/Los_Angeles", "2026-02-16T07:59:59Z", "1 d"),
        ] {
            assert_eq!(reader(zone).age(at.parse().expect("a time")), text, "{zone} {at}");
        }
    }
}
