//! Filters and orders of the list of projects.

use serde_json::{Map, Value, json};

use crate::{Error, Request, paging};
use base::clock::Time;
use domain::order::Order;
use domain::span::Span;
use domain::text::without_nul;
use domain::workspaces::dates;
use domain::workspaces::store::{ProjectSortBy, Projects};
use service::openapi::schema;

/// The maximum number of texts in the filters of one request.
const SEARCHES: usize = 20;

/// Reads `filters`, which are combined with AND, and `sortBy`.
pub fn projects(request: &Request, now: Time) -> std::result::Result<Projects, Error> {
    let mut wrong = Vec::new();
    let mut projects = Projects::default();
    if let Some(text) = request.query.filled("filters") {
        match serde_json::from_str::<Vec<Map<String, Value>>>(&text) {
            Ok(filters) => {
                for filter in &filters {
                    without_nul(filter)?;
                }
                for (name, filter) in filters.iter().flatten() {
                    if let Err(reason) = narrow(&mut projects, now, name, filter) {
                        wrong.push(reason);
                    }
                }
            }
            Err(_) => return Err(Error::BadParameter("filters is invalid".into())),
        }
    }
    if let Some(text) = request.query.filled("sortBy") {
        let Ok(orders) = serde_json::from_str::<Vec<(String, String)>>(&text) else {
            return Err(Error::BadParameter("sortBy is invalid".into()));
        };
        for (index, (name, direction)) in orders.iter().enumerate() {
            match order_of(name, direction) {
                // Only the first order counts; ties are sorted by id.
                Some(order) if index == 0 => projects.order = order,
                Some(_) => {}
                None => wrong.push(format!("Sorting by {name} {direction} is not supported.")),
            }
        }
    }
    if wrong.is_empty() { Ok(projects) } else { Err(Error::InvalidQuery(wrong)) }
}

/// The sort keys of projects.
const SORTS: [(&str, ProjectSortBy); 8] = [
    ("id", ProjectSortBy::Id),
    ("name", ProjectSortBy::Title),
    ("typeahead", ProjectSortBy::Title),
    ("created_at", ProjectSortBy::CreatedAt),
    ("createdAt", ProjectSortBy::CreatedAt),
    ("updated_at", ProjectSortBy::UpdatedAt),
    ("updatedAt", ProjectSortBy::UpdatedAt),
    ("latest_activity_at", ProjectSortBy::UpdatedAt),
];

fn order_of(name: &str, direction: &str) -> Option<Order<ProjectSortBy>> {
    let (_, by) = SORTS.into_iter().find(|(known, _)| *known == name)?;
    match direction {
        "asc" => Some(Order::ascending(by)),
        "desc" => Some(Order::descending(by)),
        _ => None,
    }
}

/// Adds a filter, which is combined with earlier filters of the same name.
fn narrow(projects: &mut Projects, now: Time, name: &str, filter: &Value) -> std::result::Result<(), String> {
    let operator = filter["operator"].as_str().unwrap_or_default();
    let most = usize::try_from(paging::LIMIT).unwrap_or_default();
    if filter["values"].as_array().is_some_and(|values| values.len() > most) {
        return Err(format!("The filter {name} has more than {most} values."));
    }
    let values: Vec<String> = match &filter["values"] {
        Value::Array(values) => {
            let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            values.iter().map(text).collect()
        }
        _ => Vec::new(),
    };
    let flag = || match (operator, values.as_slice()) {
        ("=", [value]) => is_true(value),
        (_, [value]) => is_true(value).map(|flag| !flag),
        _ => None,
    };
    let unsupported_text = || format!("The filter {name} with the operator {operator} is not supported.");
    let filled = |values: Vec<String>| {
        if values.is_empty() { Err(format!("The filter {name} needs a value.")) } else { Ok(values) }
    };
    match (name, operator) {
        ("active", "=" | "!") => {
            let active = flag().ok_or("The filter active needs the value t or f.")?;
            projects.is_impossible |= !holds(&mut projects.active, active);
        }
        ("public", "=" | "!") => {
            let public = flag().ok_or("The filter public needs the value t or f.")?;
            projects.is_impossible |= !holds(&mut projects.public, public);
        }
        ("id", "=") => only(&mut projects.ids, filled(values)?),
        ("id", "!") => projects.not_ids.extend(filled(values)?),
        ("project_status_code" | "status", "=") => only(&mut projects.statuses, filled(values)?),
        ("project_status_code" | "status", "!") => projects.not_statuses.extend(filled(values)?),
        ("project_status_code" | "status", "*" | "!*") => {
            projects.is_impossible |= !holds(&mut projects.has_status, operator == "*");
        }
        ("name_and_identifier" | "typeahead", "~" | "**") => projects.contains.push(filled(values)?),
        ("name_and_identifier", "=") => projects.named.push(filled(values)?),
        ("created_at" | "latest_activity_at", _) => {
            let span = dates::span(now, operator, &values).ok_or_else(unsupported_text)?;
            let span = span.map_err(|reason| format!("The filter {name} {reason}"))?;
            let kept = if name == "created_at" { &mut projects.created } else { &mut projects.updated };
            *kept = Some(kept.unwrap_or(Span::ALWAYS).overlap(span));
        }
        _ => return Err(unsupported_text()),
    }
    if projects.contains.iter().chain(&projects.named).map(Vec::len).sum::<usize>() > SEARCHES {
        return Err(format!("The filters search for more than {SEARCHES} texts."));
    }
    Ok(())
}

fn is_true(value: &str) -> Option<bool> {
    match value {
        "t" | "true" => Some(true),
        "f" | "false" => Some(false),
        _ => None,
    }
}

/// Sets a flag; returns whether it agrees with the earlier value.
fn holds(kept: &mut Option<bool>, flag: bool) -> bool {
    *kept.get_or_insert(flag) == flag
}

/// Intersects the allowed values.
fn only(kept: &mut Option<Vec<String>>, values: Vec<String>) {
    match kept {
        Some(kept) => kept.retain(|value| values.contains(value)),
        None => *kept = Some(values),
    }
}

/// The JSON schema of `filters`.
pub fn filters() -> Value {
    let filter = |operators: &[&str], values: Value| {
        let members = [("operator", json!({ "enum": operators })), ("values", values)];
        schema::object(&["operator", "values"], &members)
    };
    let texts = || json!({ "type": "array", "items": schema::text(), "minItems": 1 });
    let one = json!({ "type": "array", "items": { "enum": ["t", "f"] }, "minItems": 1, "maxItems": 1 });
    let flag = || filter(&["=", "!"], one.clone());
    let status_code = || filter(&["=", "!", "*", "!*"], texts());
    let list = |item: Value, length: usize| json!({ "type": "array", "items": item, "minItems": length, "maxItems": length });
    let day = || json!({ "type": "string", "format": "date" });
    let days = json!({ "anyOf": [
        { "type": "integer", "minimum": 0, "maximum": dates::MOST_DAYS },
        { "type": "string", "pattern": "^[0-9]{1,6}$" },
    ] });
    let date = || {
        json!({ "anyOf": [
            filter(&["t", "w"], json!({ "type": "array", "items": schema::text() })),
            filter(&["t-", ">t-", "<t-"], list(days.clone(), 1)),
            filter(&["=d"], list(day(), 1)),
            filter(&["<>d"], list(day(), 2)),
        ] })
    };
    json!({ "type": "array", "items": {
        "type": "object",
        "properties": {
            "active": flag(),
            "created_at": date(),
            "latest_activity_at": date(),
            "public": flag(),
            "id": filter(&["=", "!"], texts()),
            "project_status_code": status_code(),
            "status": status_code(),
            "name_and_identifier": filter(&["=", "~", "**"], texts()),
            "typeahead": filter(&["~", "**"], texts()),
        },
        "additionalProperties": false,
    } })
}

/// The JSON schema of `sortBy`.
pub fn orders() -> Value {
    let pair = json!([{ "enum": SORTS.map(|(name, _)| name) }, { "enum": ["asc", "desc"] }]);
    json!({ "type": "array", "items": { "type": "array", "prefixItems": pair, "items": false, "minItems": 2 } })
}
