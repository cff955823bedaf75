//! Device cookies (OWASP) mark the browsers that a person signed in with before, so that guesses from elsewhere do not lock the
//! person out there. The key of the cookie's HMAC is the person's password hash: a new password ends it.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::users::User;

/// The name of the cookie.
pub const COOKIE: &str = "statuary_device";
/// How long the browser keeps it, in seconds.
pub const SECONDS: i64 = 365 * 24 * 60 * 60;
/// The length of the random part, in bytes.
const NONCE: usize = 16;

/// The value of the cookie; none for a person without a password.
pub fn cookie_of(user: &User, random: [u8; 32]) -> Option<String> {
    let nonce = &random[..NONCE];
    let code = code(user, nonce)?.finalize().into_bytes();
    Some(hex::encode(nonce) + &hex::encode(code))
}

/// Whether a cookie value was issued to a person.
pub fn is_known(text: &str, user: &User) -> bool {
    let Ok(bytes) = hex::decode(text) else { return false };
    let Some((nonce, given)) = bytes.split_at_checked(NONCE) else { return false };
    code(user, nonce).is_some_and(|code| code.verify_slice(given).is_ok())
}

fn code(user: &User, nonce: &[u8]) -> Option<Hmac<Sha256>> {
    let mut code = Hmac::<Sha256>::new_from_slice(user.password_hash.as_deref()?.as_bytes()).ok()?;
    code.update(b"device ");
    code.update(&user.id.0.to_le_bytes());
    code.update(nonce);
    Some(code)
}
