//! The layer that writes error pages: in the reader's language, and with the menu of the person who is signed in.

use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::Response;

use super::error_page::Message;
use super::layout::Layout;
use super::reader::Reader;
use super::signed_in::MaybeSignedIn;
use service::RequestId;
use service::app::App;

/// Writes messages from inside as pages.
pub async fn layer(app: &App, request: Request, next: impl AsyncFnOnce(Request) -> Response) -> Response {
    let (headers, uri) = (request.headers().clone(), request.uri().clone());
    let id = request.extensions().get::<RequestId>().map(RequestId::to_string).unwrap_or_default();
    let mut response = next(request).await;
    let Some(message) = Message::take(&mut response) else { return response };
    let plain = || Layout::plain(Reader::of(&app.settings, &headers, &uri, app.clock.now()));
    // A refusal because of load must not read the store.
    let layout = if is_of_load(response.status()) {
        plain()
    } else {
        let signed_in =
            MaybeSignedIn::of(app, &headers, &uri).await.ok().and_then(|MaybeSignedIn(found)| found);
        signed_in.map_or_else(plain, |signed_in| signed_in.layout())
    };
    message.page(layout, &id, &response)
}

fn is_of_load(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::TOO_MANY_REQUESTS
            | StatusCode::REQUEST_TIMEOUT
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT
    )
}
