//! How somebody wants to read: language, theme, colours, time zone and shortcuts, kept by their browser.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::{StatusCode, header};

use super::messages::Language;
use super::reader::{CHOSEN_ZONE, PALETTES, Reader, SHORTCUTS, THEMES, kept, one_of, zone_named, zones};
use super::signed_in::MaybeSignedIn;
use super::{Answer, Form, Layout, page, see_other};
use domain::sessions::local;
use service::app::App;
use service::form;
use service::params::Params;

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
    MaybeSignedIn(visitor): MaybeSignedIn,
    reader: Reader,
    RawQuery(query): RawQuery,
) -> Answer {
    let query = Params::new(form::decode(query.unwrap_or_default().as_bytes())?)?;
    let return_to = query.text("return_to");
    let return_to = local(return_to.as_deref()).unwrap_or("/").to_owned();
    let layout = visitor.map_or_else(|| Layout::plain(reader), |visitor| visitor.layout());
    Ok(page(StatusCode::OK, &Show { layout, return_to, zones: zones() }))
}

/// `POST /preferences`: what is not among the choices stays as it is. An empty zone is that of the browser.
pub async fn create(
    State(app): State<App>,
    MaybeSignedIn(visitor): MaybeSignedIn,
    Form(form): Form,
) -> Answer {
    if let Some(visitor) = visitor {
        visitor.check_form(&form)?;
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
    let mut keep = |name, value| {
        response.headers_mut().append(header::SET_COOKIE, kept(&app.settings, name, value));
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
