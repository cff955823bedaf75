//! The sign-in with a provider of `OpenID` Connect, of which this service is a client: discovery, the exchange of codes, and the
//! check of tokens. The pages call this, and `statuary doctor`. It keeps the provider's document and keys, and asks for them anew
//! after an hour, or when a token names a key that it does not know.

pub mod attempt;
pub mod claims;
mod jws;
mod metadata;

use std::sync::Arc;
use std::time::Duration;

use axum::http::request::Builder;
use axum::http::{Method, Request, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use tokio::sync::Mutex;
use url::Url;
use url::form_urlencoded::{self, byte_serialize};

use self::attempt::Attempt;
use self::claims::{Claims, Expected, Groups};
use self::jws::{Jws, Key};
pub use self::metadata::Metadata;
use crate::outgoing::{self, Failed};
use crate::settings::openid::OpenIdSettings;
use base::clock::Time;

/// How long one request to the provider may take, and how long its answer may be, in bytes.
const LIMITS: (Duration, usize) = (Duration::from_secs(10), 256 * 1024);
/// How long document and keys are used before they are asked for anew, in seconds.
const FRESH: i64 = 3600;
/// How long nobody asks again after a failure, in seconds.
const PAUSE: i64 = 5;
/// The shortest time between two looks for an unknown key, in seconds.
const KEY_PAUSE: i64 = 30;
/// The longest ID token that is kept for signing out, in bytes: it becomes a part of a URL.
const LONGEST_HINT: usize = 4096;

/// The provider of the settings.
#[derive(Debug)]
pub struct OpenId {
    /// Which provider, and whom it signs in.
    pub settings: OpenIdSettings,
    client: outgoing::Client,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    provider: Option<Arc<Provider>>,
    failed: Option<(Failure, Time)>,
}

/// What is known of the provider.
#[derive(Clone, Debug)]
pub struct Provider {
    /// Its document.
    pub metadata: Metadata,
    keys: Vec<Key>,
    read_at: Time,
    keys_read_at: Time,
}

/// A person whom the provider signed in.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Unique at the provider.
    pub subject: String,
    /// The e-mail address, if the provider says that it is verified.
    pub email_address: Option<String>,
    /// First and last name.
    pub full_name: Option<String>,
    /// The groups, if rights depend on them.
    pub groups: Option<Groups>,
    /// The session at the provider.
    pub session: Option<String>,
    /// The ID token, for signing out.
    pub id_token: Option<String>,
}

/// A sign-out that the provider asked for.
#[derive(Clone, Debug)]
pub struct Logout {
    /// The person; `None`: the session alone is named.
    pub subject: Option<String>,
    /// The session at the provider; `None`: all of the person.
    pub session: Option<String>,
    /// Sessions that began later stay.
    pub until: Time,
}

/// Why the provider did not sign somebody in; the texts are for the log, and have no secrets.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// It cannot be reached, or answers what this service does not understand.
    #[error("{0}")]
    Away(String),
    /// A code or a token is not valid.
    #[error("{0}")]
    Refused(String),
}

impl From<Failed> for Failure {
    fn from(Failed(reason): Failed) -> Self {
        Self::Away(reason)
    }
}

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
    access_token: Option<String>,
}

/// RFC 6749, 5.2.
#[derive(Deserialize)]
struct Refusal {
    error: String,
}

impl OpenId {
    /// The provider of some settings, of which nothing is known yet.
    pub fn new(settings: OpenIdSettings) -> Self {
        Self { settings, client: outgoing::Client::default(), known: Mutex::default() }
    }

    /// What is known of the provider; asks it, unless it was asked within the last hour.
    ///
    /// # Errors
    /// [`Failure::Away`]
    pub async fn provider(&self, now: Time) -> Result<Arc<Provider>, Failure> {
        let mut known = self.known.lock().await;
        if let Some(provider) =
            known.provider.as_ref().filter(|known| now < known.read_at.plus_seconds(FRESH))
        {
            return Ok(Arc::clone(provider));
        }
        let recent = known.failed.as_ref().filter(|(_, at)| now < at.plus_seconds(PAUSE));
        let asked = if let Some((failure, _)) = recent {
            Err(failure.clone())
        } else {
            let asked = self.discover(now).await;
            known.failed = asked.as_ref().err().map(|failure| (failure.clone(), now));
            asked
        };
        match asked {
            Ok(provider) => {
                let provider = Arc::new(provider);
                known.provider = Some(Arc::clone(&provider));
                Ok(provider)
            }
            // What was known an hour ago is better than nothing.
            Err(failure) => known.provider.clone().ok_or(failure),
        }
    }

    async fn discover(&self, now: Time) -> Result<Provider, Failure> {
        let address = metadata::address(&self.settings.issuer).map_err(Failure::Away)?;
        let document = self.get(&address, None).await?;
        let metadata = Metadata::read(&document, &self.settings.issuer).map_err(Failure::Away)?;
        let keys = self.keys(&metadata).await?;
        Ok(Provider { metadata, keys, read_at: now, keys_read_at: now })
    }

    async fn keys(&self, metadata: &Metadata) -> Result<Vec<Key>, Failure> {
        let set = self.get(&metadata.keys, None).await?;
        Key::read_set(&set).ok_or_else(|| Failure::Away("the keys cannot be read".to_owned()))
    }

    async fn get(&self, url: &Url, access_token: Option<&str>) -> Result<Vec<u8>, Failure> {
        let mut request = Request::builder().method(Method::GET).header(header::ACCEPT, "application/json");
        if let Some(token) = access_token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        match self.client.read(url, request, Vec::new(), LIMITS).await? {
            (200, body) => Ok(body),
            (status, _) => Err(Failure::Away(format!("status {status} at {}", url.path()))),
        }
    }

    /// Where the person signs in.
    ///
    /// # Errors
    /// [`Failure::Away`]
    pub async fn authorization_url(
        &self,
        attempt: &Attempt,
        redirect_uri: &str,
        now: Time,
    ) -> Result<Url, Failure> {
        let mut url = self.provider(now).await?.metadata.authorization.clone();
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.settings.client_id)
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("scope", &self.settings.scopes.join(" "))
            .append_pair("state", &attempt.state)
            .append_pair("nonce", &attempt.nonce)
            .append_pair("code_challenge", &attempt.challenge())
            .append_pair("code_challenge_method", "S256");
        Ok(url)
    }

    /// Exchanges the code of an attempt, and checks the ID token.
    ///
    /// # Errors
    /// [`Failure`]
    pub async fn exchange(
        &self,
        attempt: &Attempt,
        code: &str,
        redirect_uri: &str,
        now: Time,
    ) -> Result<Identity, Failure> {
        let provider = self.provider(now).await?;
        let tokens = self.tokens(&provider.metadata, attempt, code, redirect_uri).await?;
        let claims = self.verified(&tokens.id_token, now).await?;
        claims::check_id_token(&claims, self.expected(now), &attempt.nonce).map_err(refused)?;
        let claims = self.with_userinfo(&provider.metadata, claims, tokens.access_token.as_deref()).await?;
        let text = |name: &str| claims::text(&claims, name).map(str::to_owned);
        let groups = self.settings.administrators.as_ref();
        Ok(Identity {
            subject: claims::subject(&claims).map_err(refused)?.to_owned(),
            email_address: claims::verified_address(&claims).map(str::to_owned),
            full_name: text("name"),
            groups: groups.map(|_| claims::groups(&claims, &self.settings.groups_claim)),
            session: text("sid"),
            id_token: Some(tokens.id_token).filter(|token| token.len() <= LONGEST_HINT),
        })
    }

    async fn tokens(
        &self,
        metadata: &Metadata,
        attempt: &Attempt,
        code: &str,
        redirect_uri: &str,
    ) -> Result<Tokens, Failure> {
        let (request, body) = self.token_request(metadata, attempt, code, redirect_uri);
        let (status, body) = self.client.read(&metadata.token, request, body, LIMITS).await?;
        match status {
            200 => serde_json::from_slice(&body)
                .map_err(|_| Failure::Away("the answer to a code has no ID token".to_owned())),
            400..500 => {
                let name =
                    serde_json::from_slice(&body).map_or_else(|_| String::new(), |Refusal { error }| error);
                let name: String = name.chars().filter(char::is_ascii_graphic).take(60).collect();
                Err(Failure::Refused(format!("the provider refused the code: {status} {name}")))
            }
            _ => Err(Failure::Away(format!("status {status} for a code"))),
        }
    }

    /// The request that exchanges a code, and its body.
    fn token_request(
        &self,
        metadata: &Metadata,
        attempt: &Attempt,
        code: &str,
        redirect_uri: &str,
    ) -> (Builder, Vec<u8>) {
        let (id, secret) = (&self.settings.client_id, &self.settings.client_secret.0);
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("grant_type", "authorization_code")
            .append_pair("code", code)
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("code_verifier", &attempt.verifier);
        let mut request = Request::builder()
            .method(Method::POST)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ACCEPT, "application/json");
        if metadata.is_secret_in_body {
            form.append_pair("client_id", id).append_pair("client_secret", secret);
        } else {
            // Both are encoded as in a form (RFC 6749, 2.3.1).
            let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
            let pair = STANDARD.encode(format!("{}:{}", encoded(id), encoded(secret)));
            request = request.header(header::AUTHORIZATION, format!("Basic {pair}"));
        }
        (request, form.finish().into_bytes())
    }

    /// Adds what the provider says about the person elsewhere, where the ID token lacks something.
    async fn with_userinfo(
        &self,
        metadata: &Metadata,
        mut claims: Claims,
        access_token: Option<&str>,
    ) -> Result<Claims, Failure> {
        let lacks_groups = self.settings.administrators.is_some()
            && claims::groups(&claims, &self.settings.groups_claim) == Groups::Known(Vec::new());
        let lacks = !claims.contains_key("email") || !claims.contains_key("name") || lacks_groups;
        let (Some(url), Some(token), true) = (&metadata.userinfo, access_token, lacks) else {
            return Ok(claims);
        };
        let body = self.get(url, Some(token)).await?;
        let more: Claims = serde_json::from_slice(&body)
            .map_err(|_| Failure::Away("what the provider says about a person cannot be read".to_owned()))?;
        if more.get("sub") != claims.get("sub") {
            return Err(Failure::Refused("the provider told about another person".to_owned()));
        }
        if !claims.contains_key("email") {
            // An address and its verification belong together.
            claims.remove("email_verified");
        }
        let is_address = |name: &str| matches!(name, "email" | "email_verified");
        let has_address = claims.contains_key("email");
        for (name, value) in more {
            if !(has_address && is_address(&name)) {
                claims.entry(name).or_insert(value);
            }
        }
        Ok(claims)
    }

    /// The claims of a token whose signature is verified by a key of the provider. An unknown key makes this service ask for the
    /// keys, once in a while.
    async fn verified(&self, token: &str, now: Time) -> Result<Claims, Failure> {
        let invalid = || Failure::Refused("a token has no valid signature".to_owned());
        let token = Jws::read(token).ok_or_else(invalid)?;
        let mut provider = self.provider(now).await?;
        if !token.has_key(&provider.keys) {
            provider = self.with_new_keys(now).await?;
        }
        token.claims(&provider.keys).ok_or_else(invalid)
    }

    async fn with_new_keys(&self, now: Time) -> Result<Arc<Provider>, Failure> {
        let mut known = self.known.lock().await;
        let Some(provider) = known.provider.clone() else {
            return Err(Failure::Away("the provider is not known".to_owned()));
        };
        if now < provider.keys_read_at.plus_seconds(KEY_PAUSE) {
            return Ok(provider);
        }
        let (keys, failure) = match self.keys(&provider.metadata).await {
            Ok(keys) => (keys, None),
            Err(failure) => (provider.keys.clone(), Some(failure)),
        };
        let provider = Arc::new(Provider { keys, keys_read_at: now, ..(*provider).clone() });
        known.provider = Some(Arc::clone(&provider));
        failure.map_or(Ok(provider), Err)
    }

    /// Checks the token with which the provider signs somebody out.
    ///
    /// # Errors
    /// [`Failure`]
    pub async fn logout(&self, token: &str, now: Time) -> Result<Logout, Failure> {
        let claims = self.verified(token, now).await?;
        claims::check_logout_token(&claims, self.expected(now)).map_err(refused)?;
        let text = |name: &str| claims::text(&claims, name).map(str::to_owned);
        let until = claims::issued_at(&claims).map_or(now, claims::with_skew);
        Ok(Logout { subject: text("sub"), session: text("sid"), until })
    }

    /// Where the person signs out of the provider, too; `None` if it has no such place, or cannot be asked.
    pub async fn end_session_url(&self, id_token: Option<&str>, back_to: &str, now: Time) -> Option<Url> {
        let mut url = self.provider(now).await.ok()?.metadata.end_session.clone()?;
        {
            let mut pairs = url.query_pairs_mut();
            pairs.append_pair("client_id", &self.settings.client_id);
            pairs.append_pair("post_logout_redirect_uri", back_to);
            if let Some(token) = id_token {
                pairs.append_pair("id_token_hint", token);
            }
        }
        Some(url)
    }

    fn expected(&self, now: Time) -> Expected<'_> {
        Expected { issuer: &self.settings.issuer, client_id: &self.settings.client_id, now }
    }
}

impl Provider {
    /// The number of keys that verify signatures.
    pub fn number_of_keys(&self) -> usize {
        self.keys.len()
    }
}

fn refused(reason: &str) -> Failure {
    Failure::Refused(format!("a token was refused: {reason}"))
}
