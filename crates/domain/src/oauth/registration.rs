//! Dynamic client registration (RFC 7591): programs of agents register themselves, and can be granted drafts alone.
//!
//! Whoever reaches the server can register a program, so a registration gives nothing: a person has to sign in and to consent,
//! and the program gets no scope but `draft`. The number of registrations is bounded in all and by the hour.

use super::redirect_uris;
use super::refusal::Refusal;
use super::scopes;
use crate::auth::DRAFT;

/// The maximum number of applications of an account that registered themselves; the oldest one that nobody authorized makes room.
pub const MOST: i64 = 100;
/// The maximum number of registrations in an hour.
pub const PER_HOUR: i64 = 20;
/// The maximum number of redirect URIs.
const REDIRECT_URIS: usize = 10;
/// The longest redirect URI, in bytes.
const URI_LENGTH: usize = 1_000;
/// The longest name, in characters.
const NAME_LENGTH: usize = 100;

/// What a program says of itself.
#[derive(Clone, Debug)]
pub struct Registration {
    /// Its name, which nobody has checked.
    pub name: String,
    /// Where codes may be sent.
    pub redirect_uris: Vec<String>,
}

/// The scopes that a registered program can be granted. The limit to drafts cannot be left out of them.
pub fn allowed() -> Vec<String> {
    vec![DRAFT.to_owned(), scopes::OFFLINE.to_owned()]
}

impl Registration {
    /// Checks the metadata of a program.
    ///
    /// # Errors
    /// `invalid_redirect_uri` or `invalid_client_metadata`
    pub fn check(name: Option<&str>, redirect_uris: Option<Vec<String>>) -> Result<Self, Refusal> {
        let uris = redirect_uris.unwrap_or_default();
        if uris.is_empty() || uris.len() > REDIRECT_URIS {
            return Err(refused(
                "invalid_redirect_uri",
                format!("redirect_uris has 1 to {REDIRECT_URIS} addresses."),
            ));
        }
        for uri in &uris {
            if uri.len() > URI_LENGTH {
                return Err(refused("invalid_redirect_uri", "An address is too long.".into()));
            }
            redirect_uris::check(uri).map_err(|reason| refused("invalid_redirect_uri", reason))?;
            if uri.starts_with("http:") && !redirect_uris::is_loopback(uri) {
                let reason = format!("`{uri}` is neither encrypted nor on the machine of the person.");
                return Err(refused("invalid_redirect_uri", reason));
            }
        }
        let name = name.map(str::trim).filter(|name| !name.is_empty()).unwrap_or("?");
        if name.chars().count() > NAME_LENGTH || name.chars().any(char::is_control) {
            let reason =
                format!("client_name has at most {NAME_LENGTH} characters, all of which are visible.");
            return Err(refused("invalid_client_metadata", reason));
        }
        Ok(Self { name: name.to_owned(), redirect_uris: uris })
    }
}

fn refused(error: &'static str, description: String) -> Refusal {
    Refusal { error, description: description.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_names_where_codes_go() {
        let check = |uris: &[&str]| {
            Registration::check(Some("x"), Some(uris.iter().map(ToString::to_string).collect()))
        };
        for uri in
            ["https://app.example/cb", "http://127.0.0.1:7/cb", "http://localhost/cb", "com.example.app:/cb"]
        {
            assert!(check(&[uri]).is_ok(), "{uri}");
        }
        for uri in ["http://app.example/cb", "javascript:alert(1)", "/cb", "https://app.example/cb#x"] {
            assert_eq!(check(&[uri]).expect_err(uri).error, "invalid_redirect_uri");
        }
        assert!(check(&[]).is_err() && check(&["https://app.example/"; 11]).is_err());
        let long = "x".repeat(101);
        let named = |name| Registration::check(Some(name), Some(vec!["https://app.example/".into()]));
        assert_eq!(named(&long).expect_err("too long").error, "invalid_client_metadata");
        assert_eq!(named(" ").expect("a registration").name, "?");
    }
}
