//! Removing a factor, and new recovery codes: the pages that ask for the password, or for a code, and what follows.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::proof::Proof;
use super::{PATH, own_proof, show_codes};
use crate::error_page::{Failure, PageResult, message_to};
use crate::form::id;
use crate::form_errors::FormErrors;
use crate::layout::Layout;
use crate::response::{page, see_other};
use crate::signed_in::{SignedIn, SubmittedForm};
use db::Scope;
use domain::error::{Error, Result};
use domain::factors::store;
use domain::work;
use service::app::App;

#[derive(Template)]
#[template(path = "factors/change.html")]
struct Change<'c> {
    layout: Layout,
    title: String,
    text: &'static str,
    action: &'c str,
    button: &'static str,
    proof: Proof,
    form_errors: FormErrors,
}

/// What is changed.
enum Wish {
    /// A factor is removed: its id and its name.
    Removal(i64, String),
    /// There are new recovery codes.
    Codes,
}

impl Wish {
    async fn removal(app: &App, signed_in: &SignedIn, text: &str) -> Result<Self> {
        let (id, account_id, user_id) = (id::<i64>(text)?, signed_in.account.id, signed_in.user.id);
        let own = app.db.read(work!(|conn| Ok(store::of_user(conn, account_id, user_id).await?))).await?;
        let factor = own.into_iter().find(|factor| factor.id == id).ok_or(Error::NotFound)?;
        Ok(Self::Removal(factor.id, factor.name))
    }

    /// The page again, if a form does not prove what it has to.
    async fn refused(
        &self,
        app: &App,
        SubmittedForm { signed_in, form }: &SubmittedForm,
        proof: Proof,
    ) -> std::result::Result<Option<Response>, Failure> {
        let Err(error) = proof.check(app, signed_in, form).await? else { return Ok(None) };
        let form_errors = FormErrors::of(error, proof.labels(), signed_in.reader.language)?;
        Ok(Some(self.page(signed_in, proof, form_errors)))
    }

    fn page(&self, signed_in: &SignedIn, proof: Proof, form_errors: FormErrors) -> Response {
        let status = if form_errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        let layout = signed_in.layout();
        let (action, title, text, button) = match self {
            Self::Removal(id, name) => {
                let title = layout.say("factors-remove-title", "name", name.as_str());
                (format!("{PATH}/{id}/remove"), title, "factors-remove-text", "factors-remove")
            }
            Self::Codes => {
                let title = layout.t("factors-codes-new").into_owned();
                (format!("{PATH}/codes"), title, "factors-codes-new-text", "factors-codes-new")
            }
        };
        page(status, &Change { layout, title, text, action: &action, button, proof, form_errors })
    }
}

/// `GET /account/factors/{id}/remove`
pub async fn ask_removal(
    State(app): State<App>,
    Path(text): Path<String>,
    signed_in: SignedIn,
) -> PageResult {
    let wish = Wish::removal(&app, &signed_in, &text).await?;
    Ok(wish.page(&signed_in, Proof::of(&app, &signed_in, true), FormErrors::default()))
}

/// `POST /account/factors/{id}/remove`
pub async fn remove(
    State(app): State<App>,
    Path(text): Path<String>,
    submitted: SubmittedForm,
) -> PageResult {
    let signed_in = &submitted.signed_in;
    let wish = Wish::removal(&app, signed_in, &text).await?;
    if let Some(page) = wish.refused(&app, &submitted, Proof::of(&app, signed_in, true)).await? {
        return Ok(page);
    }
    let (change, of) = (signed_in.change(&app), (signed_in.user.id, id::<i64>(&text)?));
    let work = app
        .db
        .write(Scope::Account(change.account_id.0), work!(|conn| store::remove(conn, &change, of).await));
    match work.await {
        Ok(()) => Ok(see_other(PATH)),
        Err(Error::Invalid(_)) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(message_to(signed_in.layout(), status, "factors-title", "factors-last-text"))
        }
        Err(error) => Err(error.into()),
    }
}

/// `GET /account/factors/codes`
pub async fn ask_codes(State(app): State<App>, signed_in: SignedIn) -> PageResult {
    Ok(Wish::Codes.page(&signed_in, own_proof(&app, &signed_in).await?, FormErrors::default()))
}

/// `POST /account/factors/codes`: new recovery codes, in place of earlier ones.
pub async fn new_codes(State(app): State<App>, submitted: SubmittedForm) -> PageResult {
    let signed_in = &submitted.signed_in;
    let proof = own_proof(&app, signed_in).await?;
    if let Some(page) = Wish::Codes.refused(&app, &submitted, proof).await? {
        return Ok(page);
    }
    let (change, user_id) = (signed_in.change(&app), signed_in.user.id);
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| {
            if store::of_user(conn, change.account_id, user_id).await?.is_empty() {
                return Err(Error::NotFound);
            }
            store::new_codes(conn, &change, user_id).await
        }),
    );
    Ok(show_codes(signed_in.layout(), work.await?, PATH.to_owned()))
}
