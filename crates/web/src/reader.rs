//! Who reads a page: in which language, zone and colours; by cookies, and by what the browser asks for.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri, header};
use jiff::tz::TimeZone;

use super::cookies;
use super::messages::Language;
use base::clock::Time;
use service::app::App;
use service::settings::Settings;

/// The colours of a page as a whole; the first is what the machine prefers.
pub const THEMES: [&str; 3] = ["auto", "light", "dark"];

/// The colours of health: the usual ones, ones that those see who confuse red and green, and none.
pub const PALETTES: [&str; 3] = ["default", "safe", "mono"];

/// Whether keys without Ctrl, Alt or Cmd do something (WCAG 2.2, 2.1.4); the first is the default.
pub const SHORTCUTS: [&str; 2] = ["on", "off"];

/// The cookie with the zone of the browser, which its script sets.
const BROWSER_ZONE: &str = "zone";

/// The cookie with the zone that the reader chose.
pub const CHOSEN_ZONE: &str = "chosen_zone";

/// Of the database's names, those of places.
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

/// How somebody reads.
#[derive(Clone, Debug)]
pub struct Reader {
    /// The language.
    pub language: Language,
    /// One of [`THEMES`].
    pub theme: &'static str,
    /// One of [`PALETTES`].
    pub palette: &'static str,
    /// One of [`SHORTCUTS`].
    pub shortcuts: &'static str,
    /// The zone of all days, weeks and times on the page: the chosen one, or else that of the browser, or else UTC.
    pub zone: TimeZone,
    /// The zone was chosen, and is not that of the browser.
    pub has_chosen_zone: bool,
    /// When they read.
    pub now: Time,
    /// What they asked for, below the public path: the path and what follows.
    pub path: String,
    /// The public path, which every address of a page begins with.
    pub root: String,
}

impl Reader {
    /// The reader who sends these headers.
    pub fn of(settings: &Settings, headers: &HeaderMap, uri: &Uri, now: Time) -> Self {
        let language = cookies::find(headers, "language")
            .and_then(Language::tagged)
            .or_else(|| headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok().and_then(Language::accepted));
        let chosen = cookies::find(headers, CHOSEN_ZONE).and_then(zone_named);
        let browsers = || cookies::find(headers, BROWSER_ZONE).and_then(zone_named);
        Self {
            language: language.unwrap_or_default(),
            theme: one_of(&THEMES, cookies::find(headers, "theme")).unwrap_or(THEMES[0]),
            palette: one_of(&PALETTES, cookies::find(headers, "palette")).unwrap_or(PALETTES[0]),
            shortcuts: one_of(&SHORTCUTS, cookies::find(headers, "shortcuts")).unwrap_or(SHORTCUTS[0]),
            has_chosen_zone: chosen.is_some(),
            zone: chosen.or_else(browsers).unwrap_or(TimeZone::UTC),
            now,
            path: uri.path_and_query().map_or("/", |path| path.as_str()).to_owned(),
            root: settings.public_path().to_owned(),
        }
    }

    /// The name of the zone, as in the IANA database.
    pub fn zone_name(&self) -> &str {
        self.zone.iana_name().unwrap_or("UTC")
    }

    /// An instant, as the reader's clocks show it.
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

/// The zone of a name of the IANA database; `/` may be escaped, as some browsers' cookies have it.
pub fn zone_named(name: &str) -> Option<TimeZone> {
    TimeZone::get(&name.replace("%2F", "/")).ok().filter(|zone| !zone.is_unknown())
}

/// The names of zones to choose from, by the region before the first `/`; those without one come first.
pub fn zones() -> Vec<(String, Vec<String>)> {
    let names = jiff::tz::db().available().map(|name| name.to_string());
    let is_place = |name: &String| name == "UTC" || REGIONS.iter().any(|region| name.starts_with(region));
    let mut names: Vec<String> = names.filter(is_place).collect();
    names.sort_by(|one, other| (one.contains('/'), one).cmp(&(other.contains('/'), other)));
    let region = |name: &String| name.split_once('/').map_or("", |(region, _)| region).to_owned();
    let groups = names.chunk_by(|one, other| region(one) == region(other));
    groups.map(|names| (region(&names[0]), names.to_vec())).collect()
}

/// The choice of a name.
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
