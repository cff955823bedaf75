//! Identifiers: the names of projects in addresses, by the rules of OpenProject.

use serde_json::{Value, json};

use crate::error::{Problem, Violation};
use crate::ids::WorkspaceId;

/// The longest identifier, in characters.
const LONGEST: usize = 100;
/// The pattern of identifiers. Digits alone would be an id.
const PATTERN: &str = "^[0-9]*[a-z_-][a-z0-9_-]*$";
/// Reserved names: path segments below `/projects`, here or in OpenProject.
const RESERVED: [&str; 9] = [
    "available_parent_projects",
    "export_configuration_modal",
    "export_list_modal",
    "filters",
    "form",
    "menu",
    "new",
    "queries",
    "schema",
];

/// The JSON schema of a chosen identifier.
pub fn schema() -> Value {
    json!({ "type": "string", "pattern": PATTERN, "maxLength": LONGEST, "not": { "enum": RESERVED } })
}

/// The violations of a chosen identifier, apart from its uniqueness.
pub fn violations(identifier: &str) -> Vec<Violation> {
    let allowed =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_');
    let mut problems = Vec::new();
    if identifier.trim().is_empty() {
        problems.push(Problem::Blank);
    } else {
        if identifier.chars().nth(LONGEST).is_some() {
            problems.push(Problem::TooLong(LONGEST));
        }
        if RESERVED.contains(&identifier) {
            problems.push(Problem::Sentence("Identifier is reserved."));
        }
        if !identifier.bytes().all(allowed) || identifier.bytes().all(|byte| byte.is_ascii_digit()) {
            problems.push(Problem::Malformed);
        }
    }
    problems.into_iter().map(|problem| Violation::new("identifier", problem)).collect()
}

/// The id at the end of a derived identifier.
pub fn id_at_the_end(identifier: &str) -> Option<WorkspaceId> {
    let digits = identifier.rsplit('-').next()?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok().map(WorkspaceId))?
}

/// The identifier of a workspace for which none was chosen: the title in plain letters, and the id, which makes it unique.
pub fn derived(title: &str, id: WorkspaceId) -> String {
    let title = title.to_lowercase();
    let words: Vec<&str> =
        title.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let mut name = words.join("-");
    name.truncate(80);
    if name.is_empty() { format!("project-{id}") } else { format!("{name}-{id}") }
}
