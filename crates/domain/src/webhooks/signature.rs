//! Signatures of Standard Webhooks 1.0: HMAC-SHA256 over `ID.TIMESTAMP.BODY`.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// What a secret begins with.
const PREFIX: &str = "whsec_";

/// A secret, from random bytes.
pub fn secret(random: [u8; 32]) -> String {
    format!("{PREFIX}{}", BASE64_STANDARD.encode(random))
}

/// The value of `webhook-signature`: a signature by each secret, with spaces between. `timestamp` is in seconds since 1970.
pub fn sign(secrets: &[String], id: &str, timestamp: i64, body: &[u8]) -> String {
    let signatures = secrets.iter().filter_map(|secret| {
        let key = BASE64_STANDARD.decode(secret.strip_prefix(PREFIX)?).ok()?;
        let mut code = Hmac::<Sha256>::new_from_slice(&key).ok()?;
        code.update(format!("{id}.{timestamp}.").as_bytes());
        code.update(body);
        Some(format!("v1,{}", BASE64_STANDARD.encode(code.finalize().into_bytes())))
    });
    signatures.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vector that the libraries of Standard Webhooks are tested with.
    #[test]
    fn the_signature_is_that_of_the_published_vector() {
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned();
        let (id, body) = ("msg_p5jXN8AQM9LWM0D4loKWxJek", br#"{"test": 2432232314}"#);
        let signed = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        assert_eq!(sign(std::slice::from_ref(&secret), id, 1_614_265_330, body), signed);
        let two = sign(&[super::secret([7; 32]), secret], id, 1_614_265_330, body);
        let parts: Vec<_> = two.split(' ').collect();
        assert_eq!((parts.len(), parts[1]), (2, signed));
    }

    #[test]
    fn a_secret_has_256_bits() {
        let secret = secret([255; 32]);
        assert_eq!(
            BASE64_STANDARD.decode(secret.strip_prefix(PREFIX).expect("a prefix")).expect("base64"),
            [255; 32]
        );
    }
}
