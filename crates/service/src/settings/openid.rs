//! The sign-in with a provider of `OpenID` Connect: which provider, and whom it signs in.

use std::fmt;
use std::str::FromStr;

use url::{Host, Url};

/// The scopes that are asked for by default: who the person is, their name, and their e-mail address.
pub const DEFAULT_SCOPES: [&str; 3] = ["openid", "email", "profile"];
/// The default claim with the groups of a person.
pub const DEFAULT_GROUPS_CLAIM: &str = "groups";

/// The provider, and whom it signs in.
#[derive(Clone, Debug)]
pub struct OpenIdSettings {
    /// The issuer, as its discovery document and its tokens name it.
    pub issuer: String,
    /// The name of this service at the provider.
    pub client_id: String,
    /// The secret of this service at the provider.
    pub client_secret: ClientSecret,
    /// The scopes that are asked for, with `openid`.
    pub scopes: Vec<String>,
    /// The name of the provider on the pages.
    pub name: String,
    /// The claim with the groups of a person; a name with full stops leads into objects.
    pub groups_claim: String,
    /// The group whose members are administrators; `None`: the provider decides nothing about rights.
    pub administrators: Option<String>,
    /// Who gets in at the first sign-in.
    pub provision: Provision,
}

/// A secret that no log shows.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientSecret(pub String);

impl fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientSecret")
    }
}

/// Who gets in at the first sign-in with the provider.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Provision {
    /// People who connected their account themselves.
    Off,
    /// And people whom an administrator added, by their verified e-mail address.
    #[default]
    Invited,
    /// And everybody with a verified e-mail address of a domain, who is added.
    Domain(String),
}

/// A text is not a [`Provision`].
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("give it as off, invited or domain:example.org")]
pub struct ParseProvisionError;

impl FromStr for Provision {
    type Err = ParseProvisionError;

    fn from_str(text: &str) -> Result<Self, ParseProvisionError> {
        match text.trim() {
            "off" => Ok(Self::Off),
            "invited" => Ok(Self::Invited),
            other => {
                let domain = other.strip_prefix("domain:").map(str::trim).unwrap_or_default();
                let is_domain = domain.contains('.')
                    && domain.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
                if is_domain {
                    Ok(Self::Domain(domain.to_ascii_lowercase()))
                } else {
                    Err(ParseProvisionError)
                }
            }
        }
    }
}

/// Why a text is no issuer.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidIssuer {
    /// Not a URL.
    #[error("it is no URL; give it as https://login.example.org")]
    Url,
    /// Not encrypted.
    #[error(
        "it begins with http://, which is allowed for an issuer on this machine alone; give it with https://"
    )]
    Unencrypted,
    /// More than an issuer has.
    #[error("it has a user, a query or a fragment")]
    More,
}

/// Checks an issuer, or another URL of a provider, which may have a query.
///
/// # Errors
/// [`InvalidIssuer`]
pub fn checked_url(text: &str) -> Result<Url, InvalidIssuer> {
    let url = Url::parse(text).map_err(|_| InvalidIssuer::Url)?;
    let is_local = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => return Err(InvalidIssuer::Url),
    };
    match url.scheme() {
        "https" => {}
        "http" if is_local => {}
        "http" => return Err(InvalidIssuer::Unencrypted),
        _ => return Err(InvalidIssuer::Url),
    }
    let is_plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    if is_plain { Ok(url) } else { Err(InvalidIssuer::More) }
}

/// Checks an issuer.
///
/// # Errors
/// [`InvalidIssuer`]
pub fn issuer(text: &str) -> Result<Url, InvalidIssuer> {
    let url = checked_url(text)?;
    if url.query().is_none() { Ok(url) } else { Err(InvalidIssuer::More) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_is_encrypted_or_on_this_machine() {
        for good in [
            "https://login.example.org",
            "https://login.example.org/realms/main/",
            "http://localhost:8081/realms/main",
            "http://127.0.0.1:1",
            "http://[::1]:1",
        ] {
            assert!(issuer(good).is_ok(), "{good}");
        }
        for (bad, reason) in [
            ("http://login.example.org", InvalidIssuer::Unencrypted),
            ("http://localhost.example.org", InvalidIssuer::Unencrypted),
            ("login.example.org", InvalidIssuer::Url),
            ("ftp://login.example.org", InvalidIssuer::Url),
            ("", InvalidIssuer::Url),
            ("https://login.example.org?a=b", InvalidIssuer::More),
            ("https://login.example.org#a", InvalidIssuer::More),
            ("https://ann:hunter2@login.example.org", InvalidIssuer::More),
        ] {
            assert_eq!(issuer(bad).expect_err("an error"), reason, "{bad}");
        }
    }

    #[test]
    fn people_come_in_by_invitation_or_by_domain() {
        for (text, provision) in [
            ("off", Provision::Off),
            (" invited ", Provision::Invited),
            ("domain:Example.org", Provision::Domain("example.org".into())),
        ] {
            assert_eq!(text.parse(), Ok(provision), "{text}");
        }
        for text in [
            "",
            "on",
            "domain:",
            "domain:example",
            "domain:a@example.org",
            "domain:*.example.org",
            "example.org",
        ] {
            assert_eq!(text.parse::<Provision>(), Err(ParseProvisionError), "{text}");
        }
    }

    #[test]
    fn the_secret_is_in_no_log() {
        assert!(!format!("{:?}", ClientSecret("hunter2".into())).contains("hunter2"));
    }
}
