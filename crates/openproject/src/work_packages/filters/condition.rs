//! A filter of a request: its name, its operator and its values.

use serde_json::Value;

use crate::paging;

/// The kinds of filters, with their operators.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Status,
    Type,
    Priority,
    Project,
    Author,
    Assignee,
    Responsible,
    Id,
    Parent,
    Subject,
    Description,
    Search,
    Typeahead,
    SubjectOrId,
    StartDate,
    DueDate,
    CreatedAt,
    UpdatedAt,
    Percent,
    Work,
    Remaining,
}

use Kind as K;

const IDS: &[&str] = &["=", "!"];
const OPTIONAL: &[&str] = &["=", "!", "*", "!*"];
const DATES: &[&str] = &["=d", "<>d", "t", "w", "t+", "<t+", ">t+", "t-", "<t-", ">t-", "!*"];
const TIMES: &[&str] = &["=d", "<>d", "t", "w", "t-", "<t-", ">t-"];
const NUMBERS: &[&str] = &["=", "!", ">=", "<=", "*", "!*"];

/// Names in snake case without `_id`, kind, label in messages, operators.
const FILTERS: [(&[&str], Kind, &str, &[&str]); 21] = [
    (&["status"], K::Status, "Status", &["o", "c", "=", "!", "*"]),
    (&["type"], K::Type, "Type", IDS),
    (&["priority"], K::Priority, "Priority", IDS),
    (&["project"], K::Project, "Project", IDS),
    (&["author"], K::Author, "Author", IDS),
    (&["assignee", "assigned_to"], K::Assignee, "Assignee", OPTIONAL),
    (&["responsible"], K::Responsible, "Accountable", OPTIONAL),
    (&["id"], K::Id, "ID", IDS),
    (&["parent"], K::Parent, "Parent", OPTIONAL),
    (&["subject"], K::Subject, "Subject", &["~", "!~"]),
    (&["description"], K::Description, "Description", &["~", "!~"]),
    (&["search"], K::Search, "Search", &["**", "~"]),
    (&["typeahead"], K::Typeahead, "Typeahead", &["**"]),
    (&["subject_or"], K::SubjectOrId, "Subject or ID", &["**"]),
    (&["start_date"], K::StartDate, "Start date", DATES),
    (&["due_date"], K::DueDate, "Finish date", DATES),
    (&["created_at", "created_on"], K::CreatedAt, "Created on", TIMES),
    (&["updated_at", "updated_on"], K::UpdatedAt, "Updated on", TIMES),
    (&["percentage_done", "done_ratio"], K::Percent, "% Complete", NUMBERS),
    (&["estimated_time", "estimated_hours"], K::Work, "Work", NUMBERS),
    (&["remaining_time", "remaining_hours"], K::Remaining, "Remaining work", NUMBERS),
];

/// A filter of a request.
pub struct Condition {
    pub kind: Kind,
    pub label: &'static str,
    pub operator: String,
    pub values: Vec<String>,
}

impl Condition {
    /// The message for no value.
    pub fn blank(&self) -> String {
        format!("{} can't be blank.", self.label)
    }

    /// The message for a value that refers to nothing.
    pub fn invalid(&self) -> String {
        format!("{} filter has invalid values.", self.label)
    }

    /// The message for a value of the wrong form.
    pub fn not(&self, what: &str) -> String {
        format!("{} is not {what}.", self.label)
    }
}

/// The name of a filter in snake case, without `_id`.
fn snake(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    match snake.strip_suffix("_id") {
        Some(short) => short.to_owned(),
        None => snake,
    }
}

/// The condition of a member; the error has the messages.
pub fn condition(name: &str, value: &Value) -> Result<Condition, Vec<String>> {
    let known = snake(name);
    let found = FILTERS.iter().find(|(names, ..)| names.contains(&known.as_str()));
    let Some(&(_, kind, label, operators)) = found else {
        return Err(vec![format!("{name} filter does not exist.")]);
    };
    let operator = value["operator"].as_str().unwrap_or_default();
    if !operators.contains(&operator) {
        return Err(vec![format!("{label} Operator is not set to one of the allowed values.")]);
    }
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let values: Vec<String> = match &value["values"] {
        Value::Null => Vec::new(),
        Value::Array(values) => values.iter().map(text).collect(),
        scalar => vec![text(scalar)],
    };
    let most = usize::try_from(paging::LIMIT).unwrap_or_default();
    if values.len() > most {
        return Err(vec![format!("{label} has more than {most} values.")]);
    }
    Ok(Condition { kind, label, operator: operator.to_owned(), values })
}
