//! The layer of the rate limits: it counts requests, refuses those beyond a limit, and adds headers with the rest of the
//! limit. `front::service` calls it.

use std::net::IpAddr;

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::Response;

use crate::refusal::refused;
use service::app::App;
use service::limits::window::{Exhausted, Left, WINDOW};
use service::refusals::Refused;
use service::request_id::client;
use service::settings::addresses::is_trusted;
use service::surface::Surface;
use service::{Peer, RequestId, caller};

/// The headers of limited answers: the two of the draft standard, and the three that are common.
pub const HEADERS: [HeaderName; 5] = [
    HeaderName::from_static("ratelimit-policy"),
    HeaderName::from_static("ratelimit"),
    HeaderName::from_static("x-ratelimit-limit"),
    HeaderName::from_static("x-ratelimit-remaining"),
    HeaderName::from_static("x-ratelimit-reset"),
];

/// The headers with which a proxy forwards the address of the client.
static FORWARDING: [HeaderName; 2] = [HeaderName::from_static("x-forwarded-for"), header::FORWARDED];

/// How a request is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Counted {
    /// By its token, or by its address.
    Api,
    /// By its address, if the application does not prove who it is.
    Applications,
    /// By its address, as an attempt to sign in.
    Login,
}

impl Counted {
    fn of(method: &Method, path: &str, has_password: bool) -> Option<Self> {
        match path {
            "/login" | "/login/factor" | "/forgotten" if method == Method::POST => Some(Self::Login),
            // With the password of a share link.
            _ if path.starts_with("/s/") && (method == Method::POST || has_password) => Some(Self::Login),
            "/oauth/token" | "/oauth/revoke" | "/oauth/introspect" => Some(Self::Applications),
            "/openid/userinfo" => Some(Self::Api),
            _ if Surface::of(path).is_api() => Some(Self::Api),
            _ => None,
        }
    }
}

/// Counts a request or refuses it, and adds the headers.
pub async fn layer(app: &App, request: Request, next: impl AsyncFnOnce(Request) -> Response) -> Response {
    let Some(counted) = Counted::of(
        request.method(),
        request.uri().path(),
        request.headers().contains_key(header::AUTHORIZATION),
    ) else {
        return if is_link(request.uri().path()) {
            link(app, request, next).await
        } else {
            next(request).await
        };
    };
    note_untrusted_proxy(app, &request);
    let client = client(&request);
    let address = client.network();
    let proves = match counted {
        Counted::Login => Some(Refused::Login),
        Counted::Applications => Some(Refused::Token),
        Counted::Api => request.headers().contains_key(header::AUTHORIZATION).then_some(Refused::Token),
    };
    let (response, left) = match counted {
        Counted::Api => api(app, address, request, next).await,
        Counted::Applications => applications(app, address, request, next).await,
        Counted::Login => login(app, address, request, next).await,
    };
    let is_refused = match counted {
        Counted::Login => is_wrong(response.status()),
        Counted::Api | Counted::Applications => response.status() == StatusCode::UNAUTHORIZED,
    };
    if let Some(refused) = proves.filter(|_| is_refused) {
        app.refusals.log(refused, client.address);
    }
    described(app, response, left)
}

/// Counts a request by its token; without a valid token, by its address.
async fn api(
    app: &App,
    address: Option<IpAddr>,
    request: Request,
    next: impl AsyncFnOnce(Request) -> Response,
) -> (Response, Option<Left>) {
    let limits = &app.limits;
    if limits.is_unlimited() {
        return (next(request).await, None);
    }
    let token = caller::presented(request.headers());
    if !token.is_some_and(|token| limits.is_proven(&token)) {
        limits.sweep();
        if let Err(exhausted) = limits.left_of_address(address) {
            return refusal(app, &request, "address", exhausted);
        }
    }
    let Some(token) = token else {
        let left = limits.count_address(address);
        return (next(request).await, left);
    };
    let left = match limits.take(&token) {
        Ok(left) => left,
        Err(exhausted) => return refusal(app, &request, "token", exhausted),
    };
    let response = next(request).await;
    if response.status() == StatusCode::UNAUTHORIZED {
        limits.disprove(&token);
        limits.count_address(address);
    }
    (response, left)
}

/// Counts a failed authentication of an application by its address.
async fn applications(
    app: &App,
    address: Option<IpAddr>,
    request: Request,
    next: impl AsyncFnOnce(Request) -> Response,
) -> (Response, Option<Left>) {
    match app.limits.left_of_address(address) {
        Ok(None) => return (next(request).await, None),
        Ok(Some(_)) => {}
        Err(exhausted) => return refusal(app, &request, "address", exhausted),
    }
    let response = next(request).await;
    let left = if response.status() == StatusCode::UNAUTHORIZED {
        app.limits.count_address(address)
    } else {
        app.limits.left_of_address(address).unwrap_or_else(|exhausted| Some(exhausted.left))
    };
    (response, left)
}

/// Counts a login before it is checked, so that concurrent logins count like consecutive ones. A success is taken back.
async fn login(
    app: &App,
    address: Option<IpAddr>,
    request: Request,
    next: impl AsyncFnOnce(Request) -> Response,
) -> (Response, Option<Left>) {
    match app.limits.take_login_of_address(address) {
        Ok(None) => return (next(request).await, None),
        Ok(Some(_)) => {}
        Err(exhausted) => return refusal(app, &request, "login", exhausted),
    }
    // A request for a link has always the same answer, and counts.
    let counts = request.uri().path() == "/forgotten";
    let response = next(request).await;
    if !counts && !is_wrong(response.status()) {
        app.limits.forgive_login_of_address(address);
    }
    (response, app.limits.logins_left(address))
}

/// Whether an attempt to sign in, or to open a share link, failed.
fn is_wrong(status: StatusCode) -> bool {
    matches!(status, StatusCode::UNPROCESSABLE_ENTITY | StatusCode::UNAUTHORIZED)
}

/// `limit` is the name of the limit in the metrics and in the log, where logins have one of their own.
fn refusal(
    app: &App,
    request: &Request,
    limit: &'static str,
    exhausted: Exhausted,
) -> (Response, Option<Left>) {
    app.refused_by_limit(limit, client(request).address);
    let id = request.extensions().get::<RequestId>();
    let response =
        refused(request.uri().path(), id, StatusCode::TOO_MANY_REQUESTS, Some(exhausted.seconds()));
    (response, Some(exhausted.left))
}

/// Adds the headers with the rest of a limit.
fn described(app: &App, mut response: Response, left: Option<Left>) -> Response {
    let Some(left) = left else { return response };
    let (Left { policy, limit, remaining, .. }, seconds) = (left, left.seconds());
    let at = u64::try_from(app.clock.now().unix_seconds()).unwrap_or_default() + seconds;
    let text = |text: String| HeaderValue::from_str(&text).expect("names and numbers are plain texts");
    let values = [
        text(format!("\"{policy}\";q={limit};w={}", WINDOW.as_secs())),
        text(format!("\"{policy}\";r={remaining};t={seconds}")),
        limit.into(),
        remaining.into(),
        at.into(),
    ];
    response.headers_mut().extend(HEADERS.into_iter().zip(values));
    response
}

/// Counts a request that an untrusted proxy forwarded, and warns of the first one.
fn note_untrusted_proxy(app: &App, request: &Request) {
    let Some(Peer(peer)) = request.extensions().get() else { return };
    let peer = peer.to_canonical();
    if is_trusted(&app.settings.trusted_proxies, peer) {
        return;
    }
    if let Some(header) = FORWARDING.iter().find(|header| request.headers().contains_key(*header)) {
        app.metrics.forwarded_by_untrusted();
        app.refusals.warn_of_proxy(peer, header.as_str());
    }
}

/// Whether a path is a one-time link.
fn is_link(path: &str) -> bool {
    ["/login/", "/setup/", "/invitations/", "/unsubscribe/", "/s/", "/badge/"]
        .into_iter()
        .any(|place| path.starts_with(place))
}

/// Logs a request for a one-time link that is not valid.
async fn link(app: &App, request: Request, next: impl AsyncFnOnce(Request) -> Response) -> Response {
    note_untrusted_proxy(app, &request);
    let client = client(&request);
    let response = next(request).await;
    if response.status() == StatusCode::NOT_FOUND {
        app.refusals.log(Refused::Link, client.address);
    }
    response
}
