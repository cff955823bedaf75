//! One-time codes of an authenticator app (RFC 6238): six digits, a new code every 30 seconds, HMAC-SHA-1, as all apps know them.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use subtle::ConstantTimeEq;

use base::clock::Time;
use base::mac::hmac_sha1;

/// The length of a secret, in bytes: that of the digest (RFC 4226, 4).
pub const SECRET: usize = 20;
/// How long a code is shown, in seconds.
const STEP: i64 = 30;
/// The number of codes before and after the current one that are accepted, because clocks differ.
const TOLERANCE: i64 = 1;
/// The number of digits.
const DIGITS: usize = 6;

/// A secret in letters and digits (RFC 4648, base32), as people type it.
pub fn base32(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut text = String::with_capacity(bytes.len().div_ceil(5) * 8);
    for five in bytes.chunks(5) {
        let bits =
            five.iter().fold(0u64, |bits, byte| bits << 8 | u64::from(*byte)) << (8 * (5 - five.len()));
        let letters = (five.len() * 8).div_ceil(5);
        for place in 0..letters {
            let letter = usize::try_from(bits >> (35 - 5 * place) & 31).unwrap_or_default();
            text.push(char::from(LETTERS[letter]));
        }
    }
    text
}

/// The code of a step.
fn code(secret: &[u8], step: i64) -> String {
    let digest = hmac_sha1(secret, &step.to_be_bytes());
    let at = usize::from(digest[19] & 15);
    let four = [digest[at] & 0x7f, digest[at + 1], digest[at + 2], digest[at + 3]];
    let number = u32::from_be_bytes(four) % 1_000_000;
    format!("{number:0DIGITS$}")
}

/// The step of a code that is valid now and later than the last one that was used, so that a code counts once.
pub fn accepted(secret: &[u8], typed: &str, now: Time, last_step: Option<i64>) -> Option<i64> {
    let typed: String = typed.chars().filter(|letter| !letter.is_whitespace()).collect();
    if typed.len() != DIGITS || !typed.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let current = now.unix_seconds().div_euclid(STEP);
    let mut found = None;
    for step in current - TOLERANCE..=current + TOLERANCE {
        let is_same: bool = code(secret, step).as_bytes().ct_eq(typed.as_bytes()).into();
        if is_same && last_step.is_none_or(|last| step > last) {
            found = Some(step);
        }
    }
    found
}

/// The address that an app reads from a picture.
pub fn address(service: &str, person: &str, secret: &[u8]) -> String {
    let [service, person] = [service, person].map(|text| utf8_percent_encode(text, NON_ALPHANUMERIC));
    format!("otpauth://totp/{service}:{person}?secret={}&issuer={service}", base32(secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, of whose eight digits an app shows the last six.
    #[test]
    fn codes_are_those_of_the_standard() {
        let secret = b"12345678901234567890";
        for (seconds, shown) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let now = Time(0).plus_seconds(seconds);
            assert_eq!(accepted(secret, shown, now, None), Some(seconds / 30), "{shown}");
        }
    }

    #[test]
    fn a_code_counts_once_and_for_a_minute_and_a_half() {
        let secret = b"12345678901234567890";
        let at = |seconds| Time(0).plus_seconds(seconds);
        let step = 1_111_111_109 / 30;
        let begins = step * 30;
        assert_eq!(accepted(secret, " 081 804 ", at(begins), None), Some(step));
        for (seconds, is_accepted) in
            [(begins - 31, false), (begins - 30, true), (begins + 59, true), (begins + 60, false)]
        {
            assert_eq!(accepted(secret, "081804", at(seconds), None).is_some(), is_accepted, "{seconds}");
        }
        assert_eq!(accepted(secret, "081804", at(begins), Some(step - 1)), Some(step));
        assert_eq!(accepted(secret, "081804", at(begins), Some(step)), None);
        for other in ["", "81804", "0081804", "08180a", "０８１８０４", "-81804"] {
            assert_eq!(accepted(secret, other, at(begins), None), None, "{other}");
        }
        assert_eq!(accepted(&secret[1..], "081804", at(begins), None), None);
    }

    /// RFC 4648, section 10.
    #[test]
    fn a_secret_is_written_in_base32() {
        for (bytes, text) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(bytes.as_bytes()), text, "{bytes}");
        }
        assert_eq!(
            address("Statuary", "ada@example.com", b"foobar"),
            "otpauth://totp/Statuary:ada%40example%2Ecom?secret=MZXW6YTBOI&issuer=Statuary"
        );
    }
}
