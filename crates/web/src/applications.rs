//! The page of the applications that act for a person.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;

use super::confirm::Confirm;
use super::error_page::PageResult;
use super::form::id;
use super::layout::Layout;
use super::response::{page, see_other};
use super::signed_in::{SignedIn, SubmittedForm};
use base::clock::Time;
use db::Scope;
use domain::error::Error;
use domain::oauth::store;
use domain::oauth::store::grants;
use domain::oauth::{Application, Grant};
use domain::work;
use service::app::App;

#[derive(Template)]
#[template(path = "web/applications.html")]
struct List {
    layout: Layout,
    signed_in: SignedIn,
    /// Each with its scopes (`None` for full access), and the time of the grant.
    applications: Vec<(Application, Option<Vec<String>>, Time)>,
}

/// `GET /applications`
pub async fn show(State(app): State<App>, signed_in: SignedIn) -> PageResult {
    let (applications, grants) = read(&app, &signed_in).await?;
    let applications = applications.into_iter().filter_map(|application| {
        let last = grants.iter().rfind(|grant| grant.application_id == application.id)?;
        Some((application, last.scopes.clone(), last.created_at))
    });
    let applications = applications.collect();
    Ok(page(StatusCode::OK, &List { layout: signed_in.layout(), signed_in, applications }))
}

/// `GET /applications/{id}/end`: asks for confirmation.
pub async fn ask(State(app): State<App>, signed_in: SignedIn, Path(text): Path<String>) -> PageResult {
    let (id, (applications, _)) = (id(&text)?, read(&app, &signed_in).await?);
    let application = applications.into_iter().find(|one| one.id == id).ok_or(Error::NotFound)?;
    let layout = signed_in.layout();
    let confirm = Confirm {
        title: layout.say("applications-end-title", "name", application.name.as_str()),
        text: layout.t("applications-end-text").into_owned(),
        action: Some(format!("/applications/{id}/end")),
        button: "applications-end",
        back: "/applications",
        layout,
    };
    Ok(confirm.page(StatusCode::OK))
}

/// `POST /applications/{id}/end`: revokes all grants of the person to the application, and their tokens.
pub async fn end(State(app): State<App>, Path(text): Path<String>, submitted: SubmittedForm) -> PageResult {
    let (id, change, user_id) = (id(&text)?, submitted.signed_in.change(&app), submitted.signed_in.user.id);
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| {
            let mut granted = grants::of_person(conn, change.account_id, user_id).await?;
            granted.retain(|grant| grant.application_id == id);
            for grant in &granted {
                grants::end(conn, &change, grant).await?;
            }
            if granted.is_empty() { Err(Error::NotFound) } else { Ok(()) }
        }),
    );
    work.await?;
    Ok(see_other("/applications"))
}

async fn read(app: &App, signed_in: &SignedIn) -> Result<(Vec<Application>, Vec<Grant>), Error> {
    let (account_id, user_id) = (signed_in.account.id, signed_in.user.id);
    let work = app.db.read(work!(|conn| {
        let applications = store::of_person(conn, account_id, user_id).await?;
        Ok((applications, grants::of_person(conn, account_id, user_id).await?))
    }));
    work.await
}
