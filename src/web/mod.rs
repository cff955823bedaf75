//! What all pages share: the layout, the reader, the headers, what they load, the way in which something goes wrong.

pub mod applications;
pub mod assets;
pub mod broken;
pub mod confirm;
pub mod contrast;
pub mod guard;
pub mod health;
pub mod messages;
pub mod palette;
pub mod preferences;
pub mod prose;
pub mod reader;
pub mod refusal;
mod times;

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use askama::Template;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use fluent_bundle::FluentValue;

use crate::app::App;
use crate::error::Error;
use crate::http::body;
use crate::http::origin::is_foreign;
use crate::http::params::Params;
use messages::Language;
use reader::Reader;
pub use refusal::{Failure, message};

/// What a handler of pages ends with.
pub type Answer = Result<Response, Failure>;

/// What the layout shows, and what every template says its words by.
#[derive(Clone, Debug)]
pub struct Layout {
    /// Who reads.
    pub reader: Reader,
    /// Who is signed in.
    pub signed_in: Option<SignedIn>,
}

/// Somebody with a session.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// First and last name.
    pub name: String,
    /// What forms of this session carry.
    pub csrf: String,
    /// May do everything in the account.
    pub administrator: bool,
}

impl Layout {
    /// A page for anybody.
    pub const fn plain(reader: Reader) -> Self {
        Self { reader, signed_in: None }
    }

    /// A message in the reader's language.
    pub fn t(&self, key: &str) -> Cow<'static, str> {
        self.reader.language.t(key)
    }

    /// A message with a value in it: `layout.say("greeting", "name", name)`.
    pub fn say<'v>(&self, key: &str, name: &'static str, value: impl Into<FluentValue<'v>>) -> String {
        self.reader.language.say(key, [(name, value.into())])
    }

    /// What a form carries.
    pub fn csrf(&self) -> &str {
        self.signed_in.as_ref().map_or("", |signed_in| &signed_in.csrf)
    }

    /// `aria-current` of a link of the menu.
    pub fn current(&self, path: &str) -> &'static str {
        let here = self.reader.path.split('?').next().unwrap_or_default();
        if here == path { " aria-current=\"page\"" } else { "" }
    }

    /// Where a file is that pages load, by the name that [`assets`] has for it.
    pub fn asset(&self, name: &str) -> String {
        format!("{}{}", self.root(), assets::path(name))
    }

    /// The public path: every address of this service in a page is this and a path that the router knows.
    pub fn root(&self) -> &str {
        &self.reader.root
    }

    /// The languages, to choose from.
    pub fn languages(&self) -> [(&'static str, &'static str, bool); 2] {
        let own = self.reader.language;
        Language::ALL.map(|language| (language.code(), language.name(), language == own))
    }

    /// The themes: their name, their message, and whether it is the reader's.
    pub fn themes(&self) -> [(&'static str, &'static str, bool); 3] {
        let keys = ["theme-auto", "theme-light", "theme-dark"];
        [0, 1, 2]
            .map(|place| (reader::THEMES[place], keys[place], reader::THEMES[place] == self.reader.theme))
    }

    /// The palettes, as [`Layout::themes`].
    pub fn palettes(&self) -> [(&'static str, &'static str, bool); 3] {
        let (names, keys) = (reader::PALETTES, ["palette-default", "palette-safe", "palette-mono"]);
        [0, 1, 2].map(|place| (names[place], keys[place], names[place] == self.reader.palette))
    }
}

/// A page; [`guard`] has the headers of all pages.
pub fn page(status: StatusCode, template: &impl Template) -> Response {
    page_to(status, template, None)
}

/// A page whose form may lead to one more place, by itself or by a redirect after it.
pub fn page_to(status: StatusCode, template: &impl Template, form_target: Option<&str>) -> Response {
    let html = match template.render() {
        Ok(html) => html,
        Err(error) => {
            tracing::error!(%error, "a page cannot be written");
            return (StatusCode::INTERNAL_SERVER_ERROR, "This page cannot be shown.\n").into_response();
        }
    };
    let headers = [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    let mut response = (status, headers, html).into_response();
    let policy = guard::content_policy(form_target);
    let policy = HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"));
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

/// Leads a browser on with GET, to a path that the router knows; [`crate::http::address`] makes an address of it.
pub fn see_other(path: &str) -> Response {
    redirect(StatusCode::SEE_OTHER, path)
}

/// Leads a browser elsewhere.
pub fn redirect(status: StatusCode, location: &str) -> Response {
    let location = HeaderValue::from_str(location).unwrap_or(HeaderValue::from_static("/"));
    (status, [(header::LOCATION, location), (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))])
        .into_response()
}

/// An id in the path.
///
/// # Errors
/// [`Error::NotFound`] for what is no id.
pub fn id(text: &str) -> Result<i64, Error> {
    let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_plain.then(|| text.parse().ok()).flatten().ok_or(Error::NotFound)
}

/// A form that a page of this service sent.
pub struct Form(pub Params);

impl FromRequest<App> for Form {
    type Rejection = Failure;

    /// # Errors
    /// [`Failure::Foreign`] when the browser says that it comes from elsewhere.
    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        let (parts, body) = request.into_parts();
        if is_foreign(&app.settings, &parts.headers) {
            return Err(Failure::Foreign);
        }
        Ok(Self(Params::new(body::members(&parts.headers, &body::read(body).await?)?)?))
    }
}
