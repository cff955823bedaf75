//! The document of a surface, put together.

use axum::http::Method;
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::operation::{About, Operation, Parameter};
use super::{Routes, schema};

/// The document of the routes of a surface, whose paths begin with `prefix`.
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

/// Puts the public path before the addresses in a document: its server, and the paths in schemas, examples and flows.
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
    // `PATCH` is another word for `PUT` where both are there, and an id is given once.
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
    let mut responses = Map::new();
    responses.insert(operation.status.to_string(), success(generator, about, method, operation, example));
    let of_bodies = if operation.body.is_some() { about.body_errors } else { &[] };
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

/// What the headers of [`safety`] may be answered with.
fn of_safety(method: &Method, operation: &Operation) -> &'static [u16] {
    match *method {
        Method::GET if operation.is_tagged => &[304],
        Method::GET => &[],
        Method::POST => &[409, 422],
        _ => &[412],
    }
}

/// The headers that reads and writes are made safe with.
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
    "A name for the request: sent again with it within a day, it is answered as before and not done again.",
);
const IF_MATCH: Parameter = Parameter::header(
    "If-Match",
    tags,
    "Tags of the record: it is written only if it still has one of them.",
);
const IF_NONE_MATCH: Parameter = Parameter::header(
    "If-None-Match",
    tags,
    "Tags of answers that are there already: 304 if one is this answer's.",
);

fn tags() -> Value {
    json!({ "type": "string", "pattern": "^[ -~]*$" })
}

fn parameters(method: &Method, path: &'static str, operation: &Operation, example: &Value) -> Vec<Value> {
    let listed = |name: &str| operation.parameters.iter().any(|one| one.name == name && one.place == "path");
    let in_path = path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'));
    let ids = in_path.filter(|name| !listed(name));
    let ids: Vec<Parameter> = ids.map(|name| Parameter::path(name, schema::id, "The record.")).collect();
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
            let given = &example["parameters"][one.name];
            if !given.is_null() {
                parameter["example"] = given.clone();
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
    let Some(answer) = operation.answer else { return json!({ "description": "Done." }) };
    let mut content = json!({ "schema": answer(generator) });
    if !example["answer"].is_null() {
        content["example"] = example["answer"].clone();
    }
    let mut headers = Map::new();
    let text = json!({ "type": "string" });
    if operation.is_tagged {
        headers.insert("ETag".into(), json!({ "description": "The tag of the answer.", "schema": text }));
    }
    if method == Method::POST {
        let replayed =
            json!({ "description": "The key was known: nothing was done.", "schema": { "const": "true" } });
        headers.insert("Idempotent-Replayed".into(), replayed);
    }
    json!({ "description": "Done.", "headers": headers, "content": { about.media_type: content } })
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
        304 => return json!({ "description": "What the client has is still so." }),
        400 => ("What was sent cannot be read.", false),
        401 => ("Nobody whom we know asks.", false),
        403 => ("The caller may not do this.", false),
        404 => ("There is no such thing, or the caller may not know of it.", false),
        405 => ("The path does not take this method; `Allow` lists those that it does.", false),
        406 => {
            let content = json!({ "text/plain": { "schema": { "type": "string" } } });
            return json!({ "description": "A form that is not served.", "content": content });
        }
        409 => ("Something else goes on with this.", false),
        408 => ("The body did not come in time.", false),
        412 => ("It is no longer what the client takes it for.", false),
        413 => ("What was sent is too long.", false),
        // Before any surface is known.
        414 | 431 => {
            let what = if status == 414 { "The address is too long." } else { "The headers are too long." };
            return json!({ "description": what });
        }
        415 => ("What was sent is of a type that is not read.", false),
        422 => ("What was sent breaks a rule.", false),
        429 => ("Too many requests.", true),
        504 => ("The request took too long.", false),
        _ => ("The service is out of reach for the moment.", true),
    };
    let content = json!({ about.error_media_type: { "schema": (about.error)(generator) } });
    let mut response = json!({ "description": description, "content": content });
    if again {
        response["headers"] = json!({ "Retry-After": {
            "description": "After so many seconds it may be tried again.",
            "schema": { "type": "integer", "minimum": 0 },
        } });
    }
    response
}

/// Any one of the schemes will do.
fn security(about: &About) -> Value {
    let schemes = (about.security)();
    let scopes = |scheme: &Value| {
        let flow = &scheme["flows"]["authorizationCode"]["scopes"];
        flow.as_object().map(|scopes| scopes.keys().cloned().collect::<Vec<_>>()).unwrap_or_default()
    };
    let each = schemes.as_object().into_iter().flatten();
    each.map(|(name, scheme)| json!({ name: scopes(scheme) })).collect()
}
