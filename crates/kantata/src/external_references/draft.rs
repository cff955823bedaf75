//! An external reference in a request, on its own or in another object, and its schema.

use serde_json::{Value, json};

use crate::openapi as doc;
use crate::params;
use crate::params::Params;
use domain::external_references::{Draft, SyncStatus};
use service::openapi::schema;

/// The root of an external reference.
pub const ROOT: &str = "external_reference";

/// The attribute `external_reference` of another object: `None` if absent, null or blank, `Some(None)` if it is not an
/// object; with `status` only if the vendor accepts it there.
pub fn nested_draft(root: &Params, takes_status: bool) -> Option<Option<Draft>> {
    match root.value(ROOT)? {
        Value::Null => None,
        Value::String(text) if text.is_empty() => None,
        value => Some(params::of_value(value).map(|object| draft(&object, takes_status))),
    }
}

/// The members of an external reference; `status` only if the vendor accepts it there.
pub fn draft(root: &Params, takes_status: bool) -> Draft {
    Draft {
        service_name: root.attribute("service_name"),
        service_model: root.attribute("service_model"),
        service_model_ref: root.attribute("service_model_ref"),
        status: (takes_status && root.has("status")).then(|| root.choice("status")),
        external_link: root.optional("external_link"),
        external_message: root.optional("external_message"),
        external_status: root.optional("external_status"),
        locked: root.flag("locked"),
    }
}

/// The schema of the attribute that [`nested_draft`] reads.
pub fn nested_schema(takes_status: bool) -> Value {
    let members = members(takes_status);
    let object = schema::object(&["service_name", "service_model", "service_model_ref"], &members);
    json!({ "anyOf": [object, { "enum": [null, ""] }] })
}

/// The members of an external reference.
pub fn members(takes_status: bool) -> Vec<(&'static str, Value)> {
    let mut members = vec![
        ("service_name", doc::filled()),
        ("service_model", doc::filled()),
        ("service_model_ref", doc::filled()),
        ("external_link", schema::anything()),
        ("external_message", schema::anything()),
        ("external_status", schema::anything()),
        ("locked", schema::anything()),
    ];
    if takes_status {
        members.push(("status", doc::one_of(&SyncStatus::ALL.map(SyncStatus::name))));
    }
    members
}
