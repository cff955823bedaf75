//! Message authentication with SHA-1, which one-time codes are made of (RFC 6238). Nothing else uses SHA-1.

use ring::hmac;

/// HMAC-SHA-1 (RFC 2104).
pub fn hmac_sha1(key: &[u8], message: &[u8]) -> [u8; 20] {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, key), message);
    let mut bytes = [0; 20];
    bytes.copy_from_slice(tag.as_ref());
    bytes
}
