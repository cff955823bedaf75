//! The service in process, on either engine, each story with a store of its own.

use std::io::Cursor;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header, response};
use bytes::Bytes;
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

use super::answer::Answer;
use super::harbor::{NOW, harbor};
use super::whole::is_whole;
use base::clock::{Clock, Time};
use db::{Db, Location, Scope, Timeouts};
use domain::archive::import::Counts;
use domain::archive::{HEADER, export, import};
use domain::error::Result;
use domain::work;
use service::app::App;
use service::settings::Settings;
use statuary::router;
use web::portfolio::sheet::XLSX;

/// The engines that every story runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// Where `cargo xtask test` has a PostgreSQL server listening: a URL without a database.
const SERVER: &str = "STATUARY_TEST_POSTGRES";

/// A service with a store of its own, which goes away with it.
pub struct TestApp {
    pub app: App,
    pub store: Store,
}

pub struct Store {
    pub place: Place,
    /// Somebody changed it past all rules.
    pub is_harmed: AtomicBool,
}

pub enum Place {
    Directory(tempfile::TempDir),
    Database {
        server: String,
        name: String,
    },
    /// With another service.
    Elsewhere,
}

impl TestApp {
    /// An empty store.
    pub async fn empty(engine: Engine) -> Self {
        let (location, place) = match engine {
            Engine::Sqlite => {
                let directory = tempfile::tempdir().expect("a temporary directory");
                (Location::in_directory(directory.path()), Place::Directory(directory))
            }
            Engine::Postgres => {
                let server = std::env::var(SERVER).unwrap_or_else(|_| {
                    panic!("{SERVER} is not set: run `cargo xtask test` or `cargo xtask postgres COMMAND...`")
                });
                let name = format!("story_{}", hex::encode(rand::random::<[u8; 8]>()));
                administer(&server, &format!("create database {name}")).await;
                (Location::Postgres(format!("{server}/{name}")), Place::Database { server, name })
            }
        };
        let store = Store { place, is_harmed: AtomicBool::default() };
        let db = Db::open_with(&location, unhurried()).await.expect("a store");
        let clock = Clock::manual_at(NOW.parse().expect("a time"));
        Self { app: App::new(db, clock, Settings::default()), store }
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

    /// The same service twice, as two processes on one store, which goes away with the first.
    pub async fn beside(self) -> (Self, Self) {
        let location = match &self.store.place {
            Place::Directory(directory) => Location::in_directory(directory.path()),
            Place::Database { server, name } => Location::Postgres(format!("{server}/{name}")),
            Place::Elsewhere => panic!("the other service has the store"),
        };
        let db = Db::open_with(&location, unhurried()).await.expect("a store");
        let app = App::new(db, self.app.clock.clone(), Settings::default());
        let store = Store { place: Place::Elsewhere, is_harmed: AtomicBool::default() };
        (self, Self { app, store })
    }

    pub async fn import(&self, archive: &str) -> Result<Counts> {
        let text = Cursor::new(format!("{HEADER}\n{archive}"));
        let at = self.app.clock.now();
        let work = self
            .app
            .db
            .write(Scope::Store, work!(|conn| import::import(conn, at, import::lines(text)).await));
        work.await
    }

    pub async fn export(&self) -> String {
        let (sender, receiver) = std::sync::mpsc::channel();
        let work = self.app.db.read(work!(|conn| {
            let mut out = Vec::new();
            export::export(conn, &mut out).await?;
            sender.send(out).expect("a receiver");
            Ok(())
        }));
        work.await.expect("an export");
        String::from_utf8(receiver.recv().expect("an archive")).expect("UTF-8")
    }

    /// Moves the clock to an instant.
    pub fn wait_until(&self, at: &str) {
        self.app.clock.advance((time(at).0 - self.app.clock.now().0) / 1_000_000);
    }

    /// Any request.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let (parts, bytes) = self.raw(request).await;
        let is_workbook = parts.headers.get("content-type").is_some_and(|own| own == XLSX);
        let text = if is_workbook { Ok("") } else { str::from_utf8(&bytes) };
        let text = text.expect("UTF-8").to_owned();
        Answer { status: parts.status, headers: parts.headers, text, bytes }
    }

    /// Any request, and its answer's body as it is, be it coded.
    pub async fn raw(&self, request: Request<Body>) -> (response::Parts, Bytes) {
        let response = router::service(self.app.clone()).oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        (parts, body.collect().await.expect("a body").to_bytes())
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

/// Whatever a story did, it leaves a store that is whole; on the embedded engine that is cheap enough to look at each time.
impl Drop for Store {
    fn drop(&mut self) {
        match &self.place {
            Place::Directory(directory) => {
                if std::thread::panicking() || self.is_harmed.load(Ordering::Relaxed) {
                    return;
                }
                let location = Location::in_directory(directory.path());
                apart(async move { is_whole(&location).await }).expect("a store that is whole");
            }
            Place::Database { server, name } => {
                let (server, drop) = (server.clone(), format!("drop database {name} with (force)"));
                std::mem::drop(apart(async move { administer(&server, &drop).await }));
            }
            Place::Elsewhere => {}
        }
    }
}

/// Runs a story in a runtime of its own. [`macros::both_engines`] calls this.
pub fn run_story(story: Pin<Box<dyn Future<Output = ()>>>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(story);
}

/// The timeouts of a service on a machine that may be busy.
fn unhurried() -> Timeouts {
    Timeouts::for_service(Duration::from_mins(1))
}

/// Runs something to its end while the runtime of the story stands.
fn apart(work: impl Future<Output = ()> + Send + 'static) -> std::thread::Result<()> {
    let thread = std::thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(work);
    });
    thread.join()
}

/// Runs one command on the server itself.
async fn administer(server: &str, command: &str) {
    run_on(server, "postgres", command).await;
}

pub async fn run_on(server: &str, database: &str, command: &str) {
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

/// An instant of a text.
pub fn time(text: &str) -> Time {
    text.parse().expect("a time")
}
