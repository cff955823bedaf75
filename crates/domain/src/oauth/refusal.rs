//! What an application is told when it does not get what it asked for: codes of RFC 6749, texts of Doorkeeper.

use std::borrow::Cow;

/// An error in OAuth's terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The code that programs read.
    pub error: &'static str,
    /// The text that people read.
    pub description: Cow<'static, str>,
}

macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident = $error:literal, $description:literal;)*) => {
        $($(#[$doc])* pub const $name: Refusal =
            Refusal { error: $error, description: Cow::Borrowed($description) };)*
    };
}

refusals! {
    /// Nobody knows the application, or its secret is wrong.
    INVALID_CLIENT = "invalid_client", "Client authentication failed due to unknown client, no client authentication \
        included, or unsupported authentication method.";
    /// The code or refresh token is no good.
    INVALID_GRANT = "invalid_grant", "The provided authorization grant is invalid, expired, revoked, does not match \
        the redirection URI used in the authorization request, or was issued to another client.";
    /// An unknown scope, or one that the application cannot have.
    INVALID_SCOPE = "invalid_scope", "The requested scope is invalid, unknown, or malformed.";
    /// Not a way to get a token.
    UNSUPPORTED_GRANT_TYPE = "unsupported_grant_type",
        "The authorization grant type is not supported by the authorization server.";
    /// Not `code`.
    UNSUPPORTED_RESPONSE_TYPE = "unsupported_response_type",
        "The authorization server does not support this response type.";
    /// Not a way to send the code.
    UNSUPPORTED_RESPONSE_MODE = "invalid_request",
        "The authorization server does not support this response mode.";
    /// Of an application that cannot use this way.
    UNAUTHORIZED_CLIENT = "unauthorized_client",
        "The client is not authorized to perform this request using this method.";
    /// A token of another application.
    NOT_YOURS = "unauthorized_client", "You are not authorized to revoke this token";
    /// The person said no.
    ACCESS_DENIED = "access_denied", "The resource owner or authorization server denied the request.";
    /// A public client without a challenge.
    CHALLENGE_REQUIRED = "invalid_request", "Code challenge is required.";
    /// A challenge of another shape.
    INVALID_CHALLENGE = "invalid_request", "The code challenge is malformed.";
    /// A challenge of another kind.
    INVALID_CHALLENGE_METHOD = "invalid_request", "The code_challenge_method must be plain or S256.";
    /// No token, or one that does not work.
    INVALID_TOKEN = "invalid_token", "The access token is invalid";
    /// A defect of ours.
    SERVER_ERROR = "server_error", "The authorization server encountered an unexpected condition which prevented it \
        from fulfilling the request.";
    /// The store is out of reach.
    UNAVAILABLE = "temporarily_unavailable", "The authorization server is currently unable to handle the request due \
        to a temporary overloading or maintenance of the server.";
}

impl Refusal {
    /// A parameter is not there.
    pub fn missing(name: &str) -> Self {
        Self { error: "invalid_request", description: format!("Missing required parameter: {name}.").into() }
    }

    /// What was sent cannot be read.
    pub const fn unreadable(reason: String) -> Self {
        Self { error: "invalid_request", description: Cow::Owned(reason) }
    }
}
