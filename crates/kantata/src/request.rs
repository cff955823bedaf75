//! A request to this surface: its caller and its parameters. 401 takes precedence over 400
//! (docs/contracts/kantata.md#order-of-checks).

use axum::extract::{FromRequest, FromRequestParts, RawPathParams, Request as HttpRequest};

use super::{Error, Params, params};
use domain::auth::Caller;
use domain::error::Error as Cause;
use domain::events::{Change, Source};
use domain::idempotency::Key;
use service::app::App;
use service::tag::Expected;
use service::write;
use service::write::Write;
use service::{body, caller, form};

/// A request with an authenticated caller and readable parameters.
pub struct Request {
    /// The state of the server.
    pub app: App,
    /// The caller.
    pub caller: Caller,
    /// The parameters of the query and the body; as in Rails, the query takes precedence.
    pub params: Params,
    /// The id in the path; `None` if it is not a number.
    id: Option<i64>,
    expected: Option<Expected>,
    key: Option<Key>,
}

impl Request {
    /// The id in the path.
    ///
    /// # Errors
    /// [`Cause::NotFound`] if it is not a number.
    pub fn id(&self) -> Result<i64, Cause> {
        self.id.ok_or(Cause::NotFound)
    }

    /// The write of this request.
    pub fn write(&self) -> Write {
        let change = Change {
            account_id: self.caller.account_id,
            actor_id: Some(self.caller.user_id),
            token_id: self.caller.token(),
            surface: Source::Kantata,
            at: self.app.clock.now(),
        };
        Write { change, expected: self.expected.clone(), key: self.key.clone() }
    }
}

impl FromRequest<App> for Request {
    type Rejection = Error;

    async fn from_request(request: HttpRequest, app: &App) -> Result<Self, Error> {
        let (mut parts, body) = request.into_parts();
        let caller = caller::bearer(app, &parts.headers, &parts.extensions).await?;
        caller::check_method(&caller, &parts.method)?;
        let query = form::decode(parts.uri.query().unwrap_or_default().as_bytes())?;
        let bytes = body::read(&parts.headers, body).await?;
        let key = write::key(&caller, Source::Kantata, &parts, &bytes)?;
        let mut members = body::members(&parts.headers, &bytes).await?;
        members.extend(query);
        let segments = RawPathParams::from_request_parts(&mut parts, app).await;
        let id = segments.ok().and_then(|segments| {
            segments.iter().find(|(name, _)| *name == "id").and_then(|(_, text)| service::params::id(text))
        });
        let expected = Expected::read(&parts.headers);
        Ok(Self { app: app.clone(), caller, params: Params::new(members)?, id, expected, key })
    }
}

/// The maximum number of objects in one request.
const BULK_LIMIT: usize = 100;

/// The objects of a request: one under the singular root, or several under the plural one.
pub struct Roots {
    objects: Vec<Params>,
    are_many: bool,
}

/// The object under `singular`, or the list of objects under `plural`.
///
/// # Errors
/// [`Cause::Unreadable`] if both are absent, or the list is longer than the limit.
pub fn one_or_many(params: &Params, singular: &str, plural: &str) -> Result<Roots, Cause> {
    match params.objects(plural)? {
        None => Ok(Roots { objects: vec![params.root(singular)?], are_many: false }),
        Some(objects) if objects.is_empty() => Err(params::missing_root(plural)),
        Some(objects) if objects.len() > BULK_LIMIT => {
            Err(Cause::unreadable(format!("{plural} holds more than {BULK_LIMIT} objects")))
        }
        Some(objects) => Ok(Roots { objects, are_many: true }),
    }
}

impl Roots {
    /// Each object, with its index if the request may have several.
    pub fn roots(&self) -> impl Iterator<Item = (Option<usize>, &Params)> {
        self.objects.iter().enumerate().map(|(index, root)| (self.are_many.then_some(index), root))
    }
}

/// Adds the index of an object to its error.
pub fn at(index: Option<usize>, error: Cause) -> Cause {
    match error {
        Cause::Invalid(mut violations) => {
            for violation in &mut violations {
                violation.index = index;
            }
            Cause::Invalid(violations)
        }
        other => other,
    }
}
