//! How somebody wants to read: language, theme and colours, kept by their browser.

use axum::extract::State;
use axum::http::header;

use super::messages::Language;
use super::reader::{PALETTES, THEMES, kept, one_of};
use super::{Answer, Form, see_other};
use crate::app::App;
use crate::sessions::local;
use crate::sessions::visitor::Visit;

/// `POST /preferences`: what is not among the choices stays as it is.
pub async fn create(State(app): State<App>, Visit(visitor): Visit, Form(form): Form) -> Answer {
    if let Some(visitor) = visitor {
        visitor.check_form(&form)?;
    }
    let text = |name: &str| form.text(name);
    let choices = [
        ("language", text("language").and_then(|tag| Language::tagged(&tag)).map(Language::code)),
        ("theme", one_of(&THEMES, text("theme").as_deref())),
        ("palette", one_of(&PALETTES, text("palette").as_deref())),
    ];
    let return_to = text("return_to");
    let mut response = see_other(local(return_to.as_deref()).unwrap_or("/"));
    for (name, value) in choices {
        if let Some(value) = value {
            response.headers_mut().append(header::SET_COOKIE, kept(&app.settings, name, value));
        }
    }
    Ok(response)
}
