//! What all pages share: the layout, the headers, the stylesheet, the way in which something goes wrong.

pub mod assets;
pub mod guard;
pub mod home;

#[cfg(test)]
mod tests;

use askama::Template;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::db;
use crate::error::Error;
use crate::http::body;
use crate::http::origin::is_foreign;
use crate::http::params::Params;

/// What a handler of pages ends with.
pub type Answer = Result<Response, Failure>;

/// What the layout shows of who looks at the page.
#[derive(Clone, Debug)]
pub struct Layout {
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
}

impl Layout {
    /// A page for anybody.
    pub const fn plain() -> Self {
        Self { signed_in: None }
    }

    /// Where the stylesheet is.
    pub fn stylesheet(&self) -> &'static str {
        assets::stylesheet()
    }
}

/// What a page may do beyond showing itself and sending forms to this service.
#[derive(Clone, Debug, Default)]
pub struct Allowed<'a> {
    /// Where else a form may lead, by itself or by a redirect after it.
    pub form_target: Option<&'a str>,
    /// It runs our script.
    pub script: bool,
}

/// A page with a sentence.
#[derive(Template)]
#[template(path = "message.html")]
pub struct Message<'m> {
    /// Who looks at it.
    pub layout: Layout,
    /// What it is about.
    pub title: &'m str,
    /// What is to be said.
    pub text: &'m str,
}

/// A page.
pub fn page(status: StatusCode, template: &impl Template) -> Response {
    page_allowed(status, template, &Allowed::default())
}

/// A page that may do more; [`guard`] has the headers of all pages.
pub fn page_allowed(status: StatusCode, template: &impl Template, allowed: &Allowed<'_>) -> Response {
    let html = match template.render() {
        Ok(html) => html,
        Err(error) => {
            tracing::error!(%error, "a page cannot be written");
            return (StatusCode::INTERNAL_SERVER_ERROR, "This page cannot be shown.\n").into_response();
        }
    };
    let policy = format!(
        "default-src 'none'; style-src 'self'; {}form-action 'self'{}{}; frame-ancestors 'none'; base-uri 'none'",
        if allowed.script { "script-src 'self'; " } else { "" },
        if allowed.form_target.is_some() { " " } else { "" },
        allowed.form_target.unwrap_or_default(),
    );
    let headers = [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    let mut response = (status, headers, html).into_response();
    let policy = HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"));
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

/// A page with a sentence, for anybody.
pub fn message(status: StatusCode, title: &str, text: &str) -> Response {
    page(status, &Message { layout: Layout::plain(), title, text })
}

/// Leads a browser on with GET.
pub fn see_other(path: &str) -> Response {
    redirect(StatusCode::SEE_OTHER, path)
}

/// Leads a browser elsewhere.
pub fn redirect(status: StatusCode, location: &str) -> Response {
    let location = HeaderValue::from_str(location).unwrap_or(HeaderValue::from_static("/"));
    (status, [(header::LOCATION, location), (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))])
        .into_response()
}

/// An error of any room, as a page.
#[derive(Debug)]
pub struct Failure(Error);

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match self.0 {
            Error::Unreadable(reason) => message(StatusCode::BAD_REQUEST, "This cannot be read", &reason),
            Error::TooLarge(_) => {
                message(StatusCode::PAYLOAD_TOO_LARGE, "This is too long", "Less would do.")
            }
            Error::Forbidden => message(
                StatusCode::FORBIDDEN,
                "This form is not yours",
                "It was sent by another site, or by a session that has ended. Go back, load the page again, and \
                 send it once more.",
            ),
            Error::Store(db::Error::Unavailable(reason)) => {
                tracing::error!(reason, "the store is not reachable");
                let text = "The store is not reachable.";
                let mut response = message(StatusCode::SERVICE_UNAVAILABLE, "Please try again", text);
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
                response
            }
            other => {
                tracing::error!(error = %other, "a page failed");
                failure()
            }
        }
    }
}

/// The page for a defect of ours.
pub fn failure() -> Response {
    message(StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong", "It is in the server's log.")
}

/// A form that a page of this service sent.
pub struct Form(pub Params);

impl FromRequest<App> for Form {
    type Rejection = Failure;

    /// # Errors
    /// [`Error::Forbidden`] when the browser says that it comes from elsewhere.
    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        let (parts, body) = request.into_parts();
        if is_foreign(&app.settings, &parts.headers) {
            return Err(Error::Forbidden.into());
        }
        Ok(Self(Params::new(body::members(&parts.headers, &body::read(body).await?)?)?))
    }
}
