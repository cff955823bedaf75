//! A request to this surface: its caller, and its parameters, which must all be known.

use axum::extract::{FromRequestParts, MatchedPath, RawPathParams};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap};

use super::cursor::Page;
use super::problem::{Error, Kind};
use base::clock::{Date, Time};
use db::List;
use domain::auth::Caller;
use domain::error::Error as Cause;
use domain::events::{Change, Source};
use domain::idempotency::Key;
use domain::labels;
use domain::oauth::scopes;
use domain::versions::past::Past;
use domain::views::query::field_id;
use service::app::App;
use service::params::Params;
use service::tag::Expected;
use service::write::Write;
use service::{caller, form, params};

/// The path prefix of this surface.
pub const ROOT: &str = service::surface::NATIVE;

/// The path at which drafts of reports are written, by tokens that write nothing else.
pub const DRAFTS: &str = "/workspaces/{id}/report_drafts";

/// Stands in a list of known parameters for `field_` with the id of an own field.
pub const FIELD: &str = "field_ID";

/// The maximum number of tags and of values of own fields in one request.
const MAX_LABELS: usize = 50;

/// A day in seconds.
const DAY: i64 = 86_400;

/// The maximum number of numbers in one parameter.
const MAX_NUMBERS: usize = 200;

/// A request with an authenticated caller and readable parameters.
pub struct Request {
    /// The caller.
    pub caller: Caller,
    /// The path of the request, without the public path.
    pub path: String,
    /// The parameters in the path, in order.
    segments: Vec<String>,
    params: Params,
    expected: Option<Expected>,
    /// The surface by which the request came, if not by this one.
    source: Source,
    pub(super) key: Option<Key>,
}

/// The parameters of a request, which are all known.
pub struct Query<'r> {
    path: &'r str,
    known: &'r [&'static str],
    params: &'r Params,
}

impl FromRequestParts<App> for Request {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let caller = authenticate(app, &parts.headers, &parts.extensions).await?;
        let route = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
        if route.strip_prefix(ROOT) != Some(DRAFTS) {
            caller::check_method(&caller, &parts.method).map_err(|_| only_drafts())?;
        }
        let repeated = form::repeated(parts.uri.query().unwrap_or_default());
        if !repeated.is_empty() {
            let error = Error::new(Kind::InvalidParameter);
            return Err(repeated
                .iter()
                .fold(error, |error, name| error.at_parameter(name, "is there more than once")));
        }
        let members = form::decode(parts.uri.query().unwrap_or_default().as_bytes())?;
        let segments = RawPathParams::from_request_parts(parts, app).await;
        let segments = segments.map(|all| all.iter().map(|(_, text)| text.to_owned()).collect());
        Ok(Self {
            caller,
            path: Self::address(parts.uri.path()),
            segments: segments.unwrap_or_default(),
            params: Params::new(members)?,
            expected: Expected::read(&parts.headers),
            source: parts.extensions.get().copied().unwrap_or(Source::Native),
            key: None,
        })
    }
}

/// Returns the caller of the token, unless the token is limited to other surfaces.
///
/// # Errors
/// [`Kind::Unauthenticated`], [`Kind::Forbidden`]
pub async fn authenticate(app: &App, headers: &HeaderMap, extensions: &Extensions) -> Result<Caller, Error> {
    let caller = caller::bearer(app, headers, extensions).await?;
    if caller.has_scope(scopes::NATIVE) {
        return Ok(caller);
    }
    let detail = format!(
        "The token is limited to the scopes {}; this surface needs {}, or a token without scopes.",
        caller.scopes.join(" "),
        scopes::NATIVE
    );
    Err(Error::new(Kind::Forbidden).with_detail(detail))
}

fn only_drafts() -> Error {
    let detail =
        "A token with the scope draft reads, and writes drafts of reports; it makes no other changes.";
    Error::new(Kind::Forbidden).with_detail(detail)
}

impl Request {
    /// The write of this request.
    pub fn write(&self, app: &App) -> Write {
        let change = Change {
            account_id: self.caller.account_id,
            actor_id: Some(self.caller.user_id),
            token_id: self.caller.token(),
            surface: self.source,
            at: app.clock.now(),
        };
        Write { change, expected: self.expected.clone(), key: self.key.clone() }
    }

    /// A path of this surface as the service has it, without the public path.
    pub fn address(path: &str) -> String {
        format!("{ROOT}{path}")
    }

    /// The id in the path.
    ///
    /// # Errors
    /// [`Cause::NotFound`] if it is not a number.
    pub fn id(&self) -> Result<i64, Cause> {
        self.segments.first().and_then(|text| params::id(text)).ok_or(Cause::NotFound)
    }

    /// The first parameter in the path.
    pub fn name(&self) -> &str {
        self.segments.first().map_or("", String::as_str)
    }

    /// The second id in the path, as [`Request::id`].
    ///
    /// # Errors
    /// [`Cause::NotFound`] if it is not a number.
    pub fn second_id(&self) -> Result<i64, Cause> {
        self.segments.get(1).and_then(|text| params::id(text)).ok_or(Cause::NotFound)
    }

    /// The parameters, if all of them are known.
    ///
    /// # Errors
    /// [`Kind::UnknownParameter`] with each unknown parameter.
    pub fn query<'r>(&'r self, known: &'r [&'static str]) -> Result<Query<'r>, Error> {
        let is_known =
            |name: &str| known.contains(&name) || known.contains(&FIELD) && field_id(name).is_some();
        let unknown = self.params.names().filter(|name| !is_known(name));
        let says = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        let error = unknown.fold(Error::new(Kind::UnknownParameter), |error, name| {
            error.at_parameter(name, format!("is not known here; known: {says}"))
        });
        if error.has_locations() {
            return Err(error);
        }
        Ok(Query { path: &self.path, known, params: &self.params })
    }
}

impl Query<'_> {
    /// A text; `None` if absent or blank.
    ///
    /// # Errors
    /// [`Kind::InvalidParameter`] if it is a list.
    pub fn text(&self, name: &str) -> Result<Option<String>, Error> {
        Ok(self.value(name)?.filter(|text| !text.trim().is_empty()))
    }

    /// The value, even if it is blank: a blank date, number or choice is invalid.
    pub(super) fn value(&self, name: &str) -> Result<Option<String>, Error> {
        match self.params.value(name) {
            None => Ok(None),
            Some(_) => match self.params.text(name) {
                Some(text) => Ok(Some(text.into_owned())),
                None => Err(Error::parameter(name, "must be one value")),
            },
        }
    }

    /// A date.
    ///
    /// # Errors
    /// [`Kind::InvalidParameter`]
    pub fn date(&self, name: &str) -> Result<Option<Date>, Error> {
        let read = |text: String| {
            text.parse().map_err(|_| Error::parameter(name, "must be a date of the form YYYY-MM-DD"))
        };
        self.value(name)?.map(read).transpose()
    }

    /// An instant, or a day, which stands for its beginning or, if the parameter ends a span, for its end in UTC.
    ///
    /// # Errors
    /// [`Kind::InvalidParameter`]
    pub fn instant(&self, name: &str, is_end: bool) -> Result<Option<Time>, Error> {
        let read = |text: String| match text.parse::<Date>() {
            Ok(date) if is_end => Ok(Time(date.start().plus_seconds(DAY).0 - 1)),
            Ok(date) => Ok(date.start()),
            Err(_) => {
                text.parse().map_err(|_| Error::parameter(name, "must be a time of RFC 3339 or a date"))
            }
        };
        self.value(name)?.map(read).transpose()
    }

    /// As [`Self::instant`], but not in the future. Today stands for now if the parameter ends a span.
    ///
    /// # Errors
    /// [`Kind::InvalidParameter`]
    pub fn instant_until(&self, name: &str, is_end: bool, now: Time) -> Result<Option<Time>, Error> {
        let day = self.value(name)?.and_then(|text| text.parse::<Date>().ok());
        match self.instant(name, is_end)? {
            Some(_) if is_end && day.is_some() && day == now.date() => Ok(Some(now)),
            Some(instant) if instant > now => Err(Error::parameter(name, "is in the future")),
            instant => Ok(instant),
        }
    }

    /// The point of view of a read in the past, from `as_of` and `known_at`; `None` without them. A day stands for its end in
    /// UTC, and today for now.
    ///
    /// # Errors
    /// [`Kind::InvalidParameter`], also for an instant in the future.
    pub fn past(&self, now: Time) -> Result<Option<Past>, Error> {
        let read = |name| self.instant_until(name, true, now);
        let (as_of, known_at) = (read("as_of")?, read("known_at")?);
        if as_of.is_none() && known_at.is_none() {
            return Ok(None);
        }
        Ok(Some(Past { as_of: as_of.unwrap_or(now), known_at: known_at.unwrap_or(now) }))
    }

    /// Some of several names, separated by commas.
    ///
    /// # Errors
    /// [`Kind::InvalidParameter`]
    pub fn choices(&self, name: &str, choices: &[&str]) -> Result<Option<List<String>>, Error> {
        let read = |text: String| {
            let names: Vec<String> = text.split(',').map(str::to_owned).collect();
            if names.iter().all(|name| choices.contains(&name.as_str())) {
                Ok(names.into())
            } else {
                let detail = format!("must be some of {}, with commas between", choices.join(", "));
                Err(Error::parameter(name, detail))
            }
        };
        self.value(name)?.map(read).transpose()
    }

    /// A number in an inclusive range.
    ///
    /// # Errors
    /// [`Kind::InvalidParameter`]
    pub fn number(&self, name: &str, from: i64, to: i64) -> Result<Option<i64>, Error> {
        let read = |text: String| {
            let number = text.parse().ok().filter(|number| (from..=to).contains(number));
            number.ok_or_else(|| Error::parameter(name, format!("must be a number from {from} to {to}")))
        };
        self.value(name)?.map(read).transpose()
    }

    /// Numbers, separated by commas.
    ///
    /// # Errors
    /// [`Kind::InvalidParameter`]
    pub fn numbers(&self, name: &str) -> Result<Option<List<i64>>, Error> {
        let read = |text: String| {
            let numbers: Result<Vec<i64>, _> = text.split(',').map(str::parse).collect();
            let numbers =
                numbers.map_err(|_| Error::parameter(name, "must be whole numbers, with commas between"))?;
            if numbers.len() > MAX_NUMBERS {
                return Err(Error::parameter(name, format!("has more than {MAX_NUMBERS} numbers")));
            }
            Ok(numbers.into())
        };
        self.value(name)?.map(read).transpose()
    }

    /// The filter by labels: `tag`, with commas between tags, and `field_ID`.
    ///
    /// # Errors
    /// [`Kind::InvalidParameter`]
    pub fn labels(&self) -> Result<labels::Filter, Error> {
        let tags = self.text("tag")?.unwrap_or_default();
        let tags = tags.split(',').map(str::trim).filter(|tag| !tag.is_empty());
        let tags: Vec<String> = tags.map(str::to_owned).collect();
        let mut fields = Vec::new();
        for (name, id) in self.params.names().filter_map(|name| Some((name, field_id(name)?))) {
            fields.extend(self.text(name)?.map(|value| (id, value)));
        }
        for (name, count) in [("tag", tags.len()), (FIELD, fields.len())] {
            if count > MAX_LABELS {
                return Err(Error::parameter(name, format!("has more than {MAX_LABELS} values")));
            }
        }
        Ok(labels::Filter { tags, fields })
    }

    /// The parameters with their values, but for one of them.
    fn kept(&self, without: &str) -> Vec<(String, String)> {
        let is_own = |name: &&str| **name != *without && **name != *FIELD;
        let known = self.known.iter().copied().filter(is_own);
        let fields = self.params.names().filter(|name| field_id(name).is_some());
        let value = |name: &str| Some((name.to_owned(), self.params.text(name)?.into_owned()));
        known.chain(fields).filter_map(value).collect()
    }

    /// `true` or `false`; false if absent.
    ///
    /// # Errors
    /// [`Kind::InvalidParameter`]
    pub fn flag(&self, name: &str) -> Result<bool, Error> {
        match self.value(name)?.as_deref() {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(Error::parameter(name, "must be true or false")),
        }
    }

    /// One of several names; the first if absent.
    ///
    /// # Errors
    /// [`Kind::InvalidParameter`]
    pub fn choice<T: Copy>(&self, name: &str, choices: &[(&str, T)]) -> Result<T, Error> {
        let requested = self.value(name)?;
        let requested = requested.as_deref().unwrap_or(choices[0].0);
        let found = choices.iter().find(|(choice, _)| *choice == requested);
        found.map(|(_, choice)| *choice).ok_or_else(|| {
            let names: Vec<_> = choices.iter().map(|(choice, _)| *choice).collect();
            Error::parameter(name, format!("must be one of {}", names.join(", ")))
        })
    }

    /// The address of this request with another value of one parameter.
    pub fn with(&self, name: &'static str, value: &str) -> String {
        let kept = self.kept(name);
        let kept = kept.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        super::cursor::address(self.path, kept.chain([(name, value)]))
    }

    /// The page that `limit` and `cursor` select.
    ///
    /// # Errors
    /// [`Kind::InvalidParameter`], [`Kind::InvalidCursor`]
    pub fn page<T: serde::de::DeserializeOwned>(&self) -> Result<Page<T>, Error> {
        let limit = self.number("limit", 1, Page::<T>::MAX_LIMIT)?.unwrap_or(Page::<T>::DEFAULT_LIMIT);
        let after = self.text("cursor")?.map(|text| super::cursor::read(&text)).transpose()?;
        Ok(Page { limit, after, path: self.path.to_owned(), kept: self.kept("cursor") })
    }
}
