//! Error responses of OAuth: the codes of RFC 6749, with the texts of Doorkeeper.

use std::borrow::Cow;

/// An error in OAuth's terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The error code.
    pub error: &'static str,
    /// The description.
    pub description: Cow<'static, str>,
}

macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident = $error:literal, $description:literal;)*) => {
        $($(#[$doc])* pub const $name: Refusal =
            Refusal { error: $error, description: Cow::Borrowed($description) };)*
    };
}

refusals! {
    /// The application is unknown, or its secret is wrong.
    INVALID_CLIENT = "invalid_client", "Client authentication failed due to unknown client, no client authentication \
        included, or unsupported authentication method.";
    /// The code or refresh token is invalid.
    INVALID_GRANT = "invalid_grant", "The provided authorization grant is invalid, expired, revoked, does not match \
        the redirection URI used in the authorization request, or was issued to another client.";
    /// An unknown scope, or one that the application cannot have.
    INVALID_SCOPE = "invalid_scope", "The requested scope is invalid, unknown, or malformed.";
    /// An unknown grant type.
    UNSUPPORTED_GRANT_TYPE = "unsupported_grant_type",
        "The authorization grant type is not supported by the authorization server.";
    /// An unknown response type.
    UNSUPPORTED_RESPONSE_TYPE = "unsupported_response_type",
        "The authorization server does not support this response type.";
    /// An unknown response mode.
    UNSUPPORTED_RESPONSE_MODE = "invalid_request",
        "The authorization server does not support this response mode.";
    /// A grant type that the application cannot use.
    UNAUTHORIZED_CLIENT = "unauthorized_client",
        "The client is not authorized to perform this request using this method.";
    /// A token of another application.
    NOT_YOURS = "unauthorized_client", "You are not authorized to revoke this token";
    /// The person denied the authorization.
    ACCESS_DENIED = "access_denied", "The resource owner or authorization server denied the request.";
    /// A public client without a challenge.
    CHALLENGE_REQUIRED = "invalid_request", "Code challenge is required.";
    /// A malformed challenge.
    INVALID_CHALLENGE = "invalid_request", "The code challenge is malformed.";
    /// An unknown challenge method.
    INVALID_CHALLENGE_METHOD = "invalid_request", "The code_challenge_method must be plain or S256.";
    /// No token, or an invalid one.
    INVALID_TOKEN = "invalid_token", "The access token is invalid";
    /// An internal error.
    SERVER_ERROR = "server_error", "The authorization server encountered an unexpected condition which prevented it \
        from fulfilling the request.";
    /// The store cannot be reached.
    UNAVAILABLE = "temporarily_unavailable", "The authorization server is currently unable to handle the request due \
        to a temporary overloading or maintenance of the server.";
}

impl Refusal {
    /// A required parameter is missing.
    pub fn missing(name: &str) -> Self {
        Self { error: "invalid_request", description: format!("Missing required parameter: {name}.").into() }
    }

    /// The request is malformed.
    pub const fn unreadable(reason: String) -> Self {
        Self { error: "invalid_request", description: Cow::Owned(reason) }
    }
}
