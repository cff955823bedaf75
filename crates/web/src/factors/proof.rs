//! What people prove again before they change their factors: that they know the password, or, without a password, that they have a
//! factor. A browser that was left open is not enough.

use axum::http::StatusCode;

use crate::account::is_password_of;
use crate::error_page::Failure;
use crate::form_errors::Labels;
use crate::signed_in::SignedIn;
use db::Scope;
use domain::error::{Error, Problem, Result};
use domain::factors::{Typed, store};
use domain::work;
use service::app::App;
use service::params::Params;

/// What is to be proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// The password.
    Password,
    /// A code.
    Code,
    /// Nothing: the person has neither.
    Nothing,
}

impl Proof {
    /// What a person proves.
    pub fn of(app: &App, signed_in: &SignedIn, has_factors: bool) -> Self {
        if app.settings.password_login && signed_in.user.password_hash.is_some() {
            Self::Password
        } else if has_factors {
            Self::Code
        } else {
            Self::Nothing
        }
    }

    /// The labels of the forms.
    pub const fn labels(self) -> &'static Labels {
        match self {
            Self::Password => {
                &[("name", "factors-name"), ("code", "factors-code"), ("proof", "account-password-current")]
            }
            Self::Code | Self::Nothing => {
                &[("name", "factors-name"), ("code", "factors-code"), ("proof", "factors-code")]
            }
        }
    }

    /// Checks the field `proof` of a form. Wrong passwords count as failed logins, and wrong codes as wrong codes.
    ///
    /// # Errors
    /// [`Failure::Later`]; within, [`Error::Invalid`].
    pub async fn check(
        self,
        app: &App,
        signed_in: &SignedIn,
        form: &Params,
    ) -> std::result::Result<Result<()>, Failure> {
        let typed = form.text("proof").unwrap_or_default().into_owned();
        let is_right = match self {
            Self::Nothing => true,
            Self::Password => is_password_of(app, &signed_in.user, typed).await?,
            Self::Code => {
                let (change, user_id) = (signed_in.change(app), signed_in.user.id);
                let work = app.db.write(
                    Scope::Account(change.account_id.0),
                    work!(|conn| store::use_code(conn, &change, user_id, &typed).await),
                );
                match work.await? {
                    Typed::Right => true,
                    Typed::Wrong => false,
                    Typed::Later(seconds) => {
                        return Err(Failure::Later(StatusCode::TOO_MANY_REQUESTS, seconds));
                    }
                }
            }
        };
        Ok(if is_right { Ok(()) } else { Err(Error::invalid("proof", Problem::Malformed)) })
    }
}
