//! A request to this surface: its caller, parameters and body. The checks are, in this order: the credentials, the login
//! rule, the content type of writes, and the permission (`docs/contracts/openproject.md#order-of-checks`).

use axum::extract::{FromRequest, FromRequestParts, RawPathParams, Request as HttpRequest};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, Method, header};
use serde_json::{Map, Value};

use super::error::{Challenge, Error};
use super::wire::Query;
use domain::auth;
use domain::auth::Caller;
use domain::error::Error as Cause;
use domain::events::{Change, Source};
use domain::idempotency::Key;
use domain::text::without_nul;
use service::app::App;
use service::body::media_type;
use service::params::Params;
use service::tag::Expected;
use service::write;
use service::write::Write;
use service::{body, caller};

use domain::oauth::scopes;

/// A request with an authenticated caller and readable parameters.
pub struct Request {
    /// The caller; [`Caller::anonymous`] without credentials on an open instance.
    pub caller: Caller,
    /// The parameters of the query.
    pub query: Params,
    /// The parameter in the path, if there is one.
    pub segment: String,
    /// The header Host.
    pub host: String,
    /// The public path, with which every link in a response begins.
    pub root: String,
    expected: Option<Expected>,
    key: Option<Key>,
}

/// A write with a JSON object as its body.
pub struct Body {
    /// The request itself.
    pub request: Request,
    /// The members of the object.
    pub members: Map<String, Value>,
}

impl Request {
    /// The id in the path; `None` for a number that is too large to be an id.
    ///
    /// # Errors
    /// [`Cause::NotFound`] if it is not a number, because no resource has such a path.
    pub fn id(&self) -> Result<Option<i64>, Cause> {
        if self.segment.is_empty() || !self.segment.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Cause::NotFound);
        }
        Ok(self.segment.parse().ok())
    }

    /// The write of this request.
    pub fn write(&self, app: &App) -> Write {
        let change = Change {
            account_id: self.caller.account_id,
            actor_id: Some(self.caller.user_id),
            token_id: self.caller.token(),
            surface: Source::OpenProject,
            at: app.clock.now(),
        };
        Write { change, expected: self.expected.clone(), key: self.key.clone() }
    }

    async fn read(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let caller = authenticate(app, &parts.headers, &parts.extensions).await?;
        caller::check_method(&caller, &parts.method)?;
        let query = parts.extensions.get::<Query>().cloned().unwrap_or_default();
        let segments = RawPathParams::from_request_parts(parts, app).await;
        let segment = segments.ok().and_then(|all| all.iter().next().map(|(_, text)| text.to_owned()));
        let host = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
        Ok(Self {
            caller,
            query: Params::new(query.0)?,
            segment: segment.unwrap_or_default(),
            host: host.unwrap_or_default().to_owned(),
            root: app.settings.public_path().to_owned(),
            expected: Expected::read(&parts.headers),
            key: None,
        })
    }
}

/// A write whose body may be left out; then there are no members.
pub struct OptionalBody {
    /// The request itself.
    pub request: Request,
    /// The members of the object.
    pub members: Map<String, Value>,
}

impl FromRequest<App> for OptionalBody {
    type Rejection = Error;

    async fn from_request(request: HttpRequest, app: &App) -> Result<Self, Error> {
        let (mut parts, body) = request.into_parts();
        let request = Request::read(&mut parts, app).await?;
        let bytes = body::read(&parts.headers, body).await?;
        if bytes.trim_ascii().is_empty() {
            return Ok(Self { request, members: Map::new() });
        }
        check_content_type(&parts.method, &parts.headers)?;
        Ok(Self { request, members: members_of(&bytes)? })
    }
}

/// The members of a JSON object.
fn members_of(bytes: &[u8]) -> Result<Map<String, Value>, Error> {
    match serde_json::from_slice(body::without_mark(bytes)) {
        Ok(Value::Object(members)) => {
            without_nul(&members).map_err(|error| Error::UnreadableBody(Some(error.to_string())))?;
            Ok(members)
        }
        Ok(_) => Err(Error::UnreadableBody(Some("not an object".into()))),
        Err(error) => Err(Error::UnreadableBody(Some(error.to_string()))),
    }
}

impl FromRequestParts<App> for Request {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        Self::read(parts, app).await
    }
}

impl FromRequest<App> for Body {
    type Rejection = Error;

    async fn from_request(request: HttpRequest, app: &App) -> Result<Self, Error> {
        let (mut parts, body) = request.into_parts();
        let mut request = Request::read(&mut parts, app).await?;
        check_content_type(&parts.method, &parts.headers)?;
        let bytes = body::read(&parts.headers, body).await?;
        request.key = write::key(&request.caller, Source::OpenProject, &parts, &bytes)?;
        Ok(Self { request, members: members_of(&bytes)? })
    }
}

/// Returns `Ok` if the content type of a write is JSON. DELETE needs no content type.
///
/// # Errors
/// [`Error::NoContentType`], [`Error::TypeNotSupported`]
pub fn check_content_type(method: &Method, headers: &HeaderMap) -> Result<(), Error> {
    if !matches!(*method, Method::POST | Method::PUT | Method::PATCH) {
        return Ok(());
    }
    let content_type = headers.get(header::CONTENT_TYPE).ok_or(Error::NoContentType)?;
    let content_type = String::from_utf8_lossy(content_type.as_bytes());
    let media_type = media_type(&content_type);
    if ["application/json", "application/hal+json"].iter().any(|known| media_type.eq_ignore_ascii_case(known))
    {
        Ok(())
    } else {
        Err(Error::TypeNotSupported(media_type.to_owned()))
    }
}

/// Returns the caller of the credentials, or the anonymous caller on an open instance.
///
/// # Errors
/// [`Error::WrongCredentials`], [`Error::Unauthenticated`], [`Error::InsufficientScope`]
pub async fn authenticate(app: &App, headers: &HeaderMap, extensions: &Extensions) -> Result<Caller, Error> {
    let by_session = headers.get("x-authentication-scheme").is_some_and(|scheme| scheme == "Session");
    let challenge = |scheme| if by_session { Challenge::Session } else { scheme };
    let header = headers.get(header::AUTHORIZATION).map(|value| String::from_utf8_lossy(value.as_bytes()));
    let header = header.as_deref().unwrap_or_default();
    let (scheme, credentials) = header.split_once(' ').unwrap_or((header, ""));
    let (scheme, token) = if scheme.eq_ignore_ascii_case("basic") {
        (Challenge::Basic, caller::api_key(credentials.trim()))
    } else if scheme.eq_ignore_ascii_case("bearer") {
        (Challenge::Bearer, Some(credentials.trim().to_owned()))
    } else if app.settings.openproject_login_required {
        return Err(Error::Unauthenticated(challenge(Challenge::Basic)));
    } else {
        let account = app.db.read(|conn| Box::pin(domain::accounts::store::oldest(conn))).await?;
        return Ok(Caller::anonymous(account.unwrap_or_default()));
    };
    let wrong = || Error::WrongCredentials(challenge(scheme));
    let digest = auth::digest(&token.ok_or_else(wrong)?);
    let caller = caller::proven(app, &digest, extensions).await?.ok_or_else(wrong)?;
    if caller.has_scope(scopes::OPENPROJECT) { Ok(caller) } else { Err(Error::InsufficientScope) }
}
