//! Rights under `/api/v3`.

use axum::http::Method;
use serde_json::{Value, json};

use super::rows::Row;

/// The statuses by caller. The bodies of permitted writes are invalid, so that nothing changes.
pub fn rows() -> Vec<Row> {
    let (get, post, patch) = (Method::GET, Method::POST, Method::PATCH);
    let none = Value::Null;
    let nameless = json!({"name": ""});
    vec![
        (get.clone(), "/", none.clone(), [200; 8]),
        (get.clone(), "/configuration", none.clone(), [200; 8]),
        (get.clone(), "/statuses", none.clone(), [200, 200, 200, 200, 200, 200, 403, 200]),
        (get.clone(), "/statuses/1", none.clone(), [200, 200, 200, 200, 200, 200, 403, 404]),
        (get.clone(), "/project_statuses/on_track", none.clone(), [200; 8]),
        (get.clone(), "/projects", none.clone(), [200; 8]),
        (get.clone(), "/projects/schema", none.clone(), [200; 8]),
        (get.clone(), "/projects/53760", none.clone(), [200, 200, 200, 200, 200, 200, 404, 404]),
        (get.clone(), "/projects/53800", none.clone(), [200, 404, 404, 404, 200, 404, 404, 404]),
        (get.clone(), "/projects/53900", none.clone(), [200, 404, 404, 404, 404, 404, 404, 404]),
        (get.clone(), "/projects/60000", none.clone(), [404, 404, 404, 404, 404, 404, 404, 200]),
        (get.clone(), "/users/me", none.clone(), [200; 8]),
        (get.clone(), "/users/2545", none.clone(), [200, 200, 200, 200, 200, 200, 404, 404]),
        (get.clone(), "/users/2580", none.clone(), [200, 404, 404, 404, 404, 404, 200, 404]),
        (get, "/users/3000", none.clone(), [404, 404, 404, 404, 404, 404, 404, 200]),
        (post.clone(), "/projects", nameless.clone(), [422, 422, 422, 403, 422, 403, 403, 422]),
        (patch.clone(), "/projects/53760", nameless.clone(), [422, 422, 422, 403, 422, 403, 404, 404]),
        (patch.clone(), "/projects/53800", nameless.clone(), [422, 404, 404, 404, 422, 404, 404, 404]),
        (patch.clone(), "/projects/60000", nameless.clone(), [404, 404, 404, 404, 404, 404, 404, 422]),
        (post.clone(), "/projects/form", nameless.clone(), [200, 200, 200, 403, 200, 403, 403, 200]),
        (post.clone(), "/projects/53760/form", nameless.clone(), [200, 200, 200, 403, 200, 403, 404, 404]),
        (post, "/statuses", nameless.clone(), [422, 403, 403, 403, 403, 403, 403, 422]),
        (patch, "/statuses/1", nameless, [422, 403, 403, 403, 403, 403, 403, 404]),
        (Method::DELETE, "/statuses/{own}", none, [204, 403, 403, 403, 403, 403, 403, 404]),
    ]
}
