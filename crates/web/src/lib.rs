//! What all pages share: the layout, the reader, the headers, what they load, the way in which something goes wrong.

pub mod applications;
pub mod assets;
pub mod chart;
pub mod confirm;
pub mod consent;
pub mod contrast;
pub mod form_errors;
pub mod health;
pub mod invitations;
pub mod login;
pub mod messages;
pub mod palette;
pub mod participations;
pub mod people;
pub mod portfolio;
pub mod preferences;
pub mod prose;
pub mod reader;
pub mod refusal;
pub mod routes;
pub mod security_headers;
pub mod setup;
pub mod signed_in;
pub mod status_reports;
pub mod statuses;
mod times;
pub mod tokens;
pub mod workspaces;

use std::borrow::Cow;

use askama::Template;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use fluent_bundle::FluentValue;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use self::messages::Language;
use self::reader::Reader;
pub use self::refusal::{Failure, message};
use domain::error::Error;
use service::app::App;
use service::body;
use service::body_buffer::BodyBuffer;
use service::origin::is_foreign;
use service::params::Params;

/// What a handler of pages ends with.
pub type Answer = Result<Response, Failure>;

/// What the layout shows, and what every template says its words by.
#[derive(Clone, Debug)]
pub struct Layout {
    /// Who reads.
    pub reader: Reader,
    /// Who is signed in.
    pub signed_in: Option<CurrentUser>,
}

/// Somebody with a session.
#[derive(Clone, Debug)]
pub struct CurrentUser {
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

    /// The choices of the reader, each with its name, its label and what it can be.
    pub fn choices(&self) -> [Choice; 4] {
        let reader = &self.reader;
        let select = |name, label, own: &str, names: &[&'static str], keys: &[&'static str]| Choice {
            name,
            label,
            options: std::iter::zip(names, keys)
                .map(|(name, key)| (*name, self.t(key), *name == own))
                .collect(),
        };
        let languages = Language::ALL
            .map(|language| (language.code(), Cow::Borrowed(language.name()), language == reader.language));
        let themes = ["theme-auto", "theme-light", "theme-dark"];
        let palettes = ["palette-default", "palette-safe", "palette-mono"];
        let shortcuts = ["shortcuts-on", "shortcuts-off"];
        [
            Choice { name: "language", label: "language", options: languages.to_vec() },
            select("theme", "theme", reader.theme, &reader::THEMES, &themes),
            select("palette", "colours", reader.palette, &reader::PALETTES, &palettes),
            select("shortcuts", "shortcuts", reader.shortcuts, &reader::SHORTCUTS, &shortcuts),
        ]
    }

    /// Where the reader's choices are, with the way back to this page.
    pub fn preferences(&self) -> String {
        let path = utf8_percent_encode(&self.reader.path, NON_ALPHANUMERIC);
        format!("{}/preferences?return_to={path}", self.root())
    }

    /// What the page's days and times are counted in, and as of when it was written.
    pub fn as_of(&self) -> String {
        let at = self.reader.zoned(self.reader.now);
        let values = [("at", self.reader.minute(&at).into()), ("zone", self.reader.zone_name().into())];
        self.reader.language.say("zone-note", values)
    }
}

/// A choice of a form: its field, the message that labels it, and what it can be, with the words and whether it is that.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "named as in the form")]
pub struct Choice {
    pub name: &'static str,
    pub label: &'static str,
    pub options: Vec<(&'static str, Cow<'static, str>, bool)>,
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
    let mut response = (status, headers, BodyBuffer::from(html.into_bytes()).into_response()).into_response();
    let policy = crate::security_headers::content_policy(form_target);
    let policy = HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"));
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

/// Leads a browser on with GET, to a path that the router knows; [`service::address`] makes an address of it.
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
        Ok(Self(Params::new(body::members(&parts.headers, &body::read(&parts.headers, body).await?).await?)?))
    }
}
