//! The rules for the claims of ID tokens (`OpenID` Connect Core 1.0, 3.1.3.7) and of logout tokens (Back-Channel Logout 1.0, 2.6).

use serde_json::{Map, Value};
use subtle::ConstantTimeEq;

use base::clock::Time;

/// The claims of a token, or of the answer about a person.
pub type Claims = Map<String, Value>;

/// The tolerated difference of the clocks, in seconds.
const SKEW: i64 = 60;
/// The longest subject, in characters.
const LONGEST_SUBJECT: usize = 255;
/// The event of a logout token.
const LOGOUT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// What tokens have to say.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'e> {
    /// The issuer.
    pub issuer: &'e str,
    /// The name of this service at the provider.
    pub client_id: &'e str,
    /// The current time.
    pub now: Time,
}

/// The groups of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Groups {
    /// These.
    Known(Vec<String>),
    /// More than the token has room for, so that it has none (`_claim_names`).
    Elsewhere,
}

/// A text among claims; an empty one counts as none.
pub fn text<'c>(claims: &'c Claims, name: &str) -> Option<&'c str> {
    claims.get(name)?.as_str().filter(|text| !text.is_empty())
}

/// The e-mail address that the provider says is verified.
pub fn verified_address(claims: &Claims) -> Option<&str> {
    let is_verified = match claims.get("email_verified")? {
        Value::Bool(is_verified) => *is_verified,
        // Some providers write it as a text.
        Value::String(text) => text == "true",
        _ => false,
    };
    text(claims, "email").filter(|_| is_verified)
}

/// The groups in a claim: a text or a list, at its name or inside of objects. Without the claim there are none.
pub fn groups(claims: &Claims, claim: &str) -> Groups {
    let is_elsewhere = claims.get("_claim_names").and_then(|names| names.get(claim)).is_some();
    let inside = || {
        let mut parts = claim.split('.');
        let first = claims.get(parts.next()?)?;
        parts.try_fold(first, |value, part| value.get(part))
    };
    match claims.get(claim).or_else(inside) {
        Some(Value::String(one)) => Groups::Known(vec![one.clone()]),
        Some(Value::Array(list)) => {
            Groups::Known(list.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect())
        }
        _ if is_elsewhere => Groups::Elsewhere,
        _ => Groups::Known(Vec::new()),
    }
}

/// Checks an ID token whose signature is verified.
///
/// # Errors
/// What is wrong with it, for the log.
pub fn check_id_token(claims: &Claims, expected: Expected<'_>, nonce: &str) -> Result<(), &'static str> {
    check(claims, expected)?;
    subject(claims)?;
    let given = text(claims, "nonce").unwrap_or_default();
    if !bool::from(given.as_bytes().ct_eq(nonce.as_bytes())) {
        return Err("its nonce is not that of the request");
    }
    Ok(())
}

/// Checks a logout token whose signature is verified.
///
/// # Errors
/// What is wrong with it, for the log.
pub fn check_logout_token(claims: &Claims, expected: Expected<'_>) -> Result<(), &'static str> {
    check(claims, expected)?;
    if !claims.get("events").and_then(|events| events.get(LOGOUT)).is_some_and(Value::is_object) {
        return Err("it is no logout token");
    }
    if claims.contains_key("nonce") {
        return Err("a logout token has no nonce");
    }
    if text(claims, "sub").is_none() && text(claims, "sid").is_none() {
        return Err("it names neither a subject nor a session");
    }
    Ok(())
}

/// When a token was issued.
pub fn issued_at(claims: &Claims) -> Option<Time> {
    instant(claims, "iat")
}

/// The latest time at which something began that a token with this time of issue can know of.
pub const fn with_skew(time: Time) -> Time {
    time.plus_seconds(SKEW)
}

/// The subject, which is unique at the provider.
///
/// # Errors
/// What is wrong with it.
pub fn subject(claims: &Claims) -> Result<&str, &'static str> {
    let subject = text(claims, "sub").ok_or("it has no subject")?;
    let is_plain = subject.chars().count() <= LONGEST_SUBJECT && !subject.contains(char::is_control);
    if is_plain { Ok(subject) } else { Err("its subject is not valid") }
}

/// Issuer, audience and times.
fn check(claims: &Claims, expected: Expected<'_>) -> Result<(), &'static str> {
    if text(claims, "iss") != Some(expected.issuer) {
        return Err("another issuer made it");
    }
    let audience: Vec<&str> = match claims.get("aud") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    if !audience.contains(&expected.client_id) {
        return Err("it is for another audience");
    }
    let party = text(claims, "azp");
    if party.is_some_and(|party| party != expected.client_id) || (audience.len() > 1 && party.is_none()) {
        return Err("it was issued to another party");
    }
    let ends_at = instant(claims, "exp").ok_or("it has no end")?;
    if expected.now >= with_skew(ends_at) {
        return Err("it has expired");
    }
    let issued_at = issued_at(claims).ok_or("it does not say when it was issued")?;
    let begins_at = instant(claims, "nbf").unwrap_or(issued_at).max(issued_at);
    if begins_at > with_skew(expected.now) {
        return Err("it is not valid yet");
    }
    Ok(())
}

/// A time in seconds, with or without a fraction.
fn instant(claims: &Claims, name: &str) -> Option<Time> {
    /// The year 9999.
    const LAST: f64 = 253_402_300_799.0;
    let seconds = claims.get(name)?.as_f64().filter(|seconds| (0.0..=LAST).contains(seconds))?;
    #[expect(clippy::cast_possible_truncation, reason = "it is within the range")]
    let seconds = seconds as i64;
    Some(Time(0).plus_seconds(seconds))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: i64 = 1_800_000_000;

    fn expected() -> Expected<'static> {
        Expected { issuer: "https://login.example", client_id: "statuary", now: Time(0).plus_seconds(NOW) }
    }

    fn with(changes: &Value) -> Claims {
        let mut claims = json!({"iss": "https://login.example", "aud": "statuary", "sub": "ann", "nonce": "n",
            "iat": NOW - 5, "exp": NOW + 300});
        let claims = claims.as_object_mut().expect("an object");
        for (name, value) in changes.as_object().expect("an object") {
            if value.is_null() {
                claims.remove(name)
            } else {
                claims.insert(name.clone(), value.clone())
            };
        }
        claims.clone()
    }

    #[test]
    fn an_id_token_is_for_this_service_and_for_now() {
        for good in [
            json!({}),
            json!({"aud": ["statuary"]}),
            json!({"aud": ["statuary", "other"], "azp": "statuary"}),
            json!({"exp": NOW - 59}),
            json!({"iat": NOW + 60}),
            json!({"iat": 1_799_999_999.5}),
            json!({"nbf": NOW + 60}),
        ] {
            assert_eq!(check_id_token(&with(&good), expected(), "n"), Ok(()), "{good}");
        }
        for (bad, reason) in [
            (json!({"iss": "https://login.example/"}), "another issuer made it"),
            (json!({"iss": null}), "another issuer made it"),
            (json!({"aud": "other"}), "it is for another audience"),
            (json!({"aud": ["other"]}), "it is for another audience"),
            (json!({"aud": null}), "it is for another audience"),
            (json!({"aud": ["statuary", "other"]}), "it was issued to another party"),
            (json!({"aud": ["statuary", "other"], "azp": "other"}), "it was issued to another party"),
            (json!({"azp": "other"}), "it was issued to another party"),
            (json!({"exp": NOW - 60}), "it has expired"),
            (json!({"exp": null}), "it has no end"),
            (json!({"exp": 1e300}), "it has no end"),
            (json!({"exp": "later"}), "it has no end"),
            (json!({"iat": NOW + 61}), "it is not valid yet"),
            (json!({"nbf": NOW + 61}), "it is not valid yet"),
            (json!({"iat": null}), "it does not say when it was issued"),
            (json!({"nonce": "m"}), "its nonce is not that of the request"),
            (json!({"nonce": null}), "its nonce is not that of the request"),
            (json!({"sub": null}), "it has no subject"),
            (json!({"sub": ""}), "it has no subject"),
            (json!({"sub": 7}), "it has no subject"),
            (json!({"sub": "a".repeat(256)}), "its subject is not valid"),
            (json!({"sub": "a\u{0}"}), "its subject is not valid"),
        ] {
            assert_eq!(check_id_token(&with(&bad), expected(), "n"), Err(reason), "{bad}");
        }
    }

    #[test]
    fn a_logout_token_is_no_id_token() {
        let event = json!({"nonce": null, "events": {LOGOUT: {}}});
        assert_eq!(check_logout_token(&with(&event), expected()), Ok(()));
        for changes in [
            json!({}),
            json!({"events": {LOGOUT: {}}}),
            json!({"nonce": null, "events": {"another": {}}}),
            json!({"nonce": null, "events": {LOGOUT: {}}, "sub": null}),
            json!({"nonce": null, "events": {LOGOUT: {}}, "aud": "other"}),
        ] {
            assert!(check_logout_token(&with(&changes), expected()).is_err(), "{changes}");
        }
        assert!(check_id_token(&with(&event), expected(), "n").is_err());
    }

    #[test]
    fn only_an_address_that_is_verified_counts() {
        for (more, address) in [
            (json!({"email": "a@example.org", "email_verified": true}), Some("a@example.org")),
            (json!({"email": "a@example.org", "email_verified": "true"}), Some("a@example.org")),
            (json!({"email": "a@example.org", "email_verified": false}), None),
            (json!({"email": "a@example.org", "email_verified": "false"}), None),
            (json!({"email": "a@example.org", "email_verified": 1}), None),
            (json!({"email": "a@example.org"}), None),
            (json!({"email_verified": true}), None),
        ] {
            assert_eq!(verified_address(&with(&more)), address, "{more}");
        }
    }

    #[test]
    fn groups_are_a_text_or_a_list_here_or_inside() {
        let known = |list: &[&str]| Groups::Known(list.iter().map(|one| (*one).to_owned()).collect());
        for (more, claim, found) in [
            (json!({"groups": ["a", "b", 7]}), "groups", known(&["a", "b"])),
            (json!({"groups": "a"}), "groups", known(&["a"])),
            (json!({"realm_access": {"roles": ["a"]}}), "realm_access.roles", known(&["a"])),
            (json!({"https://example.org/groups": ["a"]}), "https://example.org/groups", known(&["a"])),
            (json!({}), "groups", known(&[])),
            (json!({"groups": {"a": true}}), "groups", known(&[])),
            (json!({"_claim_names": {"groups": "src1"}}), "groups", Groups::Elsewhere),
        ] {
            assert_eq!(groups(&with(&more), claim), found, "{more}");
        }
    }
}
