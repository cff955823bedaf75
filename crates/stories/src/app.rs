//! The service in process, on either engine. Each story has its own store.

use std::pin::Pin;
use std::sync::OnceLock;

use axum::body::{Body, HttpBody};
use axum::http::{Method, Request, StatusCode, header, response};
use bytes::Bytes;
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

use super::answer::Answer;
use super::harbor::NOW;
use super::store::{self, Engine, Place, Store, long_timeouts};
use super::template::{self, Content};
use base::clock::{Clock, Time};
use db::{Db, Location};
use domain::archive::export;
use domain::archive::import::Counts;
use domain::error::Result;
use domain::work;
use front::router;
use front::service::HttpService;
use service::app::{App, Builder};
use service::settings::Settings;
use web::portfolio::sheet::XLSX;

/// A service with its own store, which is deleted with it.
pub struct TestApp {
    pub app: App,
    pub store: Store,
    /// Made by the first request, because making its routes takes longer than most requests.
    service: OnceLock<HttpService>,
}

impl TestApp {
    /// The service on a store.
    pub async fn on(store: Store) -> Self {
        Self::at(&store.location(), Clock::manual_at(time(NOW)), store).await
    }

    async fn at(location: &Location, clock: Clock, store: Store) -> Self {
        let db = Db::open_with(location, long_timeouts()).await.expect("a store");
        Self { app: App::new(db, clock, Settings::default()), store, service: OnceLock::new() }
    }

    /// An empty store.
    pub async fn empty(engine: Engine) -> Self {
        Self::on(template::store(engine, Content::Tables).await).await
    }

    /// A store with the records of an archive, given without its header.
    pub async fn with(engine: Engine, archive: &str) -> Self {
        let app = Self::empty(engine).await;
        app.import(archive).await.expect("an archive");
        app
    }

    /// The harbor: see [`harbor`].
    pub async fn harbor(engine: Engine) -> Self {
        Self::on(template::store(engine, Content::Harbor).await).await
    }

    /// The same service twice, as two processes on one store, which is deleted with the first.
    pub async fn with_second_process(self) -> (Self, Self) {
        let second =
            Self::at(&self.store.location(), self.app.clock.clone(), Store::at(Place::Elsewhere)).await;
        (self, second)
    }

    pub async fn import(&self, archive: &str) -> Result<Counts> {
        store::import(&self.app.db, self.app.clock.now(), archive).await
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

    /// Sends a request.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let (head, body) = request.into_parts();
        let shown = format!("{} {}", head.method, head.uri);
        // A body without a known size may never end.
        let is_whole = body.size_hint().exact().is_some();
        let (shown, body) = if is_whole {
            let body = body.collect().await.expect("a body").to_bytes();
            let text = String::from_utf8_lossy(&body[..body.len().min(200)]);
            (format!("{shown} {text}"), Body::from(body))
        } else {
            (shown, body)
        };
        let (parts, bytes) = self.raw(Request::from_parts(head, body)).await;
        let media_type = parts.headers.get("content-type");
        let is_file = media_type.is_some_and(|own| own == XLSX || own == pack::PDF);
        let text = if is_file { Ok("") } else { str::from_utf8(&bytes) };
        let text = text.expect("UTF-8").to_owned();
        Answer { request: shown, status: parts.status, headers: parts.headers, text, bytes }
    }

    /// Sends a request. Returns the body as it is, even if it is compressed.
    pub async fn raw(&self, request: Request<Body>) -> (response::Parts, Bytes) {
        let response = self.service().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        (parts, body.collect().await.expect("a body").to_bytes())
    }

    /// What answers the requests.
    pub fn service(&self) -> HttpService {
        self.service.get_or_init(|| router::service(self.app.clone())).clone()
    }

    /// Replaces parts of the service.
    pub fn rebuild(&mut self, change: impl FnOnce(Builder) -> Builder) {
        self.app = change(self.app.to_builder()).build();
        self.service = OnceLock::new();
    }

    /// A request to `/api/v1` with a token, and with a body of a content type.
    pub async fn call(
        &self,
        token: &str,
        method: Method,
        path: &str,
        content: Option<(&str, &str)>,
    ) -> Answer {
        let (content_type, body) = content.unzip();
        self.bytes(token, method, path, content_type, body.unwrap_or_default().as_bytes()).await
    }

    /// [`TestApp::call`] with a body of any bytes. Asserts what is true of every response of this surface.
    pub async fn bytes(
        &self,
        token: &str,
        method: Method,
        path: &str,
        content_type: Option<&str>,
        body: &[u8],
    ) -> Answer {
        let mut request = Request::builder()
            .method(&method)
            .uri(format!("/api/v1{path}"))
            .header(header::AUTHORIZATION, format!("Bearer {token}"));
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

    /// A request to Statuary's own surface. Asserts what is true of every response of this surface.
    pub async fn own(&self, token: &str, method: Method, path: &str) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(format!("/api/statuary/v1{path}"))
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header("x-request-id", "story");
        let answer = self.send(request.body(Body::empty()).expect("a request")).await;
        assert!(!answer.status.is_server_error(), "{path}: {answer:?}");
        assert_eq!(answer.headers[header::CACHE_CONTROL], "private, no-store", "{path}: {answer:?}");
        let is_problem = !answer.status.is_success();
        let expected = if is_problem { "application/problem+json" } else { "application/json" };
        let content_type = answer.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let expected = (answer.status != StatusCode::NO_CONTENT).then_some(expected);
        assert_eq!(content_type, expected, "{path}: {answer:?}");
        answer
    }

    pub async fn get(&self, token: &str, path: &str) -> Answer {
        self.call(token, Method::GET, path, None).await
    }

    pub async fn post(&self, token: &str, path: &str, body: &Value) -> Answer {
        self.call(token, Method::POST, path, Some(("application/json", &body.to_string()))).await
    }

    pub async fn put(&self, token: &str, path: &str, body: &Value) -> Answer {
        self.call(token, Method::PUT, path, Some(("application/json", &body.to_string()))).await
    }

    pub async fn patch(&self, token: &str, path: &str, body: &Value) -> Answer {
        self.call(token, Method::PATCH, path, Some(("application/json", &body.to_string()))).await
    }

    pub async fn delete(&self, token: &str, path: &str) -> Answer {
        self.call(token, Method::DELETE, path, None).await
    }

    pub async fn form(&self, token: &str, method: Method, path: &str, body: &str) -> Answer {
        self.call(token, method, path, Some(("application/x-www-form-urlencoded", body))).await
    }
}

/// Runs a story in a runtime of its own. [`macros::both_engines`] calls this.
pub fn run_story(story: Pin<Box<dyn Future<Output = ()>>>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(story);
}

/// Parses a time.
pub fn time(text: &str) -> Time {
    text.parse().expect("a time")
}
