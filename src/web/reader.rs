//! Who reads a page: in which language, zone and colours; by cookies, and by what the browser asks for.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use jiff::tz::TimeZone;

use super::messages::Language;
use crate::app::App;
use crate::clock::Time;
use crate::config::Settings;

const YEAR: u32 = 365 * 86_400;

/// The colours of a page as a whole; the first is what the machine prefers.
pub const THEMES: [&str; 3] = ["auto", "light", "dark"];

/// The colours of health: the usual ones, ones that those see who confuse red and green, and none.
pub const PALETTES: [&str; 3] = ["default", "safe", "mono"];

/// How somebody reads.
#[derive(Clone, Debug)]
pub struct Reader {
    /// The language.
    pub language: Language,
    /// One of [`THEMES`].
    pub theme: &'static str,
    /// One of [`PALETTES`].
    pub palette: &'static str,
    /// Where they are.
    pub zone: TimeZone,
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
        let language = cookie(headers, "language")
            .and_then(Language::tagged)
            .or_else(|| headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok().and_then(Language::accepted));
        let zone = cookie(headers, "zone").map(|name| name.replace("%2F", "/"));
        Self {
            language: language.unwrap_or_default(),
            theme: one_of(&THEMES, cookie(headers, "theme")).unwrap_or(THEMES[0]),
            palette: one_of(&PALETTES, cookie(headers, "palette")).unwrap_or(PALETTES[0]),
            zone: zone.and_then(|name| TimeZone::get(&name).ok()).unwrap_or(TimeZone::UTC),
            now,
            path: uri.path_and_query().map_or("/", |path| path.as_str()).to_owned(),
            root: settings.public_path().to_owned(),
        }
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

/// The choice of a name.
pub fn one_of(choices: &[&'static str], name: Option<&str>) -> Option<&'static str> {
    choices.iter().copied().find(|choice| Some(*choice) == name)
}

/// What a cookie of the request holds.
pub fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(own, _)| *own == name).map(|(_, value)| value)
}

/// A choice that the browser keeps for a year; no secret, and of no use to scripts.
pub fn kept(settings: &Settings, name: &str, value: &'static str) -> HeaderValue {
    let secure = if settings.is_https() { "; Secure" } else { "" };
    let path = settings.cookie_path();
    let text = format!("{name}={value}; Path={path}; Max-Age={YEAR}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&text).expect("names of choices")
}
