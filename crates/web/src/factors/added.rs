//! A factor that a form adds.

use axum::http::HeaderMap;

use super::questions::{carried, carried_secret};
use super::site::OwnSite;
use db::Conn;
use domain::error::{Error, Problem, Result};
use domain::events::Change;
use domain::factors::{store, totp, webauthn};
use domain::ids::UserId;
use domain::sessions;
use domain::sessions::Session;
use service::app::App;
use service::params::Params;

/// A factor that a form adds.
pub enum Added {
    /// An app.
    App {
        /// Its secret.
        secret: Vec<u8>,
        /// Its first code.
        code: String,
    },
    /// A passkey.
    Passkey {
        /// What the browser says.
        client_data: Vec<u8>,
        /// What the authenticator says.
        attestation: Vec<u8>,
        /// The site that asked.
        site: OwnSite,
    },
}

impl Added {
    /// Reads a form.
    ///
    /// # Errors
    /// [`Error::Unreadable`], [`Error::Forbidden`]
    pub fn read(app: &App, headers: &HeaderMap, form: &Params) -> Result<Self> {
        if form.filled("attestation").is_some() {
            let site = OwnSite::of(app, headers).ok_or(Error::Forbidden)?;
            let (client_data, attestation) = (carried(form, "client_data"), carried(form, "attestation"));
            return Ok(Self::Passkey { client_data, attestation, site });
        }
        let secret = carried_secret(form).ok_or_else(|| Error::unreadable("the secret is missing"))?;
        let code = form.text("code").unwrap_or_default().into_owned();
        Ok(Self::App { secret, code })
    }

    /// Checks the code of the app, or the answer of the passkey to what was asked in the session, and adds the factor. Returns the
    /// recovery codes, if it is the first one.
    ///
    /// # Errors
    /// [`Error::Invalid`]
    pub async fn add(
        &self,
        conn: &mut Conn,
        change: &Change,
        (session, user_id): (&Session, UserId),
        name: &str,
    ) -> Result<Option<Vec<String>>> {
        match self {
            Self::App { secret, code } => {
                let step = totp::accepted(secret, code, change.at, None);
                let step = step.ok_or_else(|| Error::invalid("code", Problem::Malformed))?;
                store::add_app(conn, change, user_id, name, (secret, step)).await
            }
            Self::Passkey { client_data, attestation, site } => {
                let asked = sessions::store::take_challenge(conn, session, change.at).await?;
                let asked = asked.unwrap_or_default();
                match webauthn::registered(client_data, attestation, site.asking(&asked)) {
                    Ok(credential) => store::add_passkey(conn, change, user_id, name, &credential).await,
                    Err(reason) => {
                        tracing::warn!(user_id = user_id.0, reason, "a passkey was not added");
                        Err(Error::invalid("base", Problem::Malformed))
                    }
                }
            }
        }
    }
}
