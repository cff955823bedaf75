//! Proof that the client that exchanges a code is the client that requested it (RFC 7636).

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Serialize;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::refusal::{INVALID_CHALLENGE, INVALID_CHALLENGE_METHOD, Refusal};

/// A code challenge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// The challenge as it was sent.
    pub text: String,
    /// How it is derived from the verifier.
    pub method: Method,
}

/// How a challenge is derived from its verifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "named as on the wire")]
pub enum Method {
    #[serde(rename = "plain")]
    Plain,
    S256,
}

impl Method {
    /// The method with a name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Plain, Self::S256].into_iter().find(|method| method.name() == name)
    }

    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::S256 => "S256",
        }
    }

    /// The challenge that is derived from a verifier.
    pub fn challenge(self, verifier: &str) -> String {
        match self {
            Self::Plain => verifier.to_owned(),
            Self::S256 => BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)),
        }
    }

    /// Whether a challenge is derived from a verifier.
    pub fn is_met_by(self, challenge: &str, verifier: &str) -> bool {
        self.challenge(verifier).as_bytes().ct_eq(challenge.as_bytes()).into()
    }
}

impl Challenge {
    /// Parses the parameters of a request. The default method is `plain` (RFC 7636).
    pub fn read(text: &str, method: Option<&str>) -> Result<Self, Refusal> {
        let method = Method::named(method.unwrap_or("plain")).ok_or(INVALID_CHALLENGE_METHOD)?;
        let is_unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        let fits = if method == Method::S256 { text.len() == 43 } else { (43..=128).contains(&text.len()) };
        if fits && text.bytes().all(is_unreserved) {
            Ok(Self { text: text.to_owned(), method })
        } else {
            Err(INVALID_CHALLENGE)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7636, appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn a_challenge_is_met_by_its_verifier_alone() {
        let hashed = Challenge::read(CHALLENGE, Some("S256")).unwrap();
        assert!(hashed.method.is_met_by(&hashed.text, VERIFIER));
        assert!(
            !hashed.method.is_met_by(&hashed.text, CHALLENGE) && !hashed.method.is_met_by(&hashed.text, "")
        );
        for method in [None, Some("plain")] {
            let plain = Challenge::read(CHALLENGE, method).unwrap();
            assert!(plain.method.is_met_by(&plain.text, CHALLENGE));
            assert!(!plain.method.is_met_by(&plain.text, VERIFIER));
        }
    }

    #[test]
    fn malformed_challenges_are_refused() {
        assert_eq!(Challenge::read(CHALLENGE, Some("s256")), Err(INVALID_CHALLENGE_METHOD));
        let (short, long) = ("a".repeat(42), "a".repeat(129));
        for (text, method) in [
            (short.as_str(), None),
            (&long, None),
            (&CHALLENGE.replace('-', "+"), None),
            (&long[..44], Some("S256")),
        ] {
            assert_eq!(Challenge::read(text, method), Err(INVALID_CHALLENGE), "{text}");
        }
    }
}
