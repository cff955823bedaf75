//! The reader's language, time zone and colours, from cookies and from `Accept-Language`.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri, header};
use jiff::tz::TimeZone;

use super::cookies;
use super::messages::Language;
use base::clock::{Date, Time};
use domain::users::{User, time_zone};
use domain::versions::past::Past;
use service::app::App;
use service::params::Params;
use service::settings::Settings;

/// The themes; the first follows the system.
pub const THEMES: [&str; 3] = ["auto", "light", "dark"];

/// The colours of health: default, colour-blind safe, monochrome.
pub const PALETTES: [&str; 3] = ["default", "safe", "mono"];

/// Whether single-key shortcuts are on (WCAG 2.2, 2.1.4); the first is the default.
pub const SHORTCUTS: [&str; 2] = ["on", "off"];

/// The cookie with the time zone of the browser, which a script sets.
const BROWSER_ZONE: &str = "zone";

/// The cookie with the time zone that the reader chose.
pub const CHOSEN_ZONE: &str = "chosen_zone";

/// The prefixes of the time zones to choose from.
const REGIONS: [&str; 10] = [
    "Africa/",
    "America/",
    "Antarctica/",
    "Arctic/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
];

/// The display preferences of a reader, and the request that they read.
#[derive(Clone, Debug)]
pub struct Reader {
    /// The language: the one chosen in this browser, or else by the person, or else that of the browser.
    pub language: Language,
    /// Whether the language was chosen in this browser.
    pub has_chosen_language: bool,
    /// One of [`THEMES`].
    pub theme: &'static str,
    /// One of [`PALETTES`].
    pub palette: &'static str,
    /// One of [`SHORTCUTS`].
    pub shortcuts: &'static str,
    /// The time zone of the page: the one chosen in this browser, or else by the person, or else that of the browser, or else
    /// UTC.
    pub zone: TimeZone,
    /// Whether the time zone was chosen in this browser.
    pub has_chosen_zone: bool,
    /// The time of the request; on a page of the past, the end of its day.
    pub now: Time,
    /// The past day that the page shows.
    pub as_of: Option<Date>,
    /// The path and the query of the request, below the public path.
    pub path: String,
    /// The public path, with which every URL in a page begins.
    pub root: String,
}

impl Reader {
    /// The reader of a request.
    pub fn of(settings: &Settings, headers: &HeaderMap, uri: &Uri, now: Time) -> Self {
        let chosen_language = cookies::find(headers, "language").and_then(Language::tagged);
        let language = chosen_language
            .or_else(|| headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok().and_then(Language::accepted));
        let chosen = cookies::find(headers, CHOSEN_ZONE).and_then(zone_named);
        let browsers = || cookies::find(headers, BROWSER_ZONE).and_then(zone_named);
        Self {
            language: language.unwrap_or_default(),
            has_chosen_language: chosen_language.is_some(),
            theme: one_of(&THEMES, cookies::find(headers, "theme")).unwrap_or(THEMES[0]),
            palette: one_of(&PALETTES, cookies::find(headers, "palette")).unwrap_or(PALETTES[0]),
            shortcuts: one_of(&SHORTCUTS, cookies::find(headers, "shortcuts")).unwrap_or(SHORTCUTS[0]),
            has_chosen_zone: chosen.is_some(),
            zone: chosen.or_else(browsers).unwrap_or(TimeZone::UTC),
            now,
            as_of: None,
            path: uri.path_and_query().map_or("/", |path| path.as_str()).to_owned(),
            root: settings.public_path().to_owned(),
        }
    }

    /// With what the person chose for all their browsers, where this browser has no choice of its own.
    #[must_use]
    pub fn for_person(mut self, user: &User) -> Self {
        if let Some(language) = user.language.as_deref().and_then(Language::tagged)
            && !self.has_chosen_language
        {
            self.language = language;
        }
        if let Some(zone) = user.time_zone.as_deref().and_then(zone_named)
            && !self.has_chosen_zone
        {
            self.zone = zone;
        }
        self
    }

    /// Moves the page to the end of the day in `as_of`, in the reader's time zone. Without it the page shows the present, as
    /// it does for today, later days and texts that are no day.
    pub fn travel(&mut self, params: &Params) -> Option<Past> {
        let day: Date = params.text("as_of")?.trim().parse().ok()?;
        let known_at = self.now;
        if self.today().is_none_or(|today| day >= today) {
            return None;
        }
        self.now = self.end_of(day.civil())?;
        self.as_of = Some(day);
        Some(Past { as_of: self.now, known_at })
    }

    /// The IANA name of the time zone.
    pub fn zone_name(&self) -> &str {
        self.zone.iana_name().unwrap_or("UTC")
    }

    /// A time in the reader's time zone.
    pub fn zoned(&self, time: Time) -> jiff::Zoned {
        time.timestamp().to_zoned(self.zone.clone())
    }
}

impl FromRequestParts<App> for Reader {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        Ok(Self::of(&app.settings, &parts.headers, &parts.uri, app.clock.now()))
    }
}

/// The time zone with an IANA name, in which `/` may be percent-encoded, as in some browsers' cookies.
pub fn zone_named(name: &str) -> Option<TimeZone> {
    time_zone(&name.replace("%2F", "/"))
}

/// The names of the time zones to choose from, by the region before the first `/`; those without a region come first.
pub fn zones() -> Vec<(String, Vec<String>)> {
    let names = jiff::tz::db().available().map(|name| name.to_string());
    let is_place = |name: &String| name == "UTC" || REGIONS.iter().any(|region| name.starts_with(region));
    let mut names: Vec<String> = names.filter(is_place).collect();
    names.sort_by(|one, other| (one.contains('/'), one).cmp(&(other.contains('/'), other)));
    let region = |name: &String| name.split_once('/').map_or("", |(region, _)| region).to_owned();
    let groups = names.chunk_by(|one, other| region(one) == region(other));
    groups.map(|names| (region(&names[0]), names.to_vec())).collect()
}

/// The choice with a name.
pub fn one_of(choices: &[&'static str], name: Option<&str>) -> Option<&'static str> {
    choices.iter().copied().find(|choice| Some(*choice) == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_zone_is_the_chosen_one_or_the_browsers_or_utc() {
        for (cookies, zone, has_chosen) in [
            ("", "UTC", false),
            ("zone=Europe/Berlin", "Europe/Berlin", false),
            ("zone=America%2FLos_Angeles", "America/Los_Angeles", false),
            ("zone=Europe/Berlin; chosen_zone=Asia/Tokyo", "Asia/Tokyo", true),
            ("zone=Europe/Berlin; chosen_zone=", "Europe/Berlin", false),
            ("zone=Europe/Berlin; chosen_zone=Nowhere/At_All", "Europe/Berlin", false),
            ("zone=Etc/Unknown", "UTC", false),
            ("zone=../../etc/passwd", "UTC", false),
            ("zone=CET-1CEST", "UTC", false),
        ] {
            let headers = [(header::COOKIE, cookies.parse().expect("a header"))].into_iter().collect();
            let reader = Reader::of(&Settings::default(), &headers, &Uri::from_static("/"), Time(0));
            assert_eq!((reader.zone_name(), reader.has_chosen_zone), (zone, has_chosen), "{cookies}");
        }
    }

    #[test]
    fn every_zone_to_choose_from_can_be_chosen() {
        let zones = zones();
        assert_eq!(zones[0], (String::new(), vec!["UTC".to_owned()]));
        let names: Vec<&String> = zones.iter().flat_map(|(_, names)| names).collect();
        assert!(names.len() > 300, "{}", names.len());
        for name in names {
            assert_eq!(
                zone_named(name).and_then(|zone| zone.iana_name().map(str::to_owned)).as_ref(),
                Some(name)
            );
        }
    }
}
