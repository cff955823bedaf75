//! The discovery document of a provider (`OpenID` Connect Discovery 1.0).

use serde::Deserialize;
use url::Url;

use crate::settings::openid::checked_url;

/// What this service needs of the document.
#[derive(Clone, Debug)]
pub struct Metadata {
    /// Where people sign in.
    pub authorization: Url,
    /// Where codes are exchanged.
    pub token: Url,
    /// Where the keys are.
    pub keys: Url,
    /// Where more is said about people.
    pub userinfo: Option<Url>,
    /// Where people sign out.
    pub end_session: Option<Url>,
    /// Whether the secret is sent in the body, because the endpoint of codes does not take it in a header.
    pub is_secret_in_body: bool,
}

#[derive(Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    userinfo_endpoint: Option<String>,
    end_session_endpoint: Option<String>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
}

/// The address of the document of an issuer.
pub fn address(issuer: &str) -> Result<Url, String> {
    let text = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    checked_url(&text).map_err(|error| error.to_string())
}

impl Metadata {
    /// Reads the document of an issuer.
    ///
    /// # Errors
    /// What is wrong with it, for the log.
    pub fn read(bytes: &[u8], issuer: &str) -> Result<Self, String> {
        let document: Document =
            serde_json::from_slice(bytes).map_err(|error| format!("no discovery document: {error}"))?;
        if document.issuer != issuer {
            let own: String = document.issuer.chars().take(200).collect();
            return Err(format!("the discovery document is of another issuer, \"{own}\""));
        }
        let url = |name: &str, text: &str| checked_url(text).map_err(|error| format!("{name}: {error}"));
        let optional = |name: &str, text: Option<&String>| text.map(|text| url(name, text)).transpose();
        let methods = document.token_endpoint_auth_methods_supported.unwrap_or_default();
        let takes = |method: &str| methods.iter().any(|own| own == method);
        Ok(Self {
            authorization: url("authorization_endpoint", &document.authorization_endpoint)?,
            token: url("token_endpoint", &document.token_endpoint)?,
            keys: url("jwks_uri", &document.jwks_uri)?,
            userinfo: optional("userinfo_endpoint", document.userinfo_endpoint.as_ref())?,
            end_session: optional("end_session_endpoint", document.end_session_endpoint.as_ref())?,
            is_secret_in_body: takes("client_secret_post") && !takes("client_secret_basic"),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_document_is_of_its_issuer_and_leads_to_encrypted_places() {
        const ISSUER: &str = "https://login.example/realms/main";
        let document = json!({"issuer": ISSUER, "authorization_endpoint": "https://login.example/auth?tenant=1",
            "token_endpoint": "https://login.example/token", "jwks_uri": "https://login.example/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"]});
        let read = |change: (&str, serde_json::Value)| {
            let mut document = document.clone();
            document[change.0] = change.1;
            Metadata::read(document.to_string().as_bytes(), ISSUER)
        };
        let metadata = read(("x", json!(1))).expect("a document");
        assert!(metadata.is_secret_in_body && metadata.userinfo.is_none() && metadata.end_session.is_none());
        let both = read((
            "token_endpoint_auth_methods_supported",
            json!(["client_secret_post", "client_secret_basic"]),
        ));
        assert!(!both.expect("a document").is_secret_in_body);
        for (name, value) in [
            ("issuer", json!("https://login.example/realms/main/")),
            ("issuer", json!("https://evil.example")),
            ("token_endpoint", json!("http://login.example/token")),
            ("jwks_uri", json!("file:///etc/keys")),
            ("jwks_uri", json!(null)),
            ("authorization_endpoint", json!("javascript:alert(1)")),
            ("userinfo_endpoint", json!("http://login.example/me")),
            ("end_session_endpoint", json!("/end")),
        ] {
            assert!(read((name, value.clone())).is_err(), "{name} {value}");
        }
        assert_eq!(
            address("https://login.example/").expect("a URL").as_str(),
            "https://login.example/.well-known/openid-configuration"
        );
    }
}
