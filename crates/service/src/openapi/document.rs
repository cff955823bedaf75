//! Builds the document of a surface. `statuary::documents` calls this.

use axum::http::Method;
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::operation::{About, Operation, Parameter};
use super::{Routes, schema};

/// The document of a surface, whose paths begin with `prefix`.
pub fn document(about: &About, prefix: &str, routes: Routes) -> Value {
    let mut settings = SchemaSettings::draft2020_12().for_serialize();
    settings.definitions_path = "/components/schemas".into();
    settings.meta_schema = None;
    let mut generator = settings.into_generator();
    schema::named(&mut generator, schema::ANYTHING, schema::anything_itself());
    let examples: Value = serde_json::from_str(about.examples).expect("examples are JSON");

    let mut paths = Map::new();
    for (method, path, operation) in routes.operations {
        let full = format!("{prefix}{}", path.trim_end_matches('/'));
        let item = paths.entry(full).or_insert_with(|| json!({}));
        item[method.as_str().to_lowercase()] =
            described(&mut generator, about, &method, path, operation, &examples[operation.id]);
    }
    let errors: Map<String, Value> = error_statuses(about, &paths)
        .into_iter()
        .map(|status| (status.to_string(), error(&mut generator, about, status)))
        .collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": about.title,
            "description": about.description,
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "components": {
            "schemas": generator.take_definitions(true),
            "responses": errors,
            "securitySchemes": (about.security)(),
        },
        "security": security(about),
    })
}

/// Adds the public path to the paths in a document: its server, and paths in schemas, examples and flows.
pub fn publish(value: &mut Value, public_path: &str) {
    let is_path = |text: &str| {
        text == "/" || ["/api/", "/oauth/", "/problems/"].iter().any(|start| text.starts_with(start))
    };
    match value {
        Value::String(text) if is_path(text) => {
            text.insert_str(0, public_path);
            text.truncate(text.trim_end_matches('/').len());
        }
        Value::Array(items) => items.iter_mut().for_each(|item| publish(item, public_path)),
        Value::Object(members) => members.values_mut().for_each(|member| publish(member, public_path)),
        _ => {}
    }
}

fn described(
    generator: &mut SchemaGenerator,
    about: &About,
    method: &Method,
    path: &'static str,
    operation: &Operation,
    example: &Value,
) -> Value {
    // Where a path has both, `PATCH` is an alias of `PUT`, and an id must be unique.
    let is_alias = method == Method::PATCH && operation.id.starts_with("replace");
    let id = if is_alias { operation.id.replacen("replace", "patch", 1) } else { operation.id.to_owned() };
    let mut described = json!({ "operationId": id, "tags": [operation.tag], "summary": operation.summary });
    if !operation.description.is_empty() {
        described["description"] = operation.description.into();
    }
    let parameters = parameters(method, path, operation, example);
    if !parameters.is_empty() {
        described["parameters"] = parameters.into();
    }
    if let Some(body) = operation.body {
        let mut content = json!({ "schema": body(generator) });
        if !example["body"].is_null() {
            content["example"] = example["body"].clone();
        }
        described["requestBody"] = json!({ "required": true, "content": { "application/json": content } });
    }
    if !operation.uploads.is_empty() {
        let shapes = operation.uploads.iter();
        let mut content: Map<String, Value> = shapes
            .map(|(media_type, shape)| ((*media_type).to_owned(), json!({ "schema": shape(generator) })))
            .collect();
        if let Some(first) = content.values_mut().next().filter(|_| !example["body"].is_null()) {
            first["example"] = example["body"].clone();
        }
        described["requestBody"] = json!({ "required": true, "content": content });
    }
    let mut responses = Map::new();
    responses.insert(operation.status.to_string(), success(generator, about, method, operation, example));
    for status in operation.also {
        responses.insert(status.to_string(), success(generator, about, method, operation, &Value::Null));
    }
    let has_body = operation.body.is_some() || !operation.uploads.is_empty();
    let of_bodies = if has_body { about.body_errors } else { &[] };
    let mut errors: Vec<u16> =
        [about.errors, of_bodies, operation.errors, of_safety(method, operation)].concat();
    errors.sort_unstable();
    errors.dedup();
    for status in errors {
        responses.insert(status.to_string(), json!({ "$ref": format!("#/components/responses/{status}") }));
    }
    described["responses"] = responses.into();
    described
}

/// The errors of the headers of [`safety`].
fn of_safety(method: &Method, operation: &Operation) -> &'static [u16] {
    match *method {
        Method::GET if operation.is_tagged => &[304],
        Method::GET => &[],
        Method::POST => &[409, 422],
        _ => &[412],
    }
}

/// The headers for conditional requests and idempotency.
fn safety(method: &Method, operation: &Operation) -> &'static [Parameter] {
    match *method {
        Method::GET if operation.is_tagged => &[IF_NONE_MATCH],
        Method::GET => &[],
        Method::POST => &[IDEMPOTENCY_KEY],
        _ => &[IF_MATCH],
    }
}

const IDEMPOTENCY_KEY: Parameter = Parameter::header(
    "Idempotency-Key",
    || json!({ "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]([ -~]*[!-~])?$" }),
    "A key for the request: a repetition with the same key within a day gets the same answer and changes nothing.",
);
const IF_MATCH: Parameter = Parameter::header(
    "If-Match",
    tags,
    "Entity tags of the record: it is written only if it still has one of them.",
);
const IF_NONE_MATCH: Parameter = Parameter::header(
    "If-None-Match",
    tags,
    "Entity tags of answers that the client has: 304 if one of them is current.",
);

fn tags() -> Value {
    json!({ "type": "string", "pattern": "^[ -~]*$" })
}

fn parameters(method: &Method, path: &'static str, operation: &Operation, example: &Value) -> Vec<Value> {
    let listed = |name: &str| operation.parameters.iter().any(|one| one.name == name && one.place == "path");
    let in_path = path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'));
    let ids = in_path.filter(|name| !listed(name));
    let ids: Vec<Parameter> =
        ids.map(|name| Parameter::path(name, schema::id, "The id of the record.")).collect();
    ids.iter()
        .chain(operation.parameters)
        .chain(safety(method, operation))
        .map(|one| {
            let mut parameter = json!({ "name": one.name, "in": one.place, "required": one.required });
            parameter["description"] = one.description.into();
            if one.is_json {
                parameter["content"] = json!({ "application/json": { "schema": (one.schema)() } });
            } else {
                parameter["schema"] = (one.schema)();
            }
            let value = &example["parameters"][one.name];
            if !value.is_null() {
                parameter["example"] = value.clone();
            }
            parameter
        })
        .collect()
}

fn success(
    generator: &mut SchemaGenerator,
    about: &About,
    method: &Method,
    operation: &Operation,
    example: &Value,
) -> Value {
    if operation.answer.is_none() && operation.media.is_empty() {
        return json!({ "description": "Success." });
    }
    let mut headers = Map::new();
    let text = json!({ "type": "string" });
    if operation.is_tagged {
        headers
            .insert("ETag".into(), json!({ "description": "The entity tag of the answer.", "schema": text }));
    }
    if method == Method::POST {
        let replayed = json!({ "description": "The key was known: the answer is a repetition, and nothing was changed.", "schema": { "const": "true" } });
        headers.insert("Idempotent-Replayed".into(), replayed);
    }
    let mut contents = Map::new();
    if let Some(answer) = operation.answer {
        let mut content = json!({ "schema": answer(generator) });
        if !example["answer"].is_null() {
            content["example"] = example["answer"].clone();
        }
        contents.insert(about.media_type.to_owned(), content);
    }
    for (media_type, shape) in operation.media {
        contents.insert((*media_type).to_owned(), json!({ "schema": shape(generator) }));
    }
    json!({ "description": "Success.", "headers": headers, "content": contents })
}

fn error_statuses(about: &About, paths: &Map<String, Value>) -> Vec<u16> {
    let of = |operation: &Value| {
        let statuses = operation["responses"].as_object().into_iter().flatten();
        let errors = statuses.filter(|(_, response)| response["$ref"].is_string());
        errors.filter_map(|(status, _)| status.parse().ok()).collect::<Vec<u16>>()
    };
    let operations = paths.values().filter_map(Value::as_object).flat_map(Map::values);
    let mut statuses: Vec<u16> = operations.flat_map(of).chain(about.errors.iter().copied()).collect();
    statuses.sort_unstable();
    statuses.dedup();
    statuses
}

fn error(generator: &mut SchemaGenerator, about: &About, status: u16) -> Value {
    let (description, again) = match status {
        304 => return json!({ "description": "The answer that the client has is current." }),
        400 => ("The request cannot be read.", false),
        401 => ("The credentials are missing or invalid.", false),
        403 => ("The caller may not do this.", false),
        404 => ("The record does not exist, or the caller may not see it.", false),
        405 => ("The path does not support this method; `Allow` lists those that it does.", false),
        406 => {
            let content = json!({ "text/plain": { "schema": { "type": "string" } } });
            return json!({ "description": "The server has none of the accepted media types.", "content": content });
        }
        409 => ("The request conflicts with another one in progress.", false),
        408 => ("The body did not arrive in time.", false),
        412 => ("The record has changed since the client read it.", false),
        413 => ("The body is too large.", false),
        // The server refuses these before a surface is known.
        414 | 431 => {
            let what = if status == 414 { "The URL is too long." } else { "The headers are too long." };
            return json!({ "description": what });
        }
        415 => ("The media type or the coding of the body is not supported.", false),
        422 => ("The request violates a rule.", false),
        429 => ("Too many requests.", true),
        504 => ("The request took too long.", false),
        _ => ("The service is temporarily unavailable.", true),
    };
    let content = json!({ about.error_media_type: { "schema": (about.error)(generator) } });
    let mut response = json!({ "description": description, "content": content });
    if again {
        response["headers"] = json!({ "Retry-After": {
            "description": "The number of seconds after which the client may try again.",
            "schema": { "type": "integer", "minimum": 0 },
        } });
    }
    response
}

/// Each scheme is sufficient.
fn security(about: &About) -> Value {
    let schemes = (about.security)();
    let scopes = |scheme: &Value| {
        let flow = &scheme["flows"]["authorizationCode"]["scopes"];
        flow.as_object().map(|scopes| scopes.keys().cloned().collect::<Vec<_>>()).unwrap_or_default()
    };
    let each = schemes.as_object().into_iter().flatten();
    each.map(|(name, scheme)| json!({ name: scopes(scheme) })).collect()
}
