//! The service in process, on either engine, each test with a store of its own.

use std::io::Cursor;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::app::App;
use crate::archive::import::Counts;
use crate::archive::{HEADER, export, import};
use crate::auth::{self, uses::Uses};
use crate::clock::{Clock, Time};
use crate::config::Settings;
use crate::db::{Db, Location, Result, Scope};
use crate::idempotency::Running;
use crate::router;
use crate::sessions::LoginLink;
use crate::setup::Setup;

pub mod bodies;
pub mod browser;
mod by_hand;
pub mod exact;
pub mod requests;

/// The engines that every story runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// Where `cargo xtask test` has a PostgreSQL server listening: a URL without a database.
const SERVER: &str = "STATUARY_TEST_POSTGRES";

/// When the stories take place, until they move their clock.
pub const NOW: &str = "2026-02-16T16:00:03Z";

/// A service with a store of its own, which goes away with it.
pub struct TestApp {
    pub app: App,
    store: Store,
}

enum Store {
    Directory(tempfile::TempDir),
    Database { server: String, name: String },
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

/// The names of an object's members, in their order.
struct Members(Vec<String>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Names;
        impl<'de> Visitor<'de> for Names {
            type Value = Members;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Members, A::Error> {
                let mut names = Vec::new();
                while let Some((name, IgnoredAny)) = map.next_entry()? {
                    names.push(name);
                }
                Ok(Members(names))
            }
        }
        deserializer.deserialize_map(Names)
    }
}

impl Answer {
    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// The ids of the results, in their order.
    #[track_caller]
    pub fn ids(&self) -> Vec<i64> {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text);
        let id = |result: &Value| result["id"].as_str().and_then(|id| id.parse().ok());
        self.json()["results"].as_array().expect("results").iter().map(|one| id(one).expect("id")).collect()
    }

    /// The object of a single answer.
    #[track_caller]
    pub fn object(&self) -> Value {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text);
        let body = self.json();
        let (key, id) = (body["results"][0]["key"].as_str(), body["results"][0]["id"].as_str());
        body[key.expect("key")][id.expect("id")].clone()
    }

    /// Asserts an error of the Kantata surface: its status and its whole body.
    #[track_caller]
    pub fn is_error(&self, status: u16, errors: &Value) {
        let seen = (self.status.as_u16(), self.json());
        assert_eq!(seen, (status, json!({ "errors": errors })));
    }

    /// Asserts a success with exactly this body, blanks between its tokens aside: members in this order.
    #[track_caller]
    pub fn shows(&self, body: &str) {
        assert_eq!((self.status, self.text.as_str()), (StatusCode::OK, &*packed(body)));
    }

    /// Asserts the status, and for 401, 403 and 404 the body that the contract has for it.
    #[track_caller]
    pub fn has(&self, status: u16) {
        match status {
            401 => self.is_error(401, &json!([{"type": "oauth", "message": "Invalid OAuth 2 Request"}])),
            403 => self.is_system_error(403, "You are not authorized to perform this action"),
            404 => self.is_system_error(404, "Record not found"),
            _ => assert_eq!(self.status.as_u16(), status, "{}", self.text),
        }
    }

    /// Asserts the answer to a path or a method that is not served.
    #[track_caller]
    pub fn is_no_page(&self) {
        self.is_system_error(404, "Page not found");
    }

    /// Asserts that the request could not be read.
    #[track_caller]
    pub fn is_unreadable(&self, message: &str) {
        self.is_system_error(400, message);
    }

    /// Asserts broken rules, as pairs of field and message in this order.
    #[track_caller]
    pub fn breaks(&self, rules: &[(&str, &str)]) {
        let entry = |(field, message): &(&str, &str)| json!({ "type": "validation", "message": message, "field": field });
        self.is_error(422, &rules.iter().map(entry).collect());
    }

    /// The members at the top, in their order.
    #[track_caller]
    pub fn members(&self) -> Vec<String> {
        let members: Members =
            serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text));
        members.0
    }

    /// Of `meta`: `count`, `page_count`, `page_number` and `page_size`.
    #[track_caller]
    pub fn meta(&self) -> (i64, i64, i64, i64) {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text);
        let body = self.json();
        let number = |name: &str| body["meta"][name].as_i64().expect("a number");
        assert_eq!(body["count"], body["meta"]["count"], "the two counts");
        (number("count"), number("page_count"), number("page_number"), number("page_size"))
    }

    /// Asserts an error without a field.
    #[track_caller]
    pub fn is_system_error(&self, status: u16, message: &str) {
        self.is_error(status, &json!([{ "type": "system", "message": message }]));
    }

    /// Asserts a single broken rule.
    #[track_caller]
    pub fn is_invalid(&self, field: &str, message: &str) {
        self.is_error(422, &json!([{ "type": "validation", "message": message, "field": field }]));
    }
}

impl TestApp {
    /// An empty store.
    pub async fn empty(engine: Engine) -> Self {
        let (location, store) = match engine {
            Engine::Sqlite => {
                let directory = tempfile::tempdir().expect("a temporary directory");
                (Location::in_directory(directory.path()), Store::Directory(directory))
            }
            Engine::Postgres => {
                let server = std::env::var(SERVER).unwrap_or_else(|_| {
                    panic!("{SERVER} is not set: run `cargo xtask test` or `cargo xtask postgres COMMAND...`")
                });
                let name = format!("story_{}", hex::encode(rand::random::<[u8; 8]>()));
                administer(&server, &format!("create database {name}")).await;
                (Location::Postgres(format!("{server}/{name}")), Store::Database { server, name })
            }
        };
        let db = Db::open(&location).await.expect("a store");
        let clock = Clock::standing_at(NOW.parse().expect("a time"));
        let (settings, setup) = (Arc::new(Settings::default()), Setup::default());
        let (login, running, limits) = (LoginLink::default(), Running::default(), Arc::default());
        Self { app: App { db, clock, settings, limits, setup, login, running, uses: Uses::default() }, store }
    }

    /// A store with the records of an archive, given without its header.
    pub async fn with(engine: Engine, archive: &str) -> Self {
        let app = Self::empty(engine).await;
        app.import(archive).await.expect("an archive");
        app
    }

    /// The harbor: see [`harbor`].
    pub async fn harbor(engine: Engine) -> Self {
        Self::with(engine, &harbor()).await
    }

    pub async fn import(&self, archive: &str) -> Result<Counts> {
        let text = Cursor::new(format!("{HEADER}\n{archive}"));
        let at = self.app.clock.now();
        let work = self.app.db.write(Scope::Store, move |conn| {
            Box::pin(async move { import::import(conn, at, import::lines(text)).await })
        });
        work.await
    }

    pub async fn export(&self) -> String {
        let (sender, receiver) = std::sync::mpsc::channel();
        let work = self.app.db.read(move |conn| {
            Box::pin(async move {
                let mut out = Vec::new();
                export::export(conn, &mut out).await?;
                sender.send(out).expect("a receiver");
                Ok(())
            })
        });
        work.await.expect("an export");
        String::from_utf8(receiver.recv().expect("an archive")).expect("UTF-8")
    }

    /// Moves the clock to an instant.
    pub fn wait_until(&self, at: &str) {
        self.app.clock.advance((time(at).0 - self.app.clock.now().0) / 1_000_000);
    }

    /// Any request.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = router::service(self.app.clone()).oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a body").to_bytes();
        let text = String::from_utf8(bytes.to_vec()).expect("UTF-8");
        Answer { status: parts.status, headers: parts.headers, text }
    }

    /// A request to `/api/v1` of somebody whose token is `who`, with a body of a content type.
    pub async fn call(&self, who: &str, method: Method, path: &str, content: Option<(&str, &str)>) -> Answer {
        let (content_type, body) = content.unzip();
        self.bytes(who, method, path, content_type, body.unwrap_or_default().as_bytes()).await
    }

    /// [`TestApp::call`] with a body of any bytes. Asserts what holds for every answer of this surface.
    pub async fn bytes(
        &self,
        who: &str,
        method: Method,
        path: &str,
        content_type: Option<&str>,
        body: &[u8],
    ) -> Answer {
        let mut request = Request::builder()
            .method(&method)
            .uri(format!("/api/v1{path}"))
            .header(header::AUTHORIZATION, format!("Bearer {who}"));
        if let Some(content_type) = content_type {
            request = request.header(header::CONTENT_TYPE, content_type);
        }
        let answer = self.send(request.body(Body::from(body.to_vec())).expect("a request")).await;
        let shown = path.get(..80).unwrap_or(path);
        assert!(!answer.status.is_server_error(), "{method} {shown}: {answer:?}");
        assert!(answer.headers.contains_key("x-request-id"), "{method} {shown}: {answer:?}");
        assert!(!answer.headers.contains_key(header::ALLOW), "{method} {shown}: {answer:?}");
        let content_type = answer.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let expected = (answer.status != StatusCode::NO_CONTENT).then_some("application/json; charset=utf-8");
        assert_eq!(content_type, expected, "{method} {shown}: {answer:?}");
        answer
    }

    /// A request to Statuary's own surface. Asserts what holds for every answer of it.
    pub async fn own(&self, who: &str, method: Method, path: &str) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(format!("/api/statuary/v1{path}"))
            .header(header::AUTHORIZATION, format!("Bearer {who}"))
            .header("x-request-id", "story");
        let answer = self.send(request.body(Body::empty()).expect("a request")).await;
        assert!(!answer.status.is_server_error(), "{path}: {answer:?}");
        assert_eq!(answer.headers[header::CACHE_CONTROL], "private, no-store", "{path}: {answer:?}");
        let is_problem = !answer.status.is_success();
        let expected = if is_problem { "application/problem+json" } else { "application/json" };
        assert_eq!(answer.headers[header::CONTENT_TYPE], expected, "{path}: {answer:?}");
        answer
    }

    pub async fn get(&self, who: &str, path: &str) -> Answer {
        self.call(who, Method::GET, path, None).await
    }

    pub async fn post(&self, who: &str, path: &str, body: &Value) -> Answer {
        self.call(who, Method::POST, path, Some(("application/json", &body.to_string()))).await
    }

    pub async fn put(&self, who: &str, path: &str, body: &Value) -> Answer {
        self.call(who, Method::PUT, path, Some(("application/json", &body.to_string()))).await
    }

    pub async fn patch(&self, who: &str, path: &str, body: &Value) -> Answer {
        self.call(who, Method::PATCH, path, Some(("application/json", &body.to_string()))).await
    }

    pub async fn delete(&self, who: &str, path: &str) -> Answer {
        self.call(who, Method::DELETE, path, None).await
    }

    pub async fn form(&self, who: &str, method: Method, path: &str, body: &str) -> Answer {
        self.call(who, method, path, Some(("application/x-www-form-urlencoded", body))).await
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        if let Self::Database { server, name } = self {
            let (server, name) = (server.clone(), name.clone());
            let dropped = std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                let drop = format!("drop database {name} with (force)");
                runtime.expect("a runtime").block_on(administer(&server, &drop));
            });
            drop(dropped.join());
        }
    }
}

/// Runs one command on the server itself.
async fn administer(server: &str, command: &str) {
    run_on(server, "postgres", command).await;
}

async fn run_on(server: &str, database: &str, command: &str) {
    let (client, connection) =
        tokio_postgres::connect(&format!("{server}/{database}"), tokio_postgres::NoTls)
            .await
            .expect("a server");
    let (done, connection) = tokio::join!(
        async {
            let done = client.batch_execute(command).await;
            drop(client);
            done
        },
        connection
    );
    done.expect("a command that succeeds");
    connection.expect("a connection that ends");
}

fn token(id: i64, user_id: i64, text: &str) -> String {
    let sha256 = hex::encode(auth::digest(text));
    json!({"kind": "token", "id": id, "user_id": user_id, "name": text, "sha256": sha256}).to_string()
}

/// The store of the contract's worked examples, without a header. Account 415 with workspace 53760 ("Harbor
/// rollout"), and in it, each with a token of the name: `ada` (2545, edits), `bo` (2551, edits), `root` (2500, an
/// administrator who takes no part), `vera` (2560, views), `max` (2561, project admin), `cleo` (2570, client), `olaf`
/// (2580, takes no part). Workspace 53800 ("Quay extension") has `max` alone; 53900 ("Old pier") is archived and has
/// `ada`. Account 500 has `zoe` (3000, its administrator), workspace 60000 and report 990.
pub fn harbor() -> String {
    let workspace =
        |id: i64, account: i64, title: &str, archived: bool, key: i64, creator: i64, updated: &str| {
            json!({"kind": "workspace", "id": id, "account_id": account, "title": title, "description": "",
            "start_date": "2026-01-12", "due_date": null, "archived": archived, "status_key": key,
            "creator_id": creator, "created_at": "2026-01-05T18:00:00Z", "updated_at": updated})
            .to_string()
        };
    let user = |id: i64, account: i64, name: &str, email: &str, administrator: bool| {
        json!({"kind": "user", "id": id, "account_id": account, "full_name": name, "email_address": email,
            "headline": null, "photo_path": null, "administrator": administrator})
        .to_string()
    };
    let part = |id: i64, workspace: i64, user: i64, side: &str, permission: &str| {
        json!({"kind": "participation", "id": id, "workspace_id": workspace, "user_id": user, "side": side,
            "permission": permission})
        .to_string()
    };
    let change = |id: i64, from: i64, to: i64, at: &str| {
        json!({"kind": "workspace_status_change", "id": id, "workspace_id": 53760, "user_id": 2545,
            "from_status_key": from, "to_status_key": to, "created_at": at})
        .to_string()
    };
    let lines = [
        json!({"kind": "account", "id": 415, "name": "Harbor"}).to_string(),
        json!({"kind": "account", "id": 500, "name": "Elsewhere"}).to_string(),
        user(2500, 415, "Root Admin", "root@example.com", true),
        json!({"kind": "user", "id": 2545, "account_id": 415, "full_name": "Ada Park",
            "email_address": "ada@example.com", "headline": "Delivery lead",
            "photo_path": "https://files.example/ada.png"})
        .to_string(),
        user(2551, 415, "Bo Lind", "bo@example.com", false),
        user(2560, 415, "Vera View", "vera@example.com", false),
        user(2561, 415, "Max Prime", "max@example.com", false),
        user(2570, 415, "Cleo Client", "cleo@example.com", false),
        user(2580, 415, "Olaf Out", "olaf@example.com", false),
        user(3000, 500, "Zoe Else", "zoe@example.com", true),
        token(1, 2500, "root"),
        token(2, 2545, "ada"),
        token(3, 2551, "bo"),
        token(4, 2560, "vera"),
        token(5, 2561, "max"),
        token(6, 2570, "cleo"),
        token(7, 2580, "olaf"),
        token(8, 3000, "zoe"),
        workspace(53760, 415, "Harbor rollout", false, 310, 2545, "2026-02-10T00:02:10Z"),
        workspace(53800, 415, "Quay extension", false, 100, 2561, "2026-02-01T00:00:00Z"),
        workspace(53900, 415, "Old pier", true, 605, 2545, "2026-01-20T00:00:00Z"),
        workspace(60000, 500, "Elsewhere", false, 100, 3000, "2026-02-01T00:00:00Z"),
        part(1, 53760, 2545, "provider", "edit"),
        part(2, 53760, 2551, "provider", "edit"),
        part(3, 53760, 2560, "provider", "view"),
        part(4, 53760, 2561, "provider", "admin"),
        part(5, 53760, 2570, "client", "edit"),
        part(6, 53800, 2561, "provider", "admin"),
        part(7, 53900, 2545, "provider", "edit"),
        json!({"kind": "status_report", "id": 901, "workspace_id": 53760, "color": "green",
            "description": "Kickoff done, team staffed.", "details": [], "creator_id": 2545,
            "created_at": "2026-02-02T17:15:00Z", "updated_at": "2026-02-02T17:15:00Z"})
        .to_string(),
        json!({"kind": "status_report", "id": 907, "workspace_id": 53760, "color": "yellow",
            "description": "Vendor slipped one week.", "details": [
                {"category": "Scope", "color": "green", "description": "No change"},
                {"category": "Schedule", "color": "red", "description": "One week late"},
                {"category": "Client", "color": "yellow", "description": null}],
            "creator_id": 2545, "updater_id": 2551,
            "created_at": "2026-02-09T17:20:41Z", "updated_at": "2026-02-10T00:02:10Z"})
        .to_string(),
        json!({"kind": "status_report", "id": 990, "workspace_id": 60000, "color": "red",
            "description": "Not yours.", "details": [], "creator_id": 3000,
            "created_at": "2026-02-09T17:20:41Z", "updated_at": "2026-02-09T17:20:41Z"})
        .to_string(),
        change(4077, 100, 310, "2026-01-12T16:00:00Z"),
        json!({"kind": "external_reference", "id": 77, "subject_type": "StatusReport", "subject_id": 907,
            "service_name": "jira", "service_model": "Issue", "service_model_ref": "HARB-12",
            "status": "successful", "external_link": "https://jira.example/HARB-12", "external_status": "open",
            "locked": false, "last_synced_at": "2026-02-10T00:02:10Z",
            "created_at": "2026-02-09T17:20:41Z", "updated_at": "2026-02-10T00:02:10Z"})
        .to_string(),
    ];
    lines.join("\n")
}

/// The archive line of a report of workspace 53760 by Ada, written at [`NOW`].
pub fn report(id: i64) -> Value {
    json!({"kind": "status_report", "id": id, "workspace_id": 53760, "color": "green", "description": "Fine.",
        "details": [], "creator_id": 2545, "created_at": NOW, "updated_at": NOW})
}

/// The archive line of a move of workspace 53760 by Ada, from 310 to 403.
pub fn change(id: i64, at: &str) -> Value {
    json!({"kind": "workspace_status_change", "id": id, "workspace_id": 53760, "user_id": 2545,
        "from_status_key": 310, "to_status_key": 403, "created_at": at})
}

/// The archive line of a reference of a report.
pub fn reference(id: i64, report: i64, service: &str, service_model_ref: &str) -> Value {
    json!({"kind": "external_reference", "id": id, "subject_type": "StatusReport", "subject_id": report,
        "service_name": service, "service_model": "Issue", "service_model_ref": service_model_ref,
        "locked": false, "created_at": NOW, "updated_at": NOW})
}

/// An archive of some lines.
pub fn lines(records: impl IntoIterator<Item = Value>) -> String {
    records.into_iter().map(|record| record.to_string()).collect::<Vec<_>>().join("\n")
}

/// An archive line with some members put in place of its own.
pub fn with(mut record: Value, members: &Value) -> Value {
    for (name, value) in members.as_object().expect("an object") {
        record[name] = value.clone();
    }
    record
}

/// A JSON text without the blanks between its tokens.
fn packed(text: &str) -> String {
    let (mut is_text, mut is_escaped) = (false, false);
    let keep = |&letter: &char| {
        let was_text = is_text;
        if letter == '"' && !is_escaped {
            is_text = !is_text;
        }
        is_escaped = is_text && letter == '\\' && !is_escaped;
        was_text || !letter.is_whitespace()
    };
    text.chars().filter(keep).collect()
}

/// An instant of a text.
pub fn time(text: &str) -> Time {
    text.parse().expect("a time")
}
