//! A proxy in front of a real server that changes some responses.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};

/// A fault, and the checks that must find it.
#[derive(Clone, Copy)]
pub struct Fault {
    pub name: &'static str,
    /// Whether only checks that write can find it.
    pub writes: bool,
    pub hits: fn(&RecordedRequest) -> bool,
    pub spoil: fn(&mut Answered),
    pub found_by: &'static [&'static str],
}

/// A request.
pub struct RecordedRequest {
    pub method: Method,
    /// The path below the surface.
    pub path: String,
    pub query: String,
    pub headers: HeaderMap,
    pub body: String,
}

/// The response of the real server.
pub struct Answered {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Fault {
    /// A fault that checks without writes find.
    pub const fn reading(
        name: &'static str,
        hits: fn(&RecordedRequest) -> bool,
        spoil: fn(&mut Answered),
        found_by: &'static [&'static str],
    ) -> Self {
        Self { name, writes: false, hits, spoil, found_by }
    }

    /// A fault that only checks that write find.
    pub const fn writing(
        name: &'static str,
        hits: fn(&RecordedRequest) -> bool,
        spoil: fn(&mut Answered),
        found_by: &'static [&'static str],
    ) -> Self {
        Self { writes: true, ..Self::reading(name, hits, spoil, found_by) }
    }
}

impl RecordedRequest {
    pub fn is(&self, method: &str, path: &str) -> bool {
        self.method == method && self.path == path
    }

    pub fn has(&self, header: &str) -> bool {
        self.headers.contains_key(header)
    }
}

impl Answered {
    /// Edits a JSON body.
    pub fn json(&mut self, edit: impl FnOnce(&mut Value)) {
        if let Ok(mut json) = serde_json::from_slice(&self.body) {
            edit(&mut json);
            self.body = json.to_string().into();
        }
    }

    pub fn set(&mut self, name: &'static str, value: &'static str) {
        self.headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }

    pub fn answer(&mut self, status: u16, body: &'static str) {
        self.status = status;
        self.body = Bytes::from_static(body.as_bytes());
    }
}

/// The running server.
pub struct Server {
    pub url: String,
    shared: Arc<Shared>,
    _runtime: tokio::runtime::Runtime,
}

struct Shared {
    real: String,
    faults: Mutex<Vec<Fault>>,
    requested: Mutex<Vec<RecordedRequest>>,
}

impl Server {
    pub fn start(real: &str) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("a runtime");
        let real = real.strip_prefix("http://").expect("a URL").to_owned();
        let shared = Arc::new(Shared { real, faults: Mutex::default(), requested: Mutex::default() });
        let app = Router::new().fallback(forward).with_state(Arc::clone(&shared));
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        runtime.spawn(async { axum::serve(listener, app).await });
        Self { url, shared, _runtime: runtime }
    }

    pub fn plant(&self, faults: &[Fault]) {
        *self.shared.faults.lock().expect("no panic") = faults.to_vec();
    }

    /// The requests since the last call.
    pub fn requested(&self) -> Vec<RecordedRequest> {
        std::mem::take(&mut *self.shared.requested.lock().expect("no panic"))
    }
}

/// Groups of faults. No two faults of a group change the response to the same request.
pub fn separate(faults: &[Fault], requested: &[RecordedRequest]) -> Vec<Vec<Fault>> {
    let mut groups: Vec<Vec<Fault>> = Vec::new();
    for fault in faults {
        let meets = |other: &Fault| requested.iter().any(|one| (fault.hits)(one) && (other.hits)(one));
        match groups.iter_mut().find(|group| !group.iter().any(meets)) {
            Some(group) => group.push(*fault),
            None => groups.push(vec![*fault]),
        }
    }
    groups
}

async fn forward(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.expect("a body");
    let path = parts.uri.path();
    let requested = RecordedRequest {
        method: parts.method.clone(),
        path: path
            .strip_prefix("/api/v1")
            .or_else(|| path.strip_prefix("/api/v3"))
            .unwrap_or(path)
            .to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers.clone(),
        body: String::from_utf8_lossy(&body).into_owned(),
    };
    let stream = TcpStream::connect(&shared.real).await.expect("the real server");
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.expect("a connection");
    tokio::spawn(connection);
    let answer = sender.send_request(Request::from_parts(parts, Full::new(body))).await.expect("an answer");
    let (mut parts, body) = answer.into_parts();
    let mut answered = Answered {
        status: parts.status.as_u16(),
        headers: parts.headers,
        body: body.collect().await.expect("a body").to_bytes(),
    };
    for fault in shared.faults.lock().expect("no panic").iter().filter(|fault| (fault.hits)(&requested)) {
        (fault.spoil)(&mut answered);
    }
    shared.requested.lock().expect("no panic").push(requested);
    answered.headers.remove(header::CONTENT_LENGTH);
    answered.headers.remove(header::TRANSFER_ENCODING);
    parts.headers = answered.headers;
    parts.status = StatusCode::from_u16(answered.status).expect("a status");
    Response::from_parts(parts, Body::from(answered.body))
}
