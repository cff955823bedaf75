//! Authorization requests and their responses (RFC 6749, 4.1.1 and 4.1.2). The consent page reads a request here, and sends
//! the person's decision to the application.

use url::Url;
use url::form_urlencoded::Serializer;

use super::pkce::Challenge;
use super::refusal;
use super::refusal::Refusal;
use super::{Application, redirect_uris, scopes};

/// The parameters of a request. Blank ones count as missing, but for `state` and `scope`.
#[derive(Clone, Copy, Debug, Default)]
#[expect(missing_docs, reason = "named as in the RFCs")]
pub struct Parameters<'p> {
    pub response_type: Option<&'p str>,
    pub response_mode: Option<&'p str>,
    pub redirect_uri: Option<&'p str>,
    pub scope: Option<&'p str>,
    pub state: Option<&'p str>,
    pub code_challenge: Option<&'p str>,
    pub code_challenge_method: Option<&'p str>,
}

/// A valid request.
#[derive(Clone, Debug)]
pub struct Authorization {
    /// Where the response goes.
    pub target: ResponseTarget,
    /// The requested scopes; `None` for full access.
    pub scopes: Option<Vec<String>>,
    /// The PKCE challenge.
    pub challenge: Option<Challenge>,
}

/// Where a response goes, and how.
#[derive(Clone, Debug)]
pub struct ResponseTarget {
    /// A redirect URI of the application.
    pub redirect_uri: String,
    /// Returned to the application unchanged.
    pub state: Option<String>,
    /// The issuer of the discovery documents (RFC 9207).
    pub issuer: String,
    mode: Mode,
}

/// How the parameters of a response are encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Query,
    Fragment,
    FormPost,
}

/// A response to the application, by way of the browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// A redirect to this address.
    Location(String),
    /// A form with these fields, which the browser submits.
    Form(Vec<(&'static str, String)>),
}

/// Why a request is refused.
#[derive(Clone, Debug)]
pub enum Rejection {
    /// There is no redirect URI. The person sees this error, because it must not be sent anywhere.
    MissingRedirectUri,
    /// The redirect URI is not one of the application's. The person sees this error, too.
    UnknownRedirectUri,
    /// The application gets the error.
    Redirected(ResponseTarget, Refusal),
}

impl Authorization {
    /// Checks the parameters of a request of an application.
    ///
    /// # Errors
    /// The first [`Rejection`].
    pub fn check(
        parameters: &Parameters<'_>,
        application: &Application,
        issuer: String,
    ) -> Result<Self, Rejection> {
        let redirect_uri = parameters.redirect_uri.ok_or(Rejection::MissingRedirectUri)?;
        if !application.redirect_uris.iter().any(|uri| redirect_uris::matches(uri, redirect_uri)) {
            return Err(Rejection::UnknownRedirectUri);
        }
        let mode = Mode::named(parameters.response_mode);
        let target = ResponseTarget {
            redirect_uri: redirect_uri.to_owned(),
            state: parameters.state.map(String::from),
            issuer,
            mode: mode.unwrap_or(Mode::Query),
        };
        match checked(parameters, application, mode) {
            Ok((scopes, challenge)) => Ok(Self { target, scopes, challenge }),
            Err(refusal) => Err(Rejection::Redirected(target, refusal)),
        }
    }
}

type ScopesAndChallenge = (Option<Vec<String>>, Option<Challenge>);

fn checked(
    parameters: &Parameters<'_>,
    application: &Application,
    mode: Option<Mode>,
) -> Result<ScopesAndChallenge, Refusal> {
    let response_type = parameters.response_type.ok_or_else(|| Refusal::missing("response_type"))?;
    if response_type != "code" {
        return Err(refusal::UNSUPPORTED_RESPONSE_TYPE);
    }
    if mode.is_none() {
        return Err(refusal::UNSUPPORTED_RESPONSE_MODE);
    }
    let method = parameters.code_challenge_method;
    let challenge = match parameters.code_challenge {
        Some(text) => Some(Challenge::read(text, method)?),
        None if application.is_public() || method.is_some() => return Err(refusal::CHALLENGE_REQUIRED),
        None => None,
    };
    let scopes = scopes::granted(parameters.scope, application.scopes.as_deref())?;
    Ok((scopes, challenge))
}

impl Mode {
    fn named(name: Option<&str>) -> Option<Self> {
        match name {
            None | Some("query") => Some(Self::Query),
            Some("fragment") => Some(Self::Fragment),
            Some("form_post") => Some(Self::FormPost),
            Some(_) => None,
        }
    }
}

impl ResponseTarget {
    /// The response with an authorization code.
    pub fn code(&self, code: String) -> Delivery {
        self.deliver(vec![("code", code)])
    }

    /// The response with an error.
    pub fn error(&self, refusal: &Refusal) -> Delivery {
        self.deliver(vec![
            ("error", refusal.error.to_owned()),
            ("error_description", refusal.description.clone().into_owned()),
        ])
    }

    fn deliver(&self, mut members: Vec<(&'static str, String)>) -> Delivery {
        members.extend(self.state.clone().map(|state| ("state", state)));
        members.push(("iss", self.issuer.clone()));
        let uri = &self.redirect_uri;
        let encoded = || Serializer::new(String::new()).extend_pairs(&members).finish();
        match self.mode {
            Mode::Query if uri.contains('?') => Delivery::Location(format!("{uri}&{}", encoded())),
            Mode::Query => Delivery::Location(format!("{uri}?{}", encoded())),
            Mode::Fragment => Delivery::Location(format!("{uri}#{}", encoded())),
            Mode::FormPost => Delivery::Form(members),
        }
    }

    /// The target as a source of a Content-Security-Policy: its origin, or its scheme if the origin cannot be written.
    pub fn source(&self) -> Option<String> {
        let url = Url::parse(&self.redirect_uri).ok()?;
        Some(match url.host() {
            Some(url::Host::Domain(_) | url::Host::Ipv4(_)) if url.origin().is_tuple() => {
                url.origin().ascii_serialization()
            }
            _ => format!("{}:", url.scheme()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(redirect_uri: &str, mode: Mode) -> ResponseTarget {
        let issuer = "https://status.example".into();
        ResponseTarget { redirect_uri: redirect_uri.into(), state: Some("a b&c".into()), issuer, mode }
    }

    #[test]
    fn a_response_is_encoded_as_requested() {
        let location = |uri, mode| match target(uri, mode).code("x".into()) {
            Delivery::Location(location) => location,
            Delivery::Form(fields) => format!("{fields:?}"),
        };
        assert_eq!(
            location("https://a.example/cb", Mode::Query),
            "https://a.example/cb?code=x&state=a+b%26c&iss=https%3A%2F%2Fstatus.example"
        );
        assert_eq!(
            location("https://a.example/?k=v", Mode::Query),
            "https://a.example/?k=v&code=x&state=a+b%26c&iss=https%3A%2F%2Fstatus.example"
        );
        assert_eq!(
            location("https://a.example", Mode::Fragment),
            "https://a.example#code=x&state=a+b%26c&iss=https%3A%2F%2Fstatus.example"
        );
        assert_eq!(
            target("https://a.example", Mode::FormPost).code("x".into()),
            Delivery::Form(vec![
                ("code", "x".into()),
                ("state", "a b&c".into()),
                ("iss", "https://status.example".into())
            ])
        );
    }

    #[test]
    fn a_policy_names_the_target_as_narrowly_as_possible() {
        for (uri, source) in [
            ("http://127.0.0.1:8765/callback?x=1", "http://127.0.0.1:8765"),
            ("https://App.example/cb", "https://app.example"),
            ("http://[::1]:9/cb", "http:"),
            ("com.example.app:/cb", "com.example.app:"),
            ("com.example.app://host/cb", "com.example.app:"),
        ] {
            assert_eq!(target(uri, Mode::Query).source().as_deref(), Some(source), "{uri}");
        }
    }
}
