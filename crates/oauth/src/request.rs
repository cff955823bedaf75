//! What an application asks of a person by sending the browser here, and the way back (RFC 6749, 4.1.1 and 4.1.2).

use url::Url;
use url::form_urlencoded::Serializer;

use domain::oauth::pkce::Challenge;
use domain::oauth::refusal;
use domain::oauth::refusal::Refusal;
use domain::oauth::{Application, redirect_uris, scopes};
use service::params::Params;

/// A question that can be put to a person.
#[derive(Clone, Debug)]
pub struct Authorization {
    /// Where the answer goes.
    pub back: WayBack,
    /// What is asked for; none: all that the person may.
    pub scopes: Option<Vec<String>>,
    /// What the holder of the code must prove.
    pub challenge: Option<Challenge>,
}

/// Where an answer goes, and how.
#[derive(Clone, Debug)]
pub struct WayBack {
    /// A registered place.
    pub redirect_uri: String,
    /// What the application wants to read again.
    pub state: Option<String>,
    /// Who answers (RFC 9207): the issuer of the discovery documents.
    pub issuer: String,
    mode: Mode,
}

/// How the members of an answer travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Query,
    Fragment,
    FormPost,
}

/// An answer on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// The browser is led there.
    Location(String),
    /// The browser sends a form with these fields.
    Form(Vec<(&'static str, String)>),
}

/// Why a question cannot be put.
#[derive(Clone, Debug)]
pub enum Objection {
    /// The person reads this message: there is nowhere to send it.
    Shown(&'static str),
    /// The application reads it.
    Sent(WayBack, Refusal),
}

impl Authorization {
    /// The question in some parameters, of the application that they name.
    ///
    /// # Errors
    /// The first [`Objection`].
    pub fn read(params: &Params, application: &Application, issuer: String) -> Result<Self, Objection> {
        let redirect_uri = params.filled("redirect_uri");
        let redirect_uri = redirect_uri.ok_or(Objection::Shown("asked-no-redirect"))?;
        if !application.redirect_uris.iter().any(|uri| redirect_uris::matches(uri, &redirect_uri)) {
            return Err(Objection::Shown("asked-wrong-redirect"));
        }
        let mode = Mode::named(params.filled("response_mode").as_deref());
        let back = WayBack {
            redirect_uri: redirect_uri.into_owned(),
            state: params.text("state").map(String::from),
            issuer,
            mode: mode.unwrap_or(Mode::Query),
        };
        match question(params, application, mode) {
            Ok((scopes, challenge)) => Ok(Self { back, scopes, challenge }),
            Err(refusal) => Err(Objection::Sent(back, refusal)),
        }
    }
}

type Question = (Option<Vec<String>>, Option<Challenge>);

fn question(params: &Params, application: &Application, mode: Option<Mode>) -> Result<Question, Refusal> {
    let response_type = params.filled("response_type").ok_or_else(|| Refusal::missing("response_type"))?;
    if response_type != "code" {
        return Err(refusal::UNSUPPORTED_RESPONSE_TYPE);
    }
    if mode.is_none() {
        return Err(refusal::UNSUPPORTED_RESPONSE_MODE);
    }
    let method = params.filled("code_challenge_method");
    let challenge = match params.filled("code_challenge") {
        Some(text) => Some(Challenge::read(&text, method.as_deref())?),
        None if application.is_public() || method.is_some() => return Err(refusal::CHALLENGE_REQUIRED),
        None => None,
    };
    let scopes = scopes::granted(params.text("scope").as_deref(), application.scopes.as_deref())?;
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

impl WayBack {
    /// A code.
    pub fn code(&self, code: String) -> Delivery {
        self.deliver(vec![("code", code)])
    }

    /// A refusal.
    pub fn refusal(&self, refusal: &Refusal) -> Delivery {
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

    /// The place as a Content-Security-Policy names it: its origin, or its scheme where an origin cannot be written.
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

    fn back(redirect_uri: &str, mode: Mode) -> WayBack {
        let issuer = "https://status.example".into();
        WayBack { redirect_uri: redirect_uri.into(), state: Some("a b&c".into()), issuer, mode }
    }

    #[test]
    fn an_answer_travels_as_it_was_asked_for() {
        let location = |uri, mode| match back(uri, mode).code("x".into()) {
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
            back("https://a.example", Mode::FormPost).code("x".into()),
            Delivery::Form(vec![
                ("code", "x".into()),
                ("state", "a b&c".into()),
                ("iss", "https://status.example".into())
            ])
        );
    }

    #[test]
    fn a_policy_names_the_place_as_narrowly_as_it_can() {
        for (uri, source) in [
            ("http://127.0.0.1:8765/callback?x=1", "http://127.0.0.1:8765"),
            ("https://App.example/cb", "https://app.example"),
            ("http://[::1]:9/cb", "http:"),
            ("com.example.app:/cb", "com.example.app:"),
            ("com.example.app://host/cb", "com.example.app:"),
        ] {
            assert_eq!(back(uri, Mode::Query).source().as_deref(), Some(source), "{uri}");
        }
    }
}
