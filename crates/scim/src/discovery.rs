//! What this surface can do (RFC 7643, sections 5, 6 and 7).

use axum::extract::State;
use serde_json::{Value, json};

use super::request::{MOST_RESULTS, Request};
use super::{ApiResult, groups, reply, users};
use domain::error::Error as Cause;
use service::app::App;

const CONFIGURATION: &str = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";
const RESOURCE_TYPE: &str = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";
const SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:Schema";

/// `GET /ServiceProviderConfig`
pub async fn configuration(State(_): State<App>, request: Request) -> ApiResult {
    let is = |supported: bool| json!({ "supported": supported });
    Ok(reply::plain(&json!({
        "schemas": [CONFIGURATION],
        "patch": is(true),
        "bulk": { "supported": false, "maxOperations": 0, "maxPayloadSize": 0 },
        "filter": { "supported": true, "maxResults": MOST_RESULTS },
        "changePassword": is(false),
        "sort": is(false),
        "etag": is(true),
        "authenticationSchemes": [{
            "type": "oauthbearertoken",
            "name": "Bearer token",
            "description": "A token of an administrator, without scopes or with the scope scim",
            "primary": true,
        }],
        "meta": {
            "resourceType": "ServiceProviderConfig",
            "location": format!("{}/ServiceProviderConfig", request.base),
        },
    })))
}

fn all_types(base: &str) -> Vec<Value> {
    let kind = |name: &str, endpoint: &str, schema: &str| {
        json!({
            "schemas": [RESOURCE_TYPE],
            "id": name,
            "name": name,
            "endpoint": endpoint,
            "description": name,
            "schema": schema,
            "meta": { "resourceType": "ResourceType", "location": format!("{base}/ResourceTypes/{name}") },
        })
    };
    vec![kind("User", "/Users", users::SCHEMA), kind("Group", "/Groups", groups::SCHEMA)]
}

/// An attribute of a schema.
fn attribute(name: &str, kind: &str, more: &Value) -> Value {
    let mut attribute = json!({
        "name": name,
        "type": kind,
        "multiValued": false,
        "description": name,
        "required": false,
        "caseExact": false,
        "mutability": "readWrite",
        "returned": "default",
        "uniqueness": "none",
    });
    for (name, value) in more.as_object().into_iter().flatten() {
        attribute[name.as_str()] = value.clone();
    }
    attribute
}

fn all_schemas(base: &str) -> Vec<Value> {
    let text = |name: &str| attribute(name, "string", &json!({}));
    let read_only = |name: &str| attribute(name, "string", &json!({ "mutability": "readOnly" }));
    let schema = |id: &str, name: &str, attributes: Value| {
        json!({
            "schemas": [SCHEMA],
            "id": id,
            "name": name,
            "description": name,
            "attributes": attributes,
            "meta": { "resourceType": "Schema", "location": format!("{base}/Schemas/{id}") },
        })
    };
    let reference = |kind: &str, mutability: &str| {
        let more = json!({ "referenceTypes": [kind], "mutability": mutability, "caseExact": true });
        attribute("$ref", "reference", &more)
    };
    let user = json!([
        attribute("userName", "string", &json!({ "required": true, "uniqueness": "server" })),
        attribute(
            "name",
            "complex",
            &json!({
                "subAttributes": [text("formatted"), text("familyName"), text("givenName")],
            })
        ),
        text("displayName"),
        text("title"),
        attribute("active", "boolean", &json!({})),
        attribute(
            "emails",
            "complex",
            &json!({
                "multiValued": true,
                "subAttributes": [
                    text("value"),
                    attribute("type", "string", &json!({ "canonicalValues": ["work"] })),
                    attribute("primary", "boolean", &json!({})),
                ],
            })
        ),
        attribute(
            "groups",
            "complex",
            &json!({
                "multiValued": true,
                "mutability": "readOnly",
                "subAttributes": [
                    read_only("value"), reference("Group", "readOnly"), read_only("display"),
                    attribute("type", "string", &json!({ "mutability": "readOnly", "canonicalValues": ["direct"] })),
                ],
            })
        ),
    ]);
    let group = json!([
        attribute("displayName", "string", &json!({ "required": true, "uniqueness": "server" })),
        attribute(
            "members",
            "complex",
            &json!({
                "multiValued": true,
                "subAttributes": [
                    attribute("value", "string", &json!({ "mutability": "immutable" })),
                    reference("User", "immutable"),
                    attribute("type", "string", &json!({ "mutability": "immutable", "canonicalValues": ["User"] })),
                ],
            })
        ),
    ]);
    vec![schema(users::SCHEMA, "User", user), schema(groups::SCHEMA, "Group", group)]
}

fn listed(request: &Request, all: &[Value]) -> ApiResult {
    let total = i64::try_from(all.len()).unwrap_or_default();
    let body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
        "totalResults": total,
        "startIndex": 1,
        "itemsPerPage": total,
        "Resources": all,
    });
    // RFC 7644, section 4: these lists have no filter.
    if request.text("filter").is_some() { Err(Cause::Forbidden.into()) } else { Ok(reply::plain(&body)) }
}

fn one(request: &Request, all: Vec<Value>) -> ApiResult {
    let found = all.into_iter().find(|own| own["id"].as_str() == Some(request.name()));
    Ok(reply::plain(&found.ok_or(Cause::NotFound)?))
}

/// `GET /ResourceTypes`
pub async fn resource_types(State(_): State<App>, request: Request) -> ApiResult {
    listed(&request, &all_types(&request.base))
}

/// `GET /ResourceTypes/{id}`
pub async fn resource_type(State(_): State<App>, request: Request) -> ApiResult {
    one(&request, all_types(&request.base))
}

/// `GET /Schemas`
pub async fn schemas(State(_): State<App>, request: Request) -> ApiResult {
    listed(&request, &all_schemas(&request.base))
}

/// `GET /Schemas/{id}`
pub async fn schema(State(_): State<App>, request: Request) -> ApiResult {
    one(&request, all_schemas(&request.base))
}
