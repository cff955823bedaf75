//! Rights under `/api/v3`.

use axum::http::Method;
use serde_json::{Value, json};

use super::rows::Row;

/// Of what everybody in the workspace sees.
const SEEN: [u16; 8] = [200, 200, 200, 200, 200, 200, 404, 404];
/// Of what its editors do.
const EDIT: [u16; 8] = [200, 200, 200, 403, 200, 403, 404, 404];
/// Of what the editors of any workspace do.
const ANYWHERE: [u16; 8] = [200, 200, 200, 403, 200, 403, 403, 200];
/// Of what everybody in any workspace sees.
const VIEW: [u16; 8] = [200, 200, 200, 200, 200, 200, 403, 200];

/// The statuses by caller. The bodies of permitted writes are invalid, so that nothing changes.
pub fn rows() -> Vec<Row> {
    let (get, post, patch) = (Method::GET, Method::POST, Method::PATCH);
    let none = Value::Null;
    let nameless = json!({"name": ""});
    let (empty, blank) = (json!({}), json!({"lockVersion": 0, "subject": ""}));
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
        (get.clone(), "/types", none.clone(), VIEW),
        (get.clone(), "/types/1", none.clone(), VIEW),
        (get.clone(), "/priorities", none.clone(), VIEW),
        (get.clone(), "/priorities/8", none.clone(), VIEW),
        (get.clone(), "/projects/53760/types", none.clone(), SEEN),
        (get.clone(), "/projects/53760/categories", none.clone(), SEEN),
        (get.clone(), "/projects/53760/versions", none.clone(), SEEN),
        (get.clone(), "/projects/53760/work_packages", none.clone(), SEEN),
        (get.clone(), "/projects/53760/available_assignees", none.clone(), EDIT),
        (get.clone(), "/projects/53760/available_responsibles", none.clone(), EDIT),
        (get.clone(), "/work_packages", none.clone(), VIEW),
        (get.clone(), "/work_packages/available_projects", none.clone(), ANYWHERE),
        (get.clone(), "/work_packages/schemas", none.clone(), [400; 8]),
        (get.clone(), "/work_packages/schemas/53760-1", none.clone(), SEEN),
        (get.clone(), "/work_packages/7900", none.clone(), SEEN),
        (get.clone(), "/work_packages/7900/activities", none.clone(), SEEN),
        (get.clone(), "/work_packages/7900/attachments", none.clone(), SEEN),
        (get.clone(), "/work_packages/7900/relations", none.clone(), SEEN),
        (get.clone(), "/work_packages/7900/watchers", none.clone(), SEEN),
        (get.clone(), "/work_packages/7900/available_assignees", none.clone(), EDIT),
        (get.clone(), "/work_packages/7900/available_responsibles", none.clone(), EDIT),
        (get.clone(), "/work_packages/7900/available_projects", none.clone(), EDIT),
        (get.clone(), "/activities/7900", none.clone(), SEEN),
        (
            post.clone(),
            "/projects/53760/work_packages",
            empty.clone(),
            [422, 422, 422, 403, 422, 403, 404, 404],
        ),
        (post.clone(), "/projects/53760/work_packages/form", empty.clone(), EDIT),
        (post.clone(), "/work_packages", empty.clone(), [422, 422, 422, 403, 422, 403, 403, 422]),
        (post.clone(), "/work_packages/form", empty.clone(), ANYWHERE),
        (post.clone(), "/work_packages/7900/form", empty.clone(), EDIT),
        (
            post.clone(),
            "/work_packages/7900/activities",
            empty.clone(),
            [422, 422, 422, 403, 422, 403, 404, 404],
        ),
        (patch.clone(), "/work_packages/7900", blank, [422, 422, 422, 403, 422, 403, 404, 404]),
        (patch.clone(), "/activities/7900", empty, [422, 422, 403, 403, 422, 403, 404, 404]),
        (Method::DELETE, "/work_packages/{own}", none.clone(), [204, 403, 403, 403, 204, 403, 404, 404]),
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
