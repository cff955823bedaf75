//! A write to this surface: its body is a JSON object, whose members must all be known.

use axum::extract::{FromRequest, FromRequestParts, Request as HttpRequest};
use axum::http::header;
use serde_json::{Map, Value};

use super::problem::{Error, Kind};
use super::request::Request;
use base::clock::Date;
use domain::error::{Error as Cause, Problem, Violation};
use domain::events::Source;
use domain::text::without_nul;
use service::app::App;
use service::body::media_type;
use service::{body, write};

/// A write with a readable body.
pub struct Body {
    /// The request itself.
    pub request: Request,
    members: Map<String, Value>,
}

/// Reads the members of a body, and collects the violations.
pub struct Members<'b> {
    members: &'b Map<String, Value>,
    /// The violations so far.
    pub violations: Vec<Violation>,
}

/// A write that needs no body: there is none, or an empty object.
pub struct Bodiless(pub Request);

/// A write whose body may be empty, like an empty object.
pub struct OptionalBody(pub Body);

impl FromRequest<App> for Body {
    type Rejection = Error;

    async fn from_request(request: HttpRequest, app: &App) -> Result<Self, Error> {
        let (request, bytes) = received(request, app).await?;
        let members = members(&bytes)?;
        Ok(Self { request, members })
    }
}

impl FromRequest<App> for Bodiless {
    type Rejection = Error;

    async fn from_request(request: HttpRequest, app: &App) -> Result<Self, Error> {
        let (request, bytes) = received(request, app).await?;
        let members = if bytes.is_empty() { Map::new() } else { members(&bytes)? };
        let error = members.keys().fold(Error::new(Kind::UnknownMember), |error, name| {
            error.at_member(name, "is not known here; known: none")
        });
        if error.has_locations() { Err(error) } else { Ok(Self(request)) }
    }
}

impl FromRequest<App> for OptionalBody {
    type Rejection = Error;

    async fn from_request(request: HttpRequest, app: &App) -> Result<Self, Error> {
        let (request, bytes) = received(request, app).await?;
        let members = if bytes.is_empty() { Map::new() } else { members(&bytes)? };
        Ok(Self(Body { request, members }))
    }
}

/// The request and its body. A body has to be JSON by its content type.
async fn received(request: HttpRequest, app: &App) -> Result<(Request, Vec<u8>), Error> {
    let (mut parts, sent) = request.into_parts();
    let mut request = Request::from_request_parts(&mut parts, app).await?;
    let content_type = parts.headers.get(header::CONTENT_TYPE);
    let media_type = content_type.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    if let Some(text) = media_type.filter(|text| !is_json(text)) {
        let detail = format!("The body is `{text}`; send `application/json`.");
        return Err(Error::new(Kind::UnsupportedMediaType).with_detail(detail));
    }
    let bytes = body::read(&parts.headers, sent).await?;
    request.key = write::key(&request.caller, Source::Native, &parts, &bytes)?;
    Ok((request, bytes.to_vec()))
}

/// The members of a JSON object.
fn members(bytes: &[u8]) -> Result<Map<String, Value>, Error> {
    match serde_json::from_slice(body::without_mark(bytes)) {
        Ok(Value::Object(members)) => {
            without_nul(&members)?;
            Ok(members)
        }
        Ok(_) => Err(Error::new(Kind::Unreadable).with_detail("The body is not a JSON object.")),
        Err(error) => {
            Err(Error::new(Kind::Unreadable).with_detail(format!("The body is not JSON: {error}.")))
        }
    }
}

/// A whole number of 64 bits. JSON Schema takes `35.0` for an integer as well as `35`, and so do the documents of this surface.
pub fn integer(value: &Value) -> Option<i64> {
    let whole = |number: &f64| number.fract() == 0.0;
    value.as_i64().or_else(|| format!("{:.0}", value.as_f64().filter(whole)?).parse().ok())
}

/// Returns whether a content type is JSON or a JSON merge patch (RFC 7396).
fn is_json(content_type: &str) -> bool {
    let media_type = media_type(content_type);
    ["application/json", "application/merge-patch+json"]
        .iter()
        .any(|known| media_type.eq_ignore_ascii_case(known))
}

impl Body {
    /// The members, if all of them are known.
    ///
    /// # Errors
    /// [`Kind::UnknownMember`] with each unknown member.
    pub fn members(&self, known: &[&str]) -> Result<Members<'_>, Error> {
        let unknown = self.members.keys().filter(|name| !known.contains(&name.as_str()));
        let error = unknown.fold(Error::new(Kind::UnknownMember), |error, name| {
            error.at_member(name, format!("is not known here; known: {}", known.join(", ")))
        });
        if error.has_locations() {
            return Err(error);
        }
        Ok(Members { members: &self.members, violations: Vec::new() })
    }
}

impl Members<'_> {
    /// A text that may be null; the outer `None` means that the member is absent.
    pub fn nullable_text(&mut self, name: &'static str) -> Option<Option<String>> {
        match self.members.get(name)? {
            Value::Null => Some(None),
            Value::String(text) => Some(Some(text.clone())),
            _ => self.wrong(name, Problem::Malformed),
        }
    }

    /// A text.
    pub fn text(&mut self, name: &'static str) -> Option<String> {
        match self.nullable_text(name)? {
            Some(text) => Some(text),
            None => self.wrong(name, Problem::Blank),
        }
    }

    /// The value, whatever its type.
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.members.get(name)
    }

    /// A list of texts.
    pub fn texts(&mut self, name: &'static str) -> Option<Vec<String>> {
        let texts = |list: &Vec<Value>| list.iter().map(|one| Some(one.as_str()?.to_owned())).collect();
        match self.members.get(name)?.as_array().and_then(texts) {
            Some(texts) => Some(texts),
            None => self.wrong(name, Problem::Malformed),
        }
    }

    /// `true` or `false`.
    pub fn flag(&mut self, name: &'static str) -> Option<bool> {
        match self.members.get(name)? {
            Value::Bool(flag) => Some(*flag),
            _ => self.wrong(name, Problem::Malformed),
        }
    }

    /// A whole number that may be null; the outer `None` means that the member is absent.
    pub fn nullable_number(&mut self, name: &'static str) -> Option<Option<i64>> {
        match self.members.get(name)? {
            Value::Null => Some(None),
            value => match integer(value) {
                Some(number) => Some(Some(number)),
                None => self.wrong(name, Problem::Malformed),
            },
        }
    }

    /// A whole number.
    pub fn number(&mut self, name: &'static str) -> Option<i64> {
        match self.nullable_number(name)? {
            Some(number) => Some(number),
            None => self.wrong(name, Problem::Blank),
        }
    }

    /// A day that may be null; the outer `None` means that the member is absent.
    pub fn nullable_date(&mut self, name: &'static str) -> Option<Option<Date>> {
        match self.nullable_text(name)?.map(|text| text.parse()) {
            None => Some(None),
            Some(Ok(date)) => Some(Some(date)),
            Some(Err(_)) => self.wrong(name, Problem::Malformed),
        }
    }

    /// Returns `Ok` if there are no violations.
    ///
    /// # Errors
    /// [`Cause::Invalid`]
    pub fn check(self) -> Result<(), Cause> {
        Cause::check(self.violations)
    }

    fn wrong<T>(&mut self, name: &'static str, problem: Problem) -> Option<T> {
        self.violations.push(Violation::new(name, problem));
        None
    }
}

/// Returns `Ok` if neither the types of the members nor their values break a rule. A member of the wrong type is not in the
/// draft, and is not reported as missing as well.
///
/// # Errors
/// [`Cause::Invalid`]
pub fn check(types: Vec<Violation>, values: Vec<Violation>) -> Result<(), Cause> {
    let mut all = types;
    let has_type = |one: &Violation| all.iter().all(|other| other.field != one.field);
    let more: Vec<_> = values.into_iter().filter(has_type).collect();
    all.extend(more);
    Cause::check(all)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::integer;

    #[test]
    fn a_number_without_a_fraction_is_whole_however_it_is_written() {
        for (value, expected) in [
            (json!(35), Some(35)),
            (json!(35.0), Some(35)),
            (json!(-1e3), Some(-1000)),
            (json!(-0.0), Some(0)),
            (json!(i64::MIN), Some(i64::MIN)),
            (json!(35.5), None),
            (json!(1e19), None),
            (json!(u64::MAX), None),
            (json!("35"), None),
            (json!(true), None),
        ] {
            assert_eq!(integer(&value), expected, "{value}");
        }
    }
}
