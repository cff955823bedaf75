//! A provider of `OpenID` Connect on a free port of this machine, which signs in whom the story names, and lies as it is told.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use url::Url;

use crate::peer::Request;

pub const CLIENT: (&str, &str) = ("statuary", "s3cret + &");

pub struct Peer {
    pub url: String,
    kept: Arc<Mutex<Kept>>,
}

struct Kept {
    url: String,
    key_id: String,
    key: EcdsaKeyPair,
    published: Vec<Value>,
    claims: Map<String, Value>,
    userinfo: Value,
    /// The nonce and the challenge of each code that was not exchanged.
    codes: HashMap<String, (String, String)>,
    given: usize,
    requests: BTreeMap<String, u32>,
    broken: Option<String>,
    now: i64,
}

fn encoded(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn new_key() -> EcdsaKeyPair {
    let random = SystemRandom::new();
    let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).expect("a key");
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref(), &random).expect("a key")
}

impl Peer {
    /// A provider whose clock stands at a number of seconds.
    pub async fn new(now: i64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/realm", listener.local_addr().expect("an address"));
        let kept = Kept {
            url: url.clone(),
            key_id: String::new(),
            key: new_key(),
            published: Vec::new(),
            claims: Map::new(),
            userinfo: Value::Null,
            codes: HashMap::new(),
            given: 0,
            requests: BTreeMap::new(),
            broken: None,
            now,
        };
        let peer = Self { url, kept: Arc::new(Mutex::new(kept)) };
        peer.rotate("first", true);
        let kept = Arc::clone(&peer.kept);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let kept = Arc::clone(&kept);
                tokio::spawn(async move { drop(serve(stream, &kept).await) });
            }
        });
        peer
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Signs with a new key, which is the only one that is published, or is not.
    pub fn rotate(&self, id: &str, is_published: bool) {
        let mut kept = self.kept();
        kept.key = new_key();
        id.clone_into(&mut kept.key_id);
        if is_published {
            let point = kept.key.public_key().as_ref().to_vec();
            let key = json!({"kty": "EC", "crv": "P-256", "use": "sig", "kid": id,
                "x": encoded(&point[1..33]), "y": encoded(&point[33..])});
            kept.published = vec![key];
        }
    }

    /// Whom it signs in: the claims of the ID token, beside or in place of the usual ones. Null takes one away.
    pub fn signs_in(&self, claims: &Value) {
        self.kept().claims = claims.as_object().expect("an object").clone();
    }

    /// What it says about the person elsewhere.
    pub fn tells(&self, userinfo: Value) {
        self.kept().userinfo = userinfo;
    }

    /// Answers everything with this, until it is told otherwise.
    pub fn answers(&self, broken: Option<String>) {
        self.kept().broken = broken;
    }

    /// Its clock goes on.
    pub fn waits(&self, seconds: i64) {
        self.kept().now += seconds;
    }

    /// The number of requests to a path.
    pub fn asked(&self, path: &str) -> u32 {
        self.kept().requests.get(path).copied().unwrap_or_default()
    }

    /// The person agrees: the path to which the browser is sent back.
    pub fn agrees(&self, location: &str) -> String {
        let url = Url::parse(location).expect("a URL");
        let query: HashMap<_, _> = url.query_pairs().into_owned().collect();
        assert!(location.starts_with(&format!("{}/auth?tenant=1&", self.url)), "{location}");
        assert_eq!((query["client_id"].as_str(), query["response_type"].as_str()), (CLIENT.0, "code"));
        assert_eq!((query["code_challenge_method"].as_str(), query["code_challenge"].len()), ("S256", 43));
        let mut kept = self.kept();
        kept.given += 1;
        let code = format!("code-{}", kept.given);
        let of = (query["nonce"].clone(), query["code_challenge"].clone());
        kept.codes.insert(code.clone(), of);
        let back = Url::parse(&query["redirect_uri"]).expect("a URL");
        format!("{}?state={}&code={code}", back.path(), query["state"])
    }

    /// A token with these claims beside or in place of the usual ones.
    pub fn token(&self, claims: &Value) -> String {
        self.kept().token(claims.as_object().expect("an object"))
    }
}

impl Kept {
    fn token(&self, changes: &Map<String, Value>) -> String {
        let claims = json!({"iss": self.url, "aud": CLIENT.0, "sub": "subject-1", "iat": self.now,
            "exp": self.now + 300});
        let mut claims = claims.as_object().expect("an object").clone();
        for (name, value) in changes {
            if value.is_null() {
                claims.remove(name)
            } else {
                claims.insert(name.clone(), value.clone())
            };
        }
        let header = json!({"alg": "ES256", "kid": self.key_id});
        let signed = format!(
            "{}.{}",
            encoded(header.to_string()),
            encoded(serde_json::to_string(&claims).expect("JSON"))
        );
        let signature = self.key.sign(&SystemRandom::new(), signed.as_bytes()).expect("a signature");
        format!("{signed}.{}", encoded(signature))
    }

    fn answer(&mut self, path: &str, head: &str, body: &str) -> (u16, Value) {
        *self.requests.entry(path.to_owned()).or_default() += 1;
        let at = |path: &str| format!("{}{path}", self.url);
        match path {
            "/realm/.well-known/openid-configuration" => (
                200,
                json!({"issuer": self.url, "authorization_endpoint": at("/auth?tenant=1"),
                    "token_endpoint": at("/token"), "jwks_uri": at("/keys"),
                    "userinfo_endpoint": at("/me"), "end_session_endpoint": at("/end")}),
            ),
            "/realm/keys" => (200, json!({"keys": self.published})),
            "/realm/token" => self.exchange(head, body),
            "/realm/me" if head.contains("Bearer access") => (200, self.about()),
            _ => (404, json!({})),
        }
    }

    /// What it says about the person elsewhere: by default, nothing but the subject.
    fn about(&self) -> Value {
        if self.userinfo.is_null() { json!({"sub": self.claims.get("sub")}) } else { self.userinfo.clone() }
    }

    fn exchange(&mut self, head: &str, body: &str) -> (u16, Value) {
        let form: HashMap<String, String> =
            url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
        // Both are encoded as in a form.
        let pair = STANDARD.encode("statuary:s3cret+%2B+%26");
        let is_client = head.contains(&format!("Basic {pair}"));
        let taken = self.codes.remove(&form["code"]);
        let challenge = encoded(Sha256::digest(&form["code_verifier"]));
        match taken.filter(|(_, known)| is_client && *known == challenge) {
            None => (400, json!({"error": "invalid_grant"})),
            Some((nonce, _)) => {
                let mut claims = self.claims.clone();
                claims.entry("nonce").or_insert_with(|| nonce.into());
                (
                    200,
                    json!({"id_token": self.token(&claims), "access_token": "access", "token_type": "Bearer"}),
                )
            }
        }
    }
}

async fn serve(mut stream: TcpStream, kept: &Mutex<Kept>) -> std::io::Result<()> {
    let Some(request) = Request::read(&mut stream).await? else { return Ok(()) };
    let body = String::from_utf8_lossy(&request.body);
    let answer = {
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        let (status, value) = kept.answer(request.path(), &request.head, &body);
        let body = value.to_string();
        let usual = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        kept.broken.clone().unwrap_or(usual)
    };
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await
}
