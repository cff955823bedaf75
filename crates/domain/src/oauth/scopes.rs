//! Scopes of tokens.
//!
//! The scopes of Kantata do not limit what a token may do under `/api/v1`; a token with any scopes needs `api_v3` among
//! them under `/api/v3`, `statuary` under `/api/statuary/v1`, and `scim` under `/scim/v2`. A token with `draft` among them reads
//! on every surface but SCIM, and writes drafts of reports alone.

use crate::auth::DRAFT;

use super::refusal::{INVALID_SCOPE, Refusal};

/// The scope of the OpenProject surface.
pub const OPENPROJECT: &str = "api_v3";

/// The scope of Statuary's own surface.
pub const NATIVE: &str = "statuary";

/// The scope of the SCIM surface.
pub const SCIM: &str = "scim";
/// The scope of clients that want refresh tokens.
pub const OFFLINE: &str = "offline_access";

/// The scopes of Kantata's discovery document.
pub const KANTATA: [&str; 6] = ["api_only", "openid", "email", "profile", "mcp", OFFLINE];

/// Whether a scope exists.
pub fn is_known(scope: &str) -> bool {
    [OPENPROJECT, NATIVE, SCIM, DRAFT].contains(&scope) || KANTATA.contains(&scope)
}

/// The granted scopes: the requested ones, all of which must be available; without a request, all available ones.
pub fn granted(asked: Option<&str>, can_have: Option<&[String]>) -> Result<Option<Vec<String>>, Refusal> {
    let mut scopes: Vec<String> = Vec::new();
    for scope in asked.unwrap_or_default().split_ascii_whitespace() {
        if !is_known(scope) || can_have.is_some_and(|can_have| !can_have.iter().any(|one| one == scope)) {
            return Err(INVALID_SCOPE);
        }
        if !scopes.iter().any(|one| one == scope) {
            scopes.push(scope.to_owned());
        }
    }
    // The limit to drafts cannot be left out: a token without it could write.
    if can_have.is_some_and(|can_have| can_have.iter().any(|one| one == DRAFT))
        && !scopes.is_empty()
        && !scopes.iter().any(|one| one == DRAFT)
    {
        scopes.push(DRAFT.to_owned());
    }
    Ok(if scopes.is_empty() { can_have.map(<[String]>::to_vec) } else { Some(scopes) })
}

/// The key of the message that explains a scope.
pub fn meaning(scope: &str) -> &'static str {
    match scope {
        OPENPROJECT => "scope-openproject",
        NATIVE => "scope-native",
        SCIM => "scope-scim",
        DRAFT => "scope-draft",
        "api_only" => "scope-kantata",
        "openid" => "scope-openid",
        "email" => "scope-email",
        "profile" => "scope-profile",
        "mcp" => "scope-mcp",
        OFFLINE => "scope-offline",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(scopes: &[&str]) -> Vec<String> {
        scopes.iter().map(|&scope| scope.to_owned()).collect()
    }

    #[test]
    fn what_is_asked_for_is_granted_where_it_can_be_had() {
        assert_eq!(granted(None, None), Ok(None));
        assert_eq!(granted(Some("  "), None), Ok(None));
        assert_eq!(granted(Some("api_v3 mcp api_v3"), None), Ok(Some(list(&["api_v3", "mcp"]))));
        assert_eq!(granted(Some("read"), None), Err(INVALID_SCOPE));
        let limit = list(&["api_v3", "openid"]);
        assert_eq!(granted(None, Some(&limit)), Ok(Some(limit.clone())));
        assert_eq!(granted(Some("openid"), Some(&limit)), Ok(Some(list(&["openid"]))));
        assert_eq!(granted(Some("openid mcp"), Some(&limit)), Err(INVALID_SCOPE));
        let limit = list(&["draft", "openid"]);
        assert_eq!(granted(Some("openid"), Some(&limit)), Ok(Some(list(&["openid", "draft"]))));
    }

    #[test]
    fn every_scope_has_a_meaning() {
        for scope in KANTATA.iter().chain([&OPENPROJECT, &NATIVE, &SCIM, &DRAFT]) {
            assert!(is_known(scope) && !meaning(scope).is_empty(), "{scope}");
        }
    }
}
