//! The project in the body of a write, or of a form.

use serde_json::{Map, Value};

use crate::Error;
use crate::error::Property;
use base::clock::Time;
use domain::workspaces::{AccessLevel, Draft, ProjectStatus, VisibleWorkspace};

/// The body of a write, or of a form.
pub struct ProjectInput {
    draft: Result<Draft, Error>,
    members: Map<String, Value>,
}

impl ProjectInput {
    /// Reads the members. Unknown ones are ignored, and so are `format` and `html` of a text and all members of a link
    /// except `href`.
    pub fn read(root: &str, members: Map<String, Value>, is_new: bool) -> Self {
        Self { draft: draft(root, &members, is_new), members }
    }

    /// The description and the explanation of the status.
    pub fn texts(&self) -> [Option<&str>; 2] {
        self.draft.as_ref().map_or([None; 2], |draft| {
            [&draft.description, &draft.status_explanation]
                .map(|text| text.as_ref().and_then(Option::as_deref))
        })
    }

    /// The draft, for a new project or for this one.
    ///
    /// # Errors
    /// [`Error::Properties`] with the members of the wrong type, and the read-only members that differ from the project.
    pub fn draft(self, before: Option<&VisibleWorkspace>) -> Result<Draft, Error> {
        let read_only = read_only(&self.members, before);
        let mut draft = match self.draft {
            Err(Error::Properties(mut wrong)) => {
                wrong.extend(read_only);
                return Err(Error::Properties(wrong));
            }
            draft => draft?,
        };
        if !read_only.is_empty() {
            return Err(Error::Properties(read_only));
        }
        // `public` does not distinguish the levels that are not public.
        let is_open = before.is_none_or(|visible| visible.workspace.access_level == AccessLevel::Open);
        if !is_open && draft.access_level.as_deref() == Some(AccessLevel::Invitation.name()) {
            draft.access_level = None;
        }
        Ok(draft)
    }
}

/// The read-only members that differ from the project. Equal ones are accepted, so a whole project can be sent back.
fn read_only(members: &Map<String, Value>, before: Option<&VisibleWorkspace>) -> Vec<Property> {
    let workspace = before.map(|visible| &visible.workspace);
    let is_time = |value: &Value, time: Option<Time>| {
        let sent: Option<Time> = value.as_str().and_then(|text| text.parse().ok());
        let milliseconds = |time: Time| time.0.div_euclid(1000);
        sent.is_some() && sent.map(milliseconds) == time.map(milliseconds)
    };
    let differs = |name: &str, value: &Value| match name {
        "_type" => value != "Project",
        "id" => value.as_i64().is_none() || value.as_i64() != workspace.map(|one| one.id.0),
        "createdAt" => !is_time(value, workspace.map(|one| one.created_at)),
        _ => !is_time(value, workspace.map(|one| one.updated_at)),
    };
    let mut wrong = Vec::new();
    for name in ["_type", "id", "createdAt", "updatedAt"] {
        if members.get(name).is_some_and(|value| !value.is_null() && differs(name, value)) {
            wrong.push(Property::read_only(name));
        }
    }
    let parent = members.get("_links").and_then(|links| links.get("parent"));
    if parent.is_some_and(|parent| !parent.is_null() && parent.get("href") != Some(&Value::Null)) {
        wrong.push(Property::read_only("parent"));
    }
    wrong
}

fn draft(root: &str, members: &Map<String, Value>, is_new: bool) -> Result<Draft, Error> {
    let mut wrong = Vec::new();
    let mut flag = |name: &'static str| match members.get(name) {
        None => None,
        Some(Value::Bool(flag)) => Some(*flag),
        Some(_) => {
            wrong.push(Property::format(name, "a boolean"));
            None
        }
    };
    let (active, public) = (flag("active"), flag("public"));
    let title = match members.get("name") {
        None => None,
        Some(Value::String(name)) => Some(name.clone()),
        Some(Value::Null) => Some(String::new()),
        Some(_) => {
            wrong.push(Property::format("name", "a text"));
            None
        }
    };
    let identifier = match members.get("identifier") {
        Some(Value::String(identifier)) if !is_new || !identifier.is_empty() => Some(identifier.clone()),
        // A new project without an identifier gets one.
        None | Some(Value::String(_)) => None,
        Some(Value::Null) => (!is_new).then(String::new),
        Some(_) => {
            wrong.push(Property::format("identifier", "a text"));
            None
        }
    };
    let mut text = |name: &'static str| match members.get(name) {
        None => None,
        Some(Value::Null) => Some(None),
        Some(Value::Object(formattable)) => match formattable.get("raw") {
            Some(Value::String(raw)) => Some(Some(raw.clone())),
            Some(Value::Null) => Some(None),
            None => None,
            Some(_) => {
                wrong.push(Property::format(name, "a formattable text"));
                None
            }
        },
        Some(_) => {
            wrong.push(Property::format(name, "a formattable text"));
            None
        }
    };
    let (description, explanation) = (text("description"), text("statusExplanation"));
    let links = members.get("_links").unwrap_or(&Value::Null);
    if !links.is_null() && !links.is_object() {
        wrong.push(Property::format("_links", "an object"));
    }
    let status = match links.get("status") {
        None => None,
        Some(link) => match project_status_of(root, link) {
            Ok(status) => Some(status),
            Err(property) => {
                wrong.push(property);
                None
            }
        },
    };
    if !wrong.is_empty() {
        return Err(Error::Properties(wrong));
    }
    Ok(Draft {
        title,
        identifier,
        description,
        archived: active.map(|active| !active),
        access_level: public
            .map(|public| if public { AccessLevel::Open } else { AccessLevel::Invitation }.name().to_owned()),
        project_status: status,
        status_explanation: explanation,
        ..Draft::default()
    })
}

fn project_status_of(root: &str, link: &Value) -> Result<Option<ProjectStatus>, Property> {
    let href = match link.get("href") {
        Some(Value::Null) => return Ok(None),
        Some(Value::String(href)) => href,
        _ => return Err(Property::format("status", "a link")),
    };
    let path = href.strip_prefix(root).unwrap_or(href);
    let Some(code) = path.strip_prefix("/api/v3/project_statuses/") else {
        let message = format!(
            "For property 'status' a link like '{root}/api/v3/project_statuses/:id' is expected, but got '{href}'."
        );
        return Err(Property { kind: "ResourceTypeMismatch", attribute: "status", message });
    };
    ProjectStatus::of_code(code).map(Some).ok_or_else(|| Property {
        kind: "PropertyConstraintViolation",
        attribute: "status",
        message: "Status is not set to one of the allowed values.".into(),
    })
}
