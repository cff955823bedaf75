//! The path of the surface.

use axum::Router;
use axum::extract::{Request, State};
use axum::routing::post;
use serde_json::Value;

use super::endpoint;
use super::tools::Toolbox;
use service::app::App;

/// The route; `api` is Statuary's own API, and `draft` the schema of the body of a new draft there.
pub fn routes(api: Router, draft: &Value) -> Router<App> {
    let tools = Toolbox::new(api, draft);
    let answer = move |State(app): State<App>, request: Request| {
        let tools = tools.clone();
        async move { endpoint::answer(&app, &tools, request).await }
    };
    Router::new().route("/mcp", post(answer).get(endpoint::no_stream).delete(endpoint::no_stream))
}
