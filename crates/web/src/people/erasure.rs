//! The pages that erase a person, and that give all that is known of one as a file.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;

use super::person::require_administrator;
use crate::error_page::PageResult;
use crate::form::id;
use crate::form_errors::{FormErrors, Labels};
use crate::layout::Layout;
use crate::response::{page, see_other};
use crate::signed_in::{SignedIn, SubmittedForm};
use db::Scope;
use domain::erasures;
use domain::error::{Error, Problem, Violation};
use domain::ids::UserId;
use domain::personal_data;
use domain::users::access::LAST_ADMINISTRATOR;
use domain::users::{User, email_key, store};
use domain::work;
use service::app::App;
use service::files::attachment;

const LABELS: &Labels = &[("words", "people-erase-words"), ("confirm", "people-erase-confirm")];

#[derive(Template)]
#[template(path = "users/erase.html")]
struct Erase {
    layout: Layout,
    user: User,
    words: String,
    form_errors: FormErrors,
}

/// `GET /people/{id}/erase`
pub async fn show(State(app): State<App>, signed_in: SignedIn, Path(text): Path<String>) -> PageResult {
    require_administrator(&signed_in)?;
    let (id, account_id) = (id::<UserId>(&text)?, signed_in.account.id);
    let user = app.db.read(work!(|conn| store::find(conn, account_id, id).await)).await?;
    let (layout, form_errors) = (signed_in.layout(), FormErrors::default());
    Ok(page(StatusCode::OK, &Erase { layout, user, words: String::new(), form_errors }))
}

/// `POST /people/{id}/erase`
pub async fn erase(State(app): State<App>, Path(text): Path<String>, submitted: SubmittedForm) -> PageResult {
    let (id, signed_in) = (id::<UserId>(&text)?, submitted.signed_in);
    require_administrator(&signed_in)?;
    let field = |name: &str| submitted.form.text(name).unwrap_or_default().into_owned();
    let (words, confirm, change) = (field("words"), field("confirm"), signed_in.change(&app));
    let given = words.clone();
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| {
            let user = store::find(conn, change.account_id, id).await?;
            if email_key(&user.email_address) != email_key(&confirm) {
                return Err(Error::invalid("confirm", Problem::Malformed));
            }
            erasures::store::erase(conn, &change, id, erasures::read(&given)?).await
        }),
    );
    let Err(mut error) = work.await else {
        app.scrub().await;
        return Ok(see_other(&format!("/people/{id}")));
    };
    if let Error::Invalid(violations) = &mut error {
        // The rule about the last administrator names both members of the person.
        let is_last = |one: &Violation| one.problem == Problem::Sentence(LAST_ADMINISTRATOR);
        if violations.iter().any(is_last) {
            *violations = vec![Violation::new("confirm", Problem::Sentence(LAST_ADMINISTRATOR))];
        }
    }
    let form_errors = FormErrors::of(error, LABELS, signed_in.reader.language)?;
    let account_id = signed_in.account.id;
    let user = app.db.read(work!(|conn| store::find(conn, account_id, id).await)).await?;
    let layout = signed_in.layout();
    Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &Erase { layout, user, words, form_errors }))
}

/// `GET /people/{id}/export`: for administrators and for the person.
pub async fn export(State(app): State<App>, signed_in: SignedIn, Path(text): Path<String>) -> PageResult {
    let (id, account_id, now) = (id::<UserId>(&text)?, signed_in.account.id, app.clock.now());
    if id != signed_in.user.id {
        require_administrator(&signed_in)?;
    }
    let work =
        app.db.read(work!(|conn| personal_data::store::export_to_memory(conn, account_id, id, now).await));
    Ok(attachment(work.await?, "application/json", &personal_data::file_name(id)))
}
