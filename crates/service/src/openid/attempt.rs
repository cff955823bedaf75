//! An attempt to sign in, which the browser keeps in a cookie between the two requests: signed, so that nobody else makes one, and
//! usable for ten minutes.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::jws::decoded;
use base::clock::Time;
use base::rng::random_bytes;
use domain::oauth::pkce::Method;

/// The time in which the person has to come back, in seconds.
pub const SECONDS: i64 = 600;
/// The longest path to return to, in bytes: the cookie has to fit into what browsers keep.
const LONGEST_PATH: usize = 1500;

/// An attempt to sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// Ties the answer of the provider to this browser.
    pub state: String,
    /// Ties the ID token to this attempt.
    pub nonce: String,
    /// Ties the code to this attempt (RFC 7636).
    pub verifier: String,
    /// The path to return to.
    pub return_to: Option<String>,
    /// The id of the session in which a person connects their account; `None`: the person signs in.
    pub session_id: Option<i64>,
    /// When it ends.
    pub until: Time,
}

impl Attempt {
    /// A new attempt.
    pub fn new(now: Time, return_to: Option<&str>, session_id: Option<i64>) -> Self {
        let random = || hex::encode(random_bytes());
        Self {
            state: random(),
            nonce: random(),
            verifier: random(),
            return_to: return_to.filter(|path| path.len() <= LONGEST_PATH).map(str::to_owned),
            session_id,
            until: now.plus_seconds(SECONDS),
        }
    }

    /// The value of the cookie.
    pub fn cookie(&self, secret: &str) -> String {
        let text = serde_json::to_vec(self).expect("an attempt is made of texts and numbers");
        let text = URL_SAFE_NO_PAD.encode(text);
        let code = hex::encode(code(secret, &text).finalize().into_bytes());
        format!("{text}.{code}")
    }

    /// The attempt in a cookie, if it was signed with the secret, has not ended, and is the one with this state.
    pub fn of_cookie(cookie: &str, secret: &str, state: &str, now: Time) -> Option<Self> {
        let (text, given) = cookie.split_once('.')?;
        code(secret, text).verify_slice(&hex::decode(given).ok()?).ok()?;
        let attempt: Self = serde_json::from_slice(&decoded(text)?).ok()?;
        let is_own: bool = attempt.state.as_bytes().ct_eq(state.as_bytes()).into();
        (is_own && now < attempt.until).then_some(attempt)
    }

    /// The challenge of the code (RFC 7636, S256).
    pub fn challenge(&self) -> String {
        Method::S256.challenge(&self.verifier)
    }
}

fn code(secret: &str, text: &str) -> Hmac<Sha256> {
    let mut code = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key of any length");
    code.update(b"attempt to sign in ");
    code.update(text.as_bytes());
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_good_for_its_state_and_for_ten_minutes() {
        let now = Time(0).plus_seconds(1_800_000_000);
        let attempt = Attempt::new(now, Some("/changes?from=2026-01-01"), Some(7));
        let cookie = attempt.cookie("secret");
        assert!(cookie.bytes().all(|byte| byte.is_ascii_graphic() && byte != b';'));
        let read = |cookie: &str, secret, state: &str, seconds| {
            Attempt::of_cookie(cookie, secret, state, now.plus_seconds(seconds))
        };
        assert_eq!(read(&cookie, "secret", &attempt.state, SECONDS - 1), Some(attempt.clone()));
        assert_eq!(read(&cookie, "secret", &attempt.state, SECONDS), None);
        assert_eq!(read(&cookie, "another", &attempt.state, 0), None);
        assert_eq!(read(&cookie, "secret", &attempt.nonce, 0), None);
        assert_eq!(read(&cookie[1..], "secret", &attempt.state, 0), None);
        for other in ["", ".", "a.b", &cookie.replace('.', "")] {
            assert_eq!(read(other, "secret", &attempt.state, 0), None, "{other}");
        }
        assert_eq!(Attempt::new(now, Some(&"/a".repeat(LONGEST_PATH)), None).return_to, None);
    }

    /// RFC 7636, appendix B.
    #[test]
    fn the_challenge_is_that_of_the_standard() {
        let mut attempt = Attempt::new(Time(0), None, None);
        attempt.verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned();
        assert_eq!(attempt.challenge(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }
}
