//! Display preferences: language, theme, colours, time zone and shortcuts, stored in cookies.

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, header};

use super::cookies;
use super::error_page::PageResult;
use super::form::{Form, QueryParams};
use super::layout::Layout;
use super::messages::Language;
use super::reader::{CHOSEN_ZONE, PALETTES, Reader, SHORTCUTS, THEMES, one_of, zone_named, zones};
use super::response::{page, see_other};
use super::signed_in::MaybeSignedIn;
use domain::sessions::local;
use service::app::App;

/// How long the browser keeps a choice, in seconds.
const YEAR: i64 = 365 * 86_400;

#[derive(Template)]
#[template(path = "web/preferences.html")]
struct Show {
    layout: Layout,
    return_to: String,
    zones: Vec<(String, Vec<String>)>,
}

impl Show {
    fn is_chosen(&self, zone: &str) -> bool {
        self.layout.reader.has_chosen_zone && self.layout.reader.zone_name() == zone
    }
}

/// `GET /preferences?return_to=`
pub async fn show(
    MaybeSignedIn(signed_in): MaybeSignedIn,
    reader: Reader,
    QueryParams(query): QueryParams,
) -> PageResult {
    let return_to = query.text("return_to");
    let return_to = local(return_to.as_deref()).unwrap_or("/").to_owned();
    let layout = signed_in.map_or_else(|| Layout::plain(reader), |signed_in| signed_in.layout());
    Ok(page(StatusCode::OK, &Show { layout, return_to, zones: zones() }))
}

/// `POST /preferences`: invalid choices are ignored. An empty zone means that of the browser.
pub async fn create(
    State(app): State<App>,
    MaybeSignedIn(signed_in): MaybeSignedIn,
    Form(form): Form,
) -> PageResult {
    if let Some(signed_in) = signed_in {
        signed_in.check_form(&form)?;
    }
    let text = |name: &str| form.text(name);
    let zone = text("zone");
    let choices = [
        ("language", text("language").and_then(|tag| Language::tagged(&tag)).map(Language::code)),
        ("theme", one_of(&THEMES, text("theme").as_deref())),
        ("palette", one_of(&PALETTES, text("palette").as_deref())),
        ("shortcuts", one_of(&SHORTCUTS, text("shortcuts").as_deref())),
    ];
    let return_to = text("return_to");
    let mut response = see_other(local(return_to.as_deref()).unwrap_or("/"));
    let mut keep = |name, value: Option<&str>| {
        let cookie = match value {
            Some(value) => cookies::set(&app.settings, name, value, YEAR),
            None => cookies::delete(&app.settings, name),
        };
        response.headers_mut().append(header::SET_COOKIE, cookie);
    };
    for (name, value) in choices {
        if value.is_some() {
            keep(name, value);
        }
    }
    match zone.as_deref().map(str::trim) {
        Some("") => keep(CHOSEN_ZONE, None),
        Some(name) => {
            let zone = zone_named(name);
            if let Some(name) = zone.as_ref().and_then(|zone| zone.iana_name()) {
                keep(CHOSEN_ZONE, Some(name));
            }
        }
        None => {}
    }
    Ok(response)
}
