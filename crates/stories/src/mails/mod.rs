//! Stories of mails, which the engine writes to a folder. The clock moves by hand.

mod digests;
mod links;
mod notices;
mod post;

use axum::http::Method;
use serde_json::{Value, json};

use self::post::{Eml, Folder};
use crate::{Answer, Engine, TestApp};
use service::settings::mail::{MailSettings, Sender, Way};
use statuary::notifications::Engine as Notifications;

/// The harbor with mails, and the folder in which they arrive.
async fn harbor(engine: Engine) -> (TestApp, Folder) {
    let folder = Folder::default();
    let app = with_mail(TestApp::harbor(engine).await, &folder);
    settle(&app).await;
    (app, folder)
}

/// A service that writes its mails to a folder.
fn with_mail(app: TestApp, folder: &Folder) -> TestApp {
    let from = Sender::read("Statuary <status@example.com>").expect("a sender");
    let way = Way::Folder(folder.path());
    app.set(|settings| {
        settings.mail = Some(MailSettings { from, way });
        settings.public_url = Some("https://status.example".into());
    })
}

async fn settle(app: &TestApp) {
    Notifications::new(app.app.clone()).expect("settings").settle().await.expect("a store");
}

/// The mails that are written now, by their reader.
async fn mails(app: &TestApp, folder: &Folder) -> Vec<Eml> {
    settle(app).await;
    folder.take()
}

/// The readers of mails.
fn readers(mails: &[Eml]) -> Vec<&str> {
    mails.iter().map(Eml::reader).collect()
}

async fn publish(app: &TestApp, token: &str, color: &str, text: &str) -> Value {
    let body = json!({"color": color, "description": text});
    let answer = app.write(token, Method::POST, "/workspaces/53760/status_reports", &body, &[]).await;
    assert_eq!(answer.status, 201, "{answer}");
    answer.json()
}

/// Writes to the native surface.
async fn send(app: &TestApp, token: &str, method: Method, path: &str, body: Value) -> Answer {
    let answer = app.write(token, method, path, &body, &[]).await;
    assert!(answer.status.is_success(), "{answer}");
    answer
}
