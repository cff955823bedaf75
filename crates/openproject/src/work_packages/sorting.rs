//! Orders and groups of lists of work packages: `docs/contracts/openproject-work-packages.md#orders-and-groups`.

use serde_json::{Value, json};

use domain::work_packages::store::Column;

/// The columns by which lists are sorted, in camel case.
const COLUMNS: [(&str, Column); 18] = [
    ("id", Column::Id),
    ("subject", Column::Subject),
    ("project", Column::Project),
    ("type", Column::Type),
    ("status", Column::Status),
    ("priority", Column::Priority),
    ("author", Column::Author),
    ("assignee", Column::Assignee),
    ("responsible", Column::Responsible),
    ("createdAt", Column::CreatedAt),
    ("updatedAt", Column::UpdatedAt),
    ("startDate", Column::StartDate),
    ("dueDate", Column::DueDate),
    ("duration", Column::Duration),
    ("estimatedTime", Column::Work),
    ("remainingTime", Column::Remaining),
    ("percentageDone", Column::Percent),
    ("parent", Column::Parent),
];

/// The columns by which lists are grouped, with their titles.
const GROUPS: [(Column, &str); 8] = [
    (Column::Project, "Project"),
    (Column::Type, "Type"),
    (Column::Status, "Status"),
    (Column::Priority, "Priority"),
    (Column::Author, "Author"),
    (Column::Assignee, "Assignee"),
    (Column::Responsible, "Accountable"),
    (Column::Percent, "% Complete"),
];

/// The maximum number of criteria that count.
const CRITERIA: usize = 3;

fn column(name: &str) -> Option<(&'static str, Column)> {
    let camel = |name: &str| {
        let mut words = name.split('_');
        let first = words.next().unwrap_or_default().to_owned();
        words.fold(first, |name, word| {
            let mut letters = word.chars();
            let first = letters.next().map(|letter| letter.to_ascii_uppercase());
            name + &first.into_iter().chain(letters).collect::<String>()
        })
    };
    let camel = camel(name);
    COLUMNS.into_iter().find(|(known, _)| *known == camel)
}

/// Reads `sortBy`: up to three columns with their directions; `true` is downwards.
///
/// # Errors
/// The messages.
pub fn criteria(text: Option<&str>) -> Result<Vec<(Column, bool)>, Vec<String>> {
    let Some(text) = text.filter(|text| !text.trim().is_empty()) else { return Ok(Vec::new()) };
    let malformed = || vec!["The parameter sortBy is malformed.".to_owned()];
    let sent: Vec<Value> = serde_json::from_str(text).map_err(|_| malformed())?;
    let mut found = Vec::new();
    let mut wrong = Vec::new();
    for one in sent.iter().take(CRITERIA) {
        let (name, direction) = match one {
            Value::String(text) => text.split_once(':').unwrap_or((text, "asc")),
            Value::Array(pair) => match pair.as_slice() {
                [Value::String(name)] => (name.as_str(), "asc"),
                [Value::String(name), Value::String(direction)] => (name.as_str(), direction.as_str()),
                _ => return Err(malformed()),
            },
            _ => return Err(malformed()),
        };
        match column(name) {
            Some((_, column)) => found.push((column, direction.eq_ignore_ascii_case("desc"))),
            None => wrong.push(format!("Can't sort by column: {name}")),
        }
    }
    if wrong.is_empty() { Ok(found) } else { Err(wrong) }
}

/// A column by which a list is grouped.
#[derive(Clone, Copy, Debug)]
pub struct GroupBy {
    /// The column.
    pub column: Column,
    /// Its name in camel case.
    pub name: &'static str,
    /// Its title.
    pub title: &'static str,
}

/// Reads `groupBy`.
///
/// # Errors
/// The message.
pub fn group_by(text: Option<&str>) -> Result<Option<GroupBy>, String> {
    let Some(text) = text.filter(|text| !text.trim().is_empty()) else { return Ok(None) };
    let found = column(text).and_then(|(name, column)| {
        let (_, title) = GROUPS.into_iter().find(|(known, _)| *known == column)?;
        Some(GroupBy { column, name, title })
    });
    found.map(Some).ok_or_else(|| format!("Can't group by: {text}"))
}

/// The schema of the parameter `sortBy`.
pub fn orders() -> Value {
    let pair =
        json!([{ "enum": ["id", "subject", "status", "updatedAt", "dueDate"] }, { "enum": ["asc", "desc"] }]);
    json!({ "type": "array", "items": { "type": "array", "prefixItems": pair, "items": false, "minItems": 2 } })
}
