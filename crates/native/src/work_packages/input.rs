//! The work package in the body of a write.

use serde_json::{Value, json};

use crate::body::Members;
use crate::openapi as doc;
use domain::error::{Error as Cause, Problem, Result, Violation};
use domain::ids::{UserId, WorkPackageId};
use domain::work_packages::Draft;
use domain::work_packages::attribute::Attribute;
use domain::work_packages::constants::{PRIORITIES, TYPES, type_of};
use domain::work_packages::hours::Hours;
use domain::work_packages::progress::Given;
use domain::work_packages::rules::SUBJECT_LIMIT;
use domain::work_packages::store::write::Prepared;

/// The members that a caller writes.
pub const WRITABLE: &[&str] = &[
    "subject",
    "description",
    "type_id",
    "status_id",
    "priority_id",
    "assignee_id",
    "responsible_id",
    "parent_id",
    "start_date",
    "due_date",
    "work_hours",
    "remaining_hours",
    "percent_done",
];

/// The members, by the names that the rules of the domain have for them.
const NAMES: [(Attribute, &str); 14] = [
    (Attribute::Subject, "subject"),
    (Attribute::Description, "description"),
    (Attribute::Type, "type_id"),
    (Attribute::Status, "status_id"),
    (Attribute::Priority, "priority_id"),
    (Attribute::Assignee, "assignee_id"),
    (Attribute::Responsible, "responsible_id"),
    (Attribute::Parent, "parent_id"),
    (Attribute::StartDate, "start_date"),
    (Attribute::DueDate, "due_date"),
    (Attribute::Date, "due_date"),
    (Attribute::Work, "work_hours"),
    (Attribute::Remaining, "remaining_hours"),
    (Attribute::Percent, "percent_done"),
];

/// The most hours in a request.
const MOST_HOURS: f64 = 1_000_000.0;

fn choice(values: impl Iterator<Item = (i64, &'static str)>) -> Value {
    let (ids, names): (Vec<i64>, Vec<String>) =
        values.map(|(id, name)| (id, format!("{id}: {name}"))).unzip();
    json!({ "type": "integer", "enum": ids, "description": names.join(", ") })
}

/// The schemas of [`WRITABLE`].
pub fn writable() -> Vec<(&'static str, Value)> {
    let id = || json!({ "type": ["integer", "null"], "format": "int64" });
    let hours = || json!({ "type": ["number", "null"], "minimum": 0, "maximum": MOST_HOURS });
    vec![
        ("subject", doc::filled_within(SUBJECT_LIMIT)),
        ("description", doc::nullable_text()),
        ("type_id", choice(TYPES.iter().map(|one| (one.id, one.name)))),
        ("status_id", json!({ "type": "integer", "format": "int64" })),
        ("priority_id", choice(PRIORITIES.iter().map(|one| (one.id, one.name)))),
        ("assignee_id", id()),
        ("responsible_id", id()),
        ("parent_id", id()),
        ("start_date", doc::nullable_date()),
        ("due_date", doc::nullable_date()),
        ("work_hours", hours()),
        ("remaining_hours", hours()),
        ("percent_done", json!({ "type": ["integer", "null"], "minimum": 0, "maximum": 100 })),
    ]
}

/// The work package that a body describes.
pub fn draft(members: &mut Members<'_>) -> Draft {
    Draft {
        subject: members.text("subject").map(Some),
        description: members.nullable_text("description"),
        type_id: members.number("type_id").map(Some),
        status_id: members.number("status_id").map(Some),
        priority_id: members.number("priority_id").map(Some),
        assignee_id: members.nullable_number("assignee_id").map(|id| id.map(UserId)),
        responsible_id: members.nullable_number("responsible_id").map(|id| id.map(UserId)),
        parent_id: members.nullable_number("parent_id").map(|id| id.map(WorkPackageId)),
        start_date: members.nullable_date("start_date"),
        due_date: members.nullable_date("due_date"),
        progress: Given {
            work: hours(members, "work_hours"),
            remaining: hours(members, "remaining_hours"),
            percent: members.nullable_number("percent_done"),
        },
    }
}

/// A number of hours that may be null; the outer `None` means that the member is absent.
fn hours(members: &mut Members<'_>, name: &'static str) -> Option<Option<Hours>> {
    let value = members.value(name)?;
    if value.is_null() {
        return Some(None);
    }
    let number = value.as_f64().filter(|number| number.abs() <= MOST_HOURS);
    let hundredths = number.and_then(|number| format!("{:.0}", number * 100.0).parse().ok());
    if hundredths.is_none() {
        members.violations.push(Violation::new(name, Problem::Malformed));
    }
    hundredths.map(|hundredths| Some(Hours(hundredths)))
}

/// A milestone has one date: `due_date` alone sets both.
pub fn with_one_date(draft: Draft, stored_type: i64) -> Draft {
    let kind = type_of(draft.type_id.flatten().unwrap_or(stored_type));
    match (draft.start_date, draft.due_date) {
        (None, Some(day)) if kind.is_some_and(|one| one.is_milestone) => {
            Draft { start_date: Some(day), ..draft }
        }
        _ => draft,
    }
}

/// The prepared write, if neither the types of the members nor their values break a rule.
///
/// # Errors
/// The refusal, with the names of this surface.
pub fn settle(types: Vec<Violation>, mut prepared: Prepared) -> Result<Prepared> {
    let values = match prepared.refusal.take() {
        Some(Cause::Invalid(values)) => values,
        Some(other) => return Err(other),
        None => Vec::new(),
    };
    let renamed = |one: Violation| {
        let name = NAMES.iter().find(|(attribute, _)| attribute.name() == one.field);
        Violation { field: name.map_or(one.field, |(_, field)| *field), ..one }
    };
    crate::body::check(types, values.into_iter().map(renamed).collect())?;
    Ok(prepared)
}

/// The member of the object that shows an attribute.
pub fn member(attribute: Attribute) -> &'static str {
    let written = NAMES.iter().find(|(one, _)| *one == attribute).map_or("", |(_, member)| *member);
    if attribute == Attribute::Parent { written } else { written.trim_end_matches("_id") }
}
