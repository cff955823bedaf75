//! Signed tokens (RFC 7515) in their compact form, and the keys (RFC 7517) that verify them.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Map, Value};

use base::signature::{Algorithm, Encoding, PublicKey};

/// The longest token, in bytes.
pub const LONGEST: usize = 64 * 1024;
/// The largest number of keys of a provider.
const MOST_KEYS: usize = 100;

/// A token whose signature is not verified yet.
#[derive(Clone, Debug)]
pub struct Jws<'t> {
    /// The id of its key, if it names one.
    pub key_id: Option<String>,
    algorithm: Algorithm,
    signed: &'t str,
    payload: Vec<u8>,
    signature: Vec<u8>,
}

/// A key that verifies signatures.
#[derive(Clone, Debug)]
pub struct Key {
    id: Option<String>,
    algorithm: Option<Algorithm>,
    public: PublicKey,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    #[serde(default)]
    crit: Option<Value>,
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Value>,
}

#[derive(Deserialize)]
struct KeyObject {
    kty: String,
    kid: Option<String>,
    r#use: Option<String>,
    alg: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

/// Reads base64url without padding.
pub fn decoded(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

impl<'t> Jws<'t> {
    /// Reads a token; `None` if it is none, or its algorithm is not one with a public key.
    pub fn read(text: &'t str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let (signed, signature) = text.rsplit_once('.')?;
        let (header, payload) = signed.split_once('.')?;
        let header: Header = serde_json::from_slice(&decoded(header)?).ok()?;
        if header.crit.is_some() {
            return None;
        }
        Some(Self {
            key_id: header.kid,
            algorithm: Algorithm::named(&header.alg)?,
            signed,
            payload: decoded(payload)?,
            signature: decoded(signature)?,
        })
    }

    /// Whether one of some keys may be that of the token.
    pub fn has_key(&self, keys: &[Key]) -> bool {
        keys.iter().any(|key| self.is_of(key))
    }

    /// The claims, if one of some keys verifies the signature.
    pub fn claims(&self, keys: &[Key]) -> Option<Map<String, Value>> {
        let verifies = |key: &Key| {
            key.public.verifies(self.algorithm, Encoding::Fixed, self.signed.as_bytes(), &self.signature)
        };
        if keys.iter().any(|key| self.is_of(key) && verifies(key)) {
            serde_json::from_slice(&self.payload).ok()
        } else {
            None
        }
    }

    /// Whether a key has the id that the token names, and may be used with its algorithm.
    fn is_of(&self, key: &Key) -> bool {
        let is_named = self.key_id.is_none() || self.key_id == key.id;
        is_named && key.algorithm.is_none_or(|algorithm| algorithm == self.algorithm)
    }
}

impl Key {
    /// The keys of a set that verify signatures. Others are left out.
    pub fn read_set(bytes: &[u8]) -> Option<Vec<Self>> {
        let set: KeySet = serde_json::from_slice(bytes).ok()?;
        let keys = set.keys.into_iter().take(MOST_KEYS);
        Some(keys.filter_map(|key| Self::of(serde_json::from_value(key).ok()?)).collect())
    }

    fn of(object: KeyObject) -> Option<Self> {
        if object.r#use.is_some_and(|purpose| purpose != "sig") {
            return None;
        }
        let algorithm = match &object.alg {
            Some(name) => Some(Algorithm::named(name)?),
            None => None,
        };
        let number = |text: &Option<String>| decoded(text.as_deref()?);
        let public = match (object.kty.as_str(), object.crv.as_deref()) {
            ("RSA", _) => PublicKey::Rsa { modulus: number(&object.n)?, exponent: number(&object.e)? },
            ("EC", Some("P-256")) => PublicKey::of_point(32, &number(&object.x)?, &number(&object.y)?)?,
            ("EC", Some("P-384")) => PublicKey::of_point(48, &number(&object.x)?, &number(&object.y)?)?,
            ("OKP", Some("Ed25519")) => PublicKey::Ed25519(number(&object.x)?),
            _ => return None,
        };
        Some(Self { id: object.kid, algorithm, public })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = r#"{"kty":"EC","crv":"P-256","kid":"a","use":"sig",
        "x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#;
    /// RFC 7515, A.3.
    const TOKEN: &str = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

    fn keys(list: &str) -> Vec<Key> {
        Key::read_set(format!("{{\"keys\":[{list}]}}").as_bytes()).expect("a set")
    }

    #[test]
    fn a_token_is_verified_by_a_key_for_its_algorithm() {
        let token = Jws::read(TOKEN).expect("a token");
        assert_eq!(token.claims(&keys(KEY)).expect("claims")["iss"], "joe");
        for other in [
            KEY.replace("\"sig\"", "\"enc\""),
            KEY.replace("\"kid\":\"a\"", "\"alg\":\"RS256\""),
            KEY.replace("\"kid\":\"a\"", "\"alg\":\"HS256\""),
            KEY.replace("\"P-256\"", "\"P-521\""),
            KEY.replace("\"EC\"", "\"oct\""),
            KEY.replace("f83O", "f83P"),
        ] {
            assert!(token.claims(&keys(&other)).is_none(), "{other}");
        }
        assert!(Key::read_set(b"{}").is_none() && keys("1,{},null").is_empty());
        let many = keys(&vec![KEY; MOST_KEYS + 1].join(","));
        assert_eq!(many.len(), MOST_KEYS);
    }

    #[test]
    fn a_token_without_a_signature_or_with_a_shared_secret_is_none() {
        let with = |header: &str| {
            let rest = TOKEN.split_once('.').expect("parts").1;
            format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header))
        };
        assert!(Jws::read(&with(r#"{"alg":"ES256"}"#)).is_some());
        for header in [
            r#"{"alg":"none"}"#,
            r#"{"alg":"HS256"}"#,
            r#"{"alg":"ES256","crit":["b64"],"b64":false}"#,
            r#"{"kid":"a"}"#,
            "",
        ] {
            assert!(Jws::read(&with(header)).is_none(), "{header}");
        }
        for text in ["", ".", "..", "a.b", "a.b.c", &format!("{TOKEN}="), &"a".repeat(LONGEST + 1)] {
            assert!(Jws::read(text).is_none(), "{}", text.len());
        }
        let named = with(r#"{"alg":"ES256","kid":"b"}"#);
        assert!(!Jws::read(&named).expect("a token").has_key(&keys(KEY)));
    }
}
