//! A request to this surface: its caller, its parameters and its body.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, RawPathParams, Request as HttpRequest};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use serde_json::{Map, Value};

use super::error::Error;
use super::filter::Filter;
use domain::auth::Caller;
use domain::error::Error as Cause;
use domain::events::{Change, Source};
use domain::oauth::scopes;
use domain::text::without_nul;
use service::app::App;
use service::origin::base_url;
use service::params::Params;
use service::{body, caller, form, params, surface};

/// The largest page of a list.
pub const MOST_RESULTS: i64 = 200;
/// The page of a list that says nothing else.
const USUAL_RESULTS: i64 = 100;

/// A request of an administrator.
pub struct Request {
    /// The caller.
    pub caller: Caller,
    /// The URL of this surface.
    pub base: String,
    params: Params,
    id: Option<String>,
    known_tags: Vec<String>,
    expected: Vec<String>,
}

/// A request with a JSON object as its body.
pub struct Body {
    /// The request itself.
    pub request: Request,
    /// The object.
    pub members: Map<String, Value>,
}

/// A list that is asked for by `POST`, with its parameters in the body (RFC 7644, section 3.4.3).
pub struct Search(pub Request);

/// A page of a list.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// The number of the first result, from 1.
    pub start: i64,
    /// The number of results.
    pub count: i64,
}

impl FromRequestParts<App> for Request {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let caller = caller::bearer(app, &parts.headers, &parts.extensions).await?;
        // An agent has nothing to do here, and a token that is limited to drafts writes nothing.
        if !caller.has_scope(scopes::SCIM) || caller.only_drafts() {
            return Err(Cause::Forbidden.into());
        }
        caller.require_administrator()?;
        let members = form::decode(parts.uri.query().unwrap_or_default().as_bytes())?;
        let segments = RawPathParams::from_request_parts(parts, app).await;
        let id = segments.ok().and_then(|all| all.iter().next().map(|(_, text)| text.to_owned()));
        Ok(Self {
            caller,
            base: format!("{}{}", base_url(&app.settings, &parts.headers), surface::SCIM),
            params: Params::new(members)?,
            id,
            known_tags: tags(&parts.headers, &header::IF_NONE_MATCH),
            expected: tags(&parts.headers, &header::IF_MATCH),
        })
    }
}

impl FromRequest<App> for Body {
    type Rejection = Error;

    async fn from_request(request: HttpRequest, app: &App) -> Result<Self, Error> {
        let (mut parts, sent) = request.into_parts();
        let request = Request::from_request_parts(&mut parts, app).await?;
        let bytes: Bytes = body::read(&parts.headers, sent).await?;
        match serde_json::from_slice(body::without_mark(&bytes)) {
            Ok(Value::Object(members)) => {
                without_nul(&members)?;
                Ok(Self { request, members })
            }
            Ok(_) => Err(Error::syntax("the body is not a JSON object")),
            Err(error) => Err(Error::syntax(format!("the body is not JSON: {error}"))),
        }
    }
}

impl FromRequest<App> for Search {
    type Rejection = Error;

    async fn from_request(request: HttpRequest, app: &App) -> Result<Self, Error> {
        let Body { request, members } = Body::from_request(request, app).await?;
        let mut given = Map::new();
        for (name, value) in members {
            // Lists of attributes are one text in a query.
            let value = match value {
                Value::Array(names) => {
                    let names: Option<Vec<&str>> = names.iter().map(Value::as_str).collect();
                    let names =
                        names.ok_or_else(|| Error::value(format!("`{name}` has other values than texts")))?;
                    names.join(",").into()
                }
                Value::Object(_) => return Err(Error::value(format!("`{name}` is an object"))),
                value => value,
            };
            given.insert(name, value);
        }
        Ok(Self(Request { params: Params::new(given)?, ..request }))
    }
}

fn tags(headers: &HeaderMap, name: &header::HeaderName) -> Vec<String> {
    let lines = headers.get_all(name).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(|tag| tag.trim().to_owned()).collect()
}

impl Request {
    /// The context of a write.
    pub fn change(&self, app: &App) -> Change {
        Change {
            account_id: self.caller.account_id,
            actor_id: Some(self.caller.user_id),
            token_id: self.caller.token(),
            surface: Source::Scim,
            at: app.clock.now(),
        }
    }

    /// The id in the path.
    ///
    /// # Errors
    /// [`Cause::NotFound`] if it is not a number.
    pub fn id(&self) -> Result<i64, Error> {
        Ok(self.id.as_deref().and_then(params::id).ok_or(Cause::NotFound)?)
    }

    /// The text in the path.
    pub fn name(&self) -> &str {
        self.id.as_deref().unwrap_or_default()
    }

    /// A parameter that is not blank.
    pub fn text(&self, name: &str) -> Option<String> {
        self.params.filled(name).map(std::borrow::Cow::into_owned)
    }

    /// The page of a list: `startIndex` and `count` (RFC 7644, section 3.4.2.4).
    ///
    /// # Errors
    /// [`Error::Refused`] if one is not a number.
    pub fn page(&self) -> Result<Page, Error> {
        let number = |name: &str, usual: i64| match self.text(name) {
            None => Ok(usual),
            Some(text) => text.parse().map_err(|_| Error::value(format!("{name} is not a number"))),
        };
        let start: i64 = number("startIndex", 1)?;
        let count: i64 = number("count", USUAL_RESULTS)?;
        Ok(Page { start: start.max(1), count: count.clamp(0, MOST_RESULTS) })
    }

    /// The filter of a list.
    ///
    /// # Errors
    /// [`Error::Refused`]
    pub fn filter(&self) -> Result<Option<Filter>, Error> {
        self.text("filter").map(|text| Filter::read(&text)).transpose()
    }

    /// The names in a parameter, separated by commas, in lower case.
    fn names(&self, name: &str) -> Option<Vec<String>> {
        let text = self.text(name)?;
        Some(text.split(',').map(|one| one.trim().to_lowercase()).collect())
    }

    /// Whether an answer has an attribute: `attributes` and `excludedAttributes` (RFC 7644, section 3.9).
    pub fn wants(&self, attribute: &str) -> bool {
        let attribute = attribute.to_lowercase();
        if ["id", "schemas"].contains(&attribute.as_str()) {
            return true;
        }
        let names = |own: &String| {
            own.rsplit(':').next().and_then(|own| own.split('.').next()) == Some(attribute.as_str())
        };
        match self.names("attributes") {
            Some(wanted) => wanted.iter().any(names),
            None => !self.names("excludedAttributes").unwrap_or_default().iter().any(names),
        }
    }

    /// Whether the client has the answer with this tag.
    pub fn knows(&self, tag: &str) -> bool {
        self.known_tags.iter().any(|own| own == "*" || own == tag)
    }

    /// Returns `Ok` if the record has one of the tags of `If-Match`, or there is no such header.
    ///
    /// # Errors
    /// [`Cause::Changed`]
    pub fn check(&self, tag: &str) -> Result<(), Error> {
        let is_met = self.expected.is_empty() || self.expected.iter().any(|own| own == "*" || own == tag);
        if is_met { Ok(()) } else { Err(Cause::Changed.into()) }
    }
}

impl Page {
    /// The part of a list that is in memory.
    pub fn cut<T>(self, mut all: Vec<T>) -> Vec<T> {
        let skipped = usize::try_from(self.start - 1).unwrap_or(usize::MAX).min(all.len());
        all.drain(..skipped);
        all.truncate(usize::try_from(self.count).unwrap_or_default());
        all
    }
}
