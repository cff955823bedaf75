//! Entry points for fuzzing: each function takes arbitrary bytes, and panics if a promise is broken. The targets in `fuzz/`
//! call them, and the tests below with the corpus of the repository.

#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::io::Cursor;

use axum::body::Body;
use axum::http::{Method, Request, header};
use http_body_util::BodyExt;
use serde_json::Value;
use sha2::{Digest, Sha256};
use tower::ServiceExt;

use crate::demo;
use base::clock::Clock;
use db::{Db, Location, Scope};
use domain::archive::{HEADER, export, import};
use domain::error::Error;
use domain::factors::webauthn::{self, Credential, Site};
use domain::order::Order;
use domain::work;
use front::router;
use kantata::Params;
use kantata::paging::Paging;
use service::app::App;
use service::form;
use service::settings::Settings;
use service::surface;

/// The current time of the service.
const NOW: &str = "2026-02-16T16:00:03Z";
/// The site that asks for a passkey.
const SITE: Site<'static> =
    Site { origin: "https://status.example", domain: "status.example", challenge: b"a question" };
/// Number of requests after which a store is replaced, so that old records do not slow down requests.
const REQUESTS: u32 = 5_000;
/// Maximum length of a request body, in bytes.
const BODY: usize = 64 * 1024;

/// Decodes a nested form, and reads its parameters.
pub fn form(bytes: &[u8]) {
    if let Ok(members) = form::decode(bytes)
        && let Ok(params) = Params::new(members)
    {
        read(&params);
    }
}

/// Registers the answer of an authenticator. Bytes that are accepted as a passkey are not accepted as its signature.
pub fn passkey(bytes: &[u8]) {
    let Some(credential) = registered(bytes) else { return };
    assert!(!credential.id.is_empty() && !credential.public_key.is_empty(), "{credential:?}");
    let data = [&Sha256::digest(SITE.domain)[..], &[1, 0, 0, 0, 1]].concat();
    assert!(webauthn::signed(&credential, client("get").as_bytes(), &data, bytes, SITE).is_err());
}

fn registered(bytes: &[u8]) -> Option<Credential> {
    webauthn::registered(client("create").as_bytes(), bytes, SITE).ok()
}

/// What a browser says about its answer to the question of [`SITE`].
fn client(purpose: &str) -> String {
    format!(r#"{{"type":"webauthn.{purpose}","challenge":"YSBxdWVzdGlvbg","origin":"{}"}}"#, SITE.origin)
}

/// Reads the members of a JSON object as parameters.
pub fn parameters(bytes: &[u8]) {
    if let Ok(Value::Object(members)) = serde_json::from_slice(bytes)
        && let Ok(params) = Params::new(members)
    {
        read(&params);
    }
}

/// Calls every reader of Kantata's parameters with the names of the parameters.
fn read(params: &Params) {
    if let Ok(paging) = Paging::read(params) {
        assert!(paging.limit >= 1 && paging.offset >= 0, "{paging:?}");
        assert!((1..=200).contains(&paging.size), "{paging:?}");
        assert!(paging.limit <= 200 || params.asks_by_id(), "{paging:?}");
        let (count, _) = paging.numbers(i64::MAX);
        assert!(count >= 1, "{paging:?}");
    }
    let _order = params.order(&[("created_at", 1), ("updated_at", 2)], Order::descending(1));
    let _includes = params.includes(&["creator", "workspace"]);
    let _fields = params.asks_for_field("details");
    let _defaults = params.applies_default_filters();
    let _only = params.only::<i64>();
    let names: Vec<String> = params.names().map(str::to_owned).collect();
    for name in &names {
        let _texts = (params.texts(name), params.comma_list(name));
        let _ids = (params.ids::<i64>(name), params.comma_ids::<i64>(name));
        let _attribute = params.attribute(name);
        let _choice = params.choice(name);
        let _number = params.number(name);
        let _flag = params.flag(name);
        let _switch = params.switch(name);
        let _objects = params.objects(name);
        if let Ok(Some(Some(date))) = params.date(name) {
            assert!(!date.to_string().is_empty());
        }
        let range = name.strip_suffix("_after").or_else(|| name.strip_suffix("_before")).unwrap_or(name);
        let _range = params.range(range);
        if let Some(object) = params.object(name) {
            read(&object);
        }
    }
}

/// Imports an archive, without its header, and exports it again: importing the result must add nothing.
pub fn archive(bytes: &[u8]) {
    let mut text = Vec::from(HEADER);
    text.push(b'\n');
    text.extend_from_slice(bytes);
    with(Stage::empty, |stage| {
        let at = stage.app.clock.now();
        let (sender, receiver) = std::sync::mpsc::channel();
        let work = stage.app.db.write(
            Scope::Store,
            work!(|conn| {
                let read = import::import(conn, at, import::lines(Cursor::new(text))).await;
                let again = if read.is_ok() {
                    let mut out = Vec::new();
                    export::export(conn, &mut out).await?;
                    Some(import::import(conn, at, import::lines(Cursor::new(out))).await)
                } else {
                    None
                };
                drop(sender.send((read, again)));
                // Rolls back, so that the store is empty for the next run.
                Err::<(), _>(Error::NotFound)
            }),
        );
        let ended = stage.runtime.block_on(work);
        assert!(matches!(ended, Err(Error::NotFound)), "{ended:?}");
        match receiver.recv().expect("what the work sent") {
            (Ok(_), Some(again)) => {
                let again = again.expect("what was written is read");
                assert!(again.added.is_empty(), "{again:?}");
            }
            (Err(error), _) => assert!(!matches!(error, Error::Store(_)), "{error}"),
            (Ok(_), None) => panic!("nothing was written"),
        }
    });
}

/// A request to `/api/v1`: see [`request`].
pub fn kantata(bytes: &[u8]) {
    request(surface::KANTATA, bytes);
}

/// A request to `/api/v3`: see [`request`].
pub fn openproject(bytes: &[u8]) {
    request(surface::OPENPROJECT, bytes);
}

/// A request to Statuary's own surface: see [`request`].
pub fn native(bytes: &[u8]) {
    request(surface::NATIVE, bytes);
}

/// A request to the OAuth endpoints: see [`request`].
pub fn oauth(bytes: &[u8]) {
    request("/oauth", bytes);
}

/// Sends a request as the administrator of the demo: method, space and path below `prefix` on the first line, the body after
/// it. The answer must not be a server error.
fn request(prefix: &str, bytes: &[u8]) {
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let (line, body) = (&bytes[..end], bytes.get(end + 1..).unwrap_or_default());
    let Some(blank) = line.iter().position(|byte| *byte == b' ') else { return };
    let Ok(method) = Method::from_bytes(&line[..blank]) else { return };
    let Ok(path) = std::str::from_utf8(&line[blank + 1..]) else { return };
    let body = &body[..body.len().min(BODY)];
    let content_type = match body.first() {
        Some(b'{' | b'[') => "application/json",
        _ if prefix == surface::OPENPROJECT => "application/json",
        _ => "application/x-www-form-urlencoded",
    };
    with(Stage::demo, |stage| {
        let request = Request::builder()
            .method(&method)
            .uri(format!("{prefix}{path}"))
            .header(header::AUTHORIZATION, format!("Bearer {}", stage.token))
            .header(header::CONTENT_TYPE, content_type)
            .body(Body::from(body.to_vec()));
        let Ok(request) = request else { return };
        let service = router::service(stage.app.clone());
        stage.runtime.block_on(async {
            let answer = service.oneshot(request).await.expect("an answer");
            let (status, body) = (answer.status(), answer.into_body().collect().await);
            let body = body.expect("a body").to_bytes();
            assert!(!status.is_server_error(), "{status}: {}", String::from_utf8_lossy(&body));
        });
    });
}

/// A service with its own store in a temporary directory.
struct Stage {
    runtime: tokio::runtime::Runtime,
    app: App,
    token: String,
    left: u32,
    _directory: tempfile::TempDir,
}

thread_local! {
    static STAGE: RefCell<Option<Stage>> = const { RefCell::new(None) };
}

impl Stage {
    fn empty() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let location = Location::in_directory(directory.path());
        let db = runtime.block_on(Db::open(&location)).expect("a store");
        let clock = Clock::manual_at(NOW.parse().expect("a time"));
        let app = App::new(db, clock, Settings::default());
        Self { runtime, app, token: String::new(), left: REQUESTS, _directory: directory }
    }

    fn demo() -> Self {
        let mut stage = Self::empty();
        let filled = demo::prepare(&stage.app.db, stage.app.clock.now());
        stage.token = stage.runtime.block_on(filled).expect("the demo").token;
        stage
    }
}

/// Runs a function with the stage of this thread; the fuzzer has one thread.
fn with(make: fn() -> Stage, act: impl FnOnce(&Stage)) {
    STAGE.with_borrow_mut(|kept| {
        let stage = kept.get_or_insert_with(make);
        act(stage);
        stage.left -= 1;
        if stage.left == 0 {
            *kept = None;
        }
    });
}
