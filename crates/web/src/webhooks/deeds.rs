//! What is done to a webhook: enabling and disabling, a new secret, a test, retries, replays, and its end.

use axum::extract::{Path, State};
use axum::http::StatusCode;

use super::form::secret_page;
use super::{Asked, endpoint, find, name};
use crate::confirm::Confirm;
use crate::error_page::PageResult;
use crate::form::{id, parsed};
use crate::form_errors::{FormErrors, Labels};
use crate::response::see_other;
use crate::signed_in::{SignedIn, SubmittedForm};
use base::rng::random_bytes;
use db::Scope;
use domain::error::{Error, Problem, Violation};
use domain::webhooks::store::deliveries;
use domain::webhooks::{Draft, signature, store};
use domain::work;
use service::app::App;

const LABELS: &Labels = &[("after", "webhooks-after"), ("until", "webhooks-until")];

/// `POST /webhooks/{id}/enabled`: `on` enables the endpoint. One that the service disabled stays so without it, and is not
/// mentioned any more.
pub async fn enable(
    State(app): State<App>,
    Path(text): Path<String>,
    submitted: SubmittedForm,
) -> PageResult {
    let SubmittedForm { signed_in, form } = submitted;
    let (id, caller, change) = (id(&text)?, signed_in.caller(), signed_in.change(&app));
    let draft = Draft { enabled: Some(form.has("on")), ..Draft::default() };
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| store::update(conn, &caller, &change, id, &draft).await),
    );
    match work.await {
        Ok(_) => {
            app.webhooks.notify_one();
            Ok(see_other(&format!("/webhooks/{id}")))
        }
        Err(error) => refused(&app, signed_in, id, error, Asked::default()).await,
    }
}

/// `GET /webhooks/{id}/secret`: asks for confirmation.
pub async fn ask_secret(State(app): State<App>, signed_in: SignedIn, Path(text): Path<String>) -> PageResult {
    let found = find(&app, &signed_in, id(&text)?).await?;
    let back = format!("/webhooks/{}", found.endpoint.id);
    let layout = signed_in.layout();
    let question = Confirm {
        title: layout.t("webhooks-rotate-title").into_owned(),
        text: layout.t("webhooks-rotate-text").into_owned(),
        action: Some(format!("{back}/secret")),
        button: "webhooks-rotate",
        back: &back,
        layout,
    };
    Ok(question.page(StatusCode::OK))
}

/// `POST /webhooks/{id}/secret`: the response is the only one that shows the new secret.
pub async fn rotate(
    State(app): State<App>,
    Path(text): Path<String>,
    submitted: SubmittedForm,
) -> PageResult {
    let (signed_in, id) = (submitted.signed_in, id(&text)?);
    let (caller, change) = (signed_in.caller(), signed_in.change(&app));
    let secret = signature::secret(random_bytes());
    let own = secret.clone();
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| store::rotate_secret(conn, &caller, &change, id, &own).await),
    );
    work.await?;
    app.webhooks.notify_one();
    Ok(secret_page(signed_in.layout(), id, &secret, false))
}

/// `POST /webhooks/{id}/test`
pub async fn test(State(app): State<App>, Path(text): Path<String>, submitted: SubmittedForm) -> PageResult {
    let (signed_in, id) = (submitted.signed_in, id(&text)?);
    let (caller, change) = (signed_in.caller(), signed_in.change(&app));
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| deliveries::test(conn, &caller, &change, id).await),
    );
    match work.await {
        Ok(_) => {
            app.webhooks.notify_one();
            Ok(see_other(&format!("/webhooks/{id}?done=test#deliveries")))
        }
        Err(error) => refused(&app, signed_in, id, error, Asked::default()).await,
    }
}

/// `POST /webhooks/{id}/deliveries/{delivery}/retry`
pub async fn retry(
    State(app): State<App>,
    Path((text, delivery)): Path<(String, String)>,
    submitted: SubmittedForm,
) -> PageResult {
    let (signed_in, own, delivery_id) = (submitted.signed_in, id::<i64>(&text)?, id::<i64>(&delivery)?);
    let (caller, change) = (signed_in.caller(), signed_in.change(&app));
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| deliveries::retry(conn, &caller, &change, delivery_id).await),
    );
    match work.await {
        Ok(delivery) => {
            app.webhooks.notify_one();
            Ok(see_other(&format!("/webhooks/{}?done=retry#deliveries", delivery.endpoint_id)))
        }
        Err(error) => refused(&app, signed_in, own, error, Asked::default()).await,
    }
}

/// `POST /webhooks/{id}/replay`
pub async fn replay(
    State(app): State<App>,
    Path(text): Path<String>,
    submitted: SubmittedForm,
) -> PageResult {
    let SubmittedForm { signed_in, form } = submitted;
    let (id, caller, change) = (id::<i64>(&text)?, signed_in.caller(), signed_in.change(&app));
    caller.require_administrator()?;
    let field = |name: &str| form.text(name).unwrap_or_default().trim().to_owned();
    let (span, mut violations) = ((field("after"), field("until")), Vec::new());
    let mut number = |name: &'static str, text: &str| {
        let number: Option<i64> = parsed(name, text, &mut violations);
        match number {
            None if text.is_empty() => violations.push(Violation::new(name, Problem::Blank)),
            Some(number) if number < 0 => violations.push(Violation::new(name, Problem::NotAbove(-1))),
            _ => {}
        }
        number.unwrap_or_default()
    };
    let (after, until) = (number("after", &span.0), number("until", &span.1));
    let queued = match Error::check(violations) {
        Ok(()) => {
            let scope = Scope::Account(change.account_id.0);
            let work = app.db.write(
                scope,
                work!(|conn| deliveries::replay(conn, &caller, &change, id, (after, until)).await),
            );
            work.await
        }
        Err(error) => Err(error),
    };
    match queued {
        Ok(count) => {
            app.webhooks.notify_one();
            Ok(see_other(&format!("/webhooks/{id}?replayed={count}#deliveries")))
        }
        Err(error) => refused(&app, signed_in, id, error, Asked { span, ..Asked::default() }).await,
    }
}

/// `GET /webhooks/{id}/delete`: asks for confirmation.
pub async fn ask(State(app): State<App>, signed_in: SignedIn, Path(text): Path<String>) -> PageResult {
    let found = find(&app, &signed_in, id(&text)?).await?;
    let back = format!("/webhooks/{}", found.endpoint.id);
    let layout = signed_in.layout();
    let question = Confirm {
        title: layout.say("webhooks-delete-title", "name", name(&found)),
        text: layout.t("webhooks-delete-text").into_owned(),
        action: Some(format!("{back}/delete")),
        button: "delete",
        back: &back,
        layout,
    };
    Ok(question.page(StatusCode::OK))
}

/// `POST /webhooks/{id}/delete`
pub async fn delete(
    State(app): State<App>,
    Path(text): Path<String>,
    submitted: SubmittedForm,
) -> PageResult {
    let (signed_in, id) = (submitted.signed_in, id(&text)?);
    let (caller, change) = (signed_in.caller(), signed_in.change(&app));
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| store::delete(conn, &caller, &change, id).await),
    );
    work.await?;
    Ok(see_other("/webhooks"))
}

/// The page of the endpoint, which says why nothing was done.
async fn refused(app: &App, signed_in: SignedIn, id: i64, error: Error, asked: Asked) -> PageResult {
    let form_errors = FormErrors::of(error, LABELS, signed_in.reader.language)?;
    let asked = Asked { form_errors, ..asked };
    endpoint(app, signed_in, id, StatusCode::UNPROCESSABLE_ENTITY, asked).await
}
