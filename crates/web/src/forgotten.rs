//! The page for people who forgot their password. Its answer is the same whether somebody has the address or not.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};

use super::error_page::{PageResult, message, not_found};
use super::form::Form;
use super::layout::Layout;
use super::reader::Reader;
use super::response::page;
use super::signed_in::check_encrypted;
use db::Scope;
use domain::mails::store::requests;
use domain::users::is_email_address;
use domain::work;
use service::app::App;

/// The longest address of a mailbox, in bytes (RFC 5321, 4.5.3.1).
const LONGEST: usize = 320;

#[derive(Template)]
#[template(path = "sessions/forgotten.html")]
struct Forgotten {
    layout: Layout,
}

/// `GET /forgotten`, where the service sends mails, and people sign in with passwords.
pub async fn show(State(app): State<App>, reader: Reader, headers: HeaderMap) -> PageResult {
    check_encrypted(&app, &headers, false)?;
    if app.settings.mail.is_none() || !app.settings.password_login {
        return Ok(not_found());
    }
    Ok(page(StatusCode::OK, &Forgotten { layout: Layout::plain(reader) }))
}

/// `POST /forgotten`: writes the request; the engine of notifications finds out who has the address.
pub async fn create(State(app): State<App>, headers: HeaderMap, Form(form): Form) -> PageResult {
    check_encrypted(&app, &headers, true)?;
    if app.settings.mail.is_none() || !app.settings.password_login {
        return Ok(not_found());
    }
    let address = form.text("email").unwrap_or_default().trim().to_owned();
    if is_email_address(&address) && address.len() <= LONGEST {
        let at = app.clock.now();
        // No account: it is found out later.
        let work = app.db.write(Scope::Account(0), work!(|conn| requests::add(conn, &address, at).await));
        work.await?;
        app.notifications.notify_one();
    }
    Ok(message(StatusCode::OK, "forgotten-done-title", "forgotten-done-text"))
}
