//! The work package in the body of a write, or of a form: `docs/contracts/openproject-work-packages.md#reading-a-body`.

use serde_json::{Map, Value};

use super::loaded::Loaded;
use crate::Error;
use crate::error::Property;
use base::clock::{Date, Time};
use domain::error::{Problem, Violation};
use domain::ids::{UserId, WorkPackageId};
use domain::work_packages::constants::type_of;
use domain::work_packages::hours::Hours;
use domain::work_packages::progress::Given;
use domain::work_packages::store::tree::Derived;
use domain::work_packages::{Draft, WorkPackage};

/// The kinds of links to people.
const PEOPLE: &[&str] = &["groups", "users", "placeholder_users"];

/// The members of a body.
pub struct Input<'b> {
    root: &'b str,
    members: &'b Map<String, Value>,
}

/// A link in a body.
enum Href<'b> {
    Absent,
    Null,
    To(&'b str),
}

impl<'b> Input<'b> {
    /// The members of a body; `root` is the public path, which links may begin with.
    pub const fn new(root: &'b str, members: &'b Map<String, Value>) -> Self {
        Self { root, members }
    }

    /// The version that the request names.
    pub fn lock_version(&self) -> Option<i64> {
        self.members.get("lockVersion").and_then(integer)
    }

    /// The last segment of the link to a project; `None` without one.
    ///
    /// # Errors
    /// [`Error::BadParameter`], [`Error::Properties`]
    pub fn project(&self) -> Result<Option<&'b str>, Error> {
        Ok(match self.link("project")? {
            Href::To(href) => Some(self.target("project", &["projects"], href)?),
            _ => None,
        })
    }

    /// Reads the members; `type_id` is that of the work package without them.
    ///
    /// # Errors
    /// [`Error::BadParameter`] for links that are no objects, [`Error::Properties`] for values of the wrong type.
    pub fn draft(&self, type_id: i64) -> Result<Draft, Error> {
        let mut wrong = Vec::new();
        let kind = self.id("type", &["types"], &mut wrong)?;
        let is_milestone = type_of(kind.flatten().unwrap_or(type_id)).is_some_and(|one| one.is_milestone);
        let mut dates = ["startDate", "dueDate"].map(|name| self.date(name, &mut wrong));
        let date = self.date("date", &mut wrong);
        if is_milestone && date.is_some() {
            dates = [date, date];
        }
        let draft = Draft {
            subject: self.member("subject", "a text", &mut wrong, text),
            description: self.description(&mut wrong),
            type_id: kind,
            status_id: self.id("status", &["statuses"], &mut wrong)?,
            priority_id: self.id("priority", &["priorities"], &mut wrong)?,
            assignee_id: self.id("assignee", PEOPLE, &mut wrong)?.map(|id| id.map(UserId)),
            responsible_id: self.id("responsible", PEOPLE, &mut wrong)?.map(|id| id.map(UserId)),
            parent_id: self.id("parent", &["work_packages"], &mut wrong)?.map(|id| id.map(WorkPackageId)),
            start_date: dates[0],
            due_date: dates[1],
            progress: Given {
                work: self.hours("estimatedTime", &mut wrong),
                remaining: self.hours("remainingTime", &mut wrong),
                percent: self.member("percentageDone", "an integer", &mut wrong, |value| {
                    if value.is_null() { Some(None) } else { integer(value).map(Some) }
                }),
            },
        };
        self.member("scheduleManually", "a boolean", &mut wrong, Value::as_bool);
        if wrong.is_empty() { Ok(draft) } else { Err(Error::Properties(wrong)) }
    }

    /// The violations by members that no request writes; those equal to the stored ones are accepted, so that a whole work
    /// package can be sent back. `after` is the work package with the request's other members.
    pub fn read_only(&self, before: &WorkPackage, after: &WorkPackage, loaded: &Loaded) -> Vec<Violation> {
        let is_new = before.id == WorkPackageId(0);
        let mut found = Vec::new();
        let derived = loaded.trees.derived.get(&before.id).cloned().unwrap_or_default();
        let has_children = loaded.trees.children.contains_key(&before.id);
        let mut refuse = |name, label| found.push(Violation::new(name, Problem::NotWritable(label)));
        for (name, label) in MEMBERS {
            let Some(value) = self.members.get(name) else { continue };
            let is_refused_on_creation = matches!(name, "createdAt" | "updatedAt");
            if (is_new && is_refused_on_creation)
                || (!is_new && differs(name, value, before, after, &derived))
            {
                refuse(name, label);
            }
        }
        if let Some(Value::Bool(false)) = self.members.get("scheduleManually") {
            if has_children {
                refuse("scheduleManually", "Manual scheduling");
            } else {
                found.push(Violation::new("scheduleManually", Problem::Sentence(NOT_MANUAL)));
            }
        }
        let author = match self.link("author") {
            Ok(Href::To(href)) => Some(id_of(href)),
            Ok(Href::Null) => Some(0),
            _ => None,
        };
        if author.is_some_and(|author| author != before.author_id.0) {
            found.push(Violation::new("author", Problem::NotWritable("Author")));
        }
        for (name, sentence) in [("category", NO_CATEGORY), ("version", NO_VERSION)] {
            if let Ok(Href::To(_)) = self.link(name) {
                found.push(Violation::new(name, Problem::Sentence(sentence)));
            }
        }
        found
    }

    fn member<T>(
        &self,
        name: &'static str,
        expected: &str,
        wrong: &mut Vec<Property>,
        read: impl Fn(&Value) -> Option<T>,
    ) -> Option<T> {
        let value = self.members.get(name)?;
        let found = read(value);
        if found.is_none() {
            wrong.push(Property::format(name, expected));
        }
        found
    }

    fn description(&self, wrong: &mut Vec<Property>) -> Option<Option<String>> {
        match self.members.get("description")? {
            Value::Null => Some(None),
            Value::Object(formattable) => match formattable.get("raw") {
                None => None,
                Some(Value::Null) => Some(None),
                Some(Value::String(raw)) => Some(Some(raw.clone())),
                Some(_) => {
                    wrong.push(Property::format("description", "a formattable text"));
                    None
                }
            },
            _ => {
                wrong.push(Property::format("description", "a formattable text"));
                None
            }
        }
    }

    fn date(&self, name: &'static str, wrong: &mut Vec<Property>) -> Option<Option<Date>> {
        self.formatted(name, "YYYY-MM-DD (ISO 8601 date only)", wrong, |text| text.parse().ok())
    }

    fn hours(&self, name: &'static str, wrong: &mut Vec<Property>) -> Option<Option<Hours>> {
        self.formatted(name, "ISO 8601 duration", wrong, Hours::parse)
    }

    /// Reads a text of a format, or `null`.
    fn formatted<T>(
        &self,
        name: &'static str,
        format: &str,
        wrong: &mut Vec<Property>,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<Option<T>> {
        let value = self.members.get(name)?;
        if value.is_null() {
            return Some(None);
        }
        let found = value.as_str().and_then(read);
        if found.is_none() {
            let got = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let message = format!(
                "Invalid format for property '{name}': Expected format like '{format}', but got '{got}'."
            );
            wrong.push(Property { kind: "PropertyFormatError", attribute: name, message });
        }
        found.map(Some)
    }

    /// The id that a link names; `None` if the link is absent.
    fn id(
        &self,
        name: &'static str,
        kinds: &[&str],
        wrong: &mut Vec<Property>,
    ) -> Result<Option<Option<i64>>, Error> {
        Ok(match self.link(name)? {
            Href::Absent => None,
            Href::Null => Some(None),
            Href::To(href) => match self.target(name, kinds, href) {
                // Nothing has the id -1.
                Ok(id) => Some(Some(id.parse().ok().filter(|id| *id > 0).unwrap_or(-1))),
                Err(Error::Properties(properties)) => {
                    wrong.extend(properties);
                    None
                }
                Err(error) => return Err(error),
            },
        })
    }

    fn link(&self, name: &str) -> Result<Href<'b>, Error> {
        let links = match self.members.get("_links") {
            None | Some(Value::Null) => return Ok(self.bare_link(name)),
            Some(Value::Object(links)) => links,
            Some(_) => return Err(Error::BadParameter("_links must be a JSON object.".into())),
        };
        match links.get(name) {
            None => Ok(self.bare_link(name)),
            Some(Value::Null) => Ok(Href::Null),
            Some(Value::Object(link)) => Ok(match link.get("href") {
                None => Href::Absent,
                Some(Value::String(href)) => Href::To(href),
                Some(_) => Href::Null,
            }),
            Some(_) => Err(Error::BadParameter(format!("The link under key '{name}' is not valid."))),
        }
    }

    /// Some clients remove the parent with `"parent": null` outside `_links`.
    fn bare_link(&self, name: &str) -> Href<'b> {
        if name == "parent" && self.members.get("parent") == Some(&Value::Null) {
            Href::Null
        } else {
            Href::Absent
        }
    }

    /// The last segment of a link of one of some kinds.
    fn target(&self, name: &'static str, kinds: &[&str], href: &'b str) -> Result<&'b str, Error> {
        let path = href.strip_prefix(self.root).unwrap_or(href);
        let found = path.strip_prefix("/api/v3/").and_then(|path| path.split_once('/'));
        if let Some((kind, id)) = found
            && kinds.contains(&kind)
            && !id.is_empty()
            && !id.contains('/')
        {
            return Ok(id);
        }
        let wanted: Vec<String> =
            kinds.iter().map(|kind| format!("'{}/api/v3/{kind}/:id'", self.root)).collect();
        let wanted = wanted.join(" or ");
        let message = format!("For property '{name}' a link like {wanted} is expected, but got '{href}'.");
        Err(Error::Properties(vec![Property { kind: "ResourceTypeMismatch", attribute: name, message }]))
    }
}

const NOT_MANUAL: &str = "Manual scheduling cannot be set to false (automatically scheduled) as it has no predecessors \
    or children.";
const NO_CATEGORY: &str = "Category The specified category does not exist.";
const NO_VERSION: &str = "Version is not set to one of the allowed values.";

/// The members that no request writes, with their labels.
const MEMBERS: [(&str, &str); 10] = [
    ("id", "ID"),
    ("derivedStartDate", "Derived start date"),
    ("derivedDueDate", "Derived finish date"),
    ("duration", "Duration"),
    ("ignoreNonWorkingDays", "Ignore non working days"),
    ("derivedEstimatedTime", "Total work"),
    ("derivedRemainingTime", "Total remaining work"),
    ("derivedPercentageDone", "Total % complete"),
    ("createdAt", "Created on"),
    ("updatedAt", "Updated on"),
];

/// Whether the value of a member is neither the stored one nor, for the duration, the one that follows from the request.
fn differs(name: &str, value: &Value, before: &WorkPackage, after: &WorkPackage, derived: &Derived) -> bool {
    let is_time = |time: Time| {
        let sent: Option<Time> = value.as_str().and_then(|text| text.parse().ok());
        sent.is_some_and(|sent| sent.0.div_euclid(1000) == time.0.div_euclid(1000))
    };
    let is_hours = |hours: Option<Hours>| match value {
        Value::Null => hours.is_none(),
        value => value.as_str().and_then(Hours::parse) == hours && hours.is_some(),
    };
    let is_day = |day: Option<&str>| value.as_str() == day && (value.is_null() || day.is_some());
    let is_days = |days: Option<i64>| match days {
        Some(days) => value.as_str() == Some(&format!("P{days}D")) || is_hours(Some(Hours(days * 2400))),
        None => value.is_null(),
    };
    !match name {
        "id" => integer(value) == Some(before.id.0),
        "derivedStartDate" => is_day(derived.start_date.as_deref()),
        "derivedDueDate" => is_day(derived.due_date.as_deref()),
        "duration" => is_days(before.duration()) || is_days(after.duration()),
        "ignoreNonWorkingDays" => value == true,
        "derivedEstimatedTime" => is_hours(derived.work),
        "derivedRemainingTime" => is_hours(derived.remaining),
        "derivedPercentageDone" => integer(value) == derived.percent() && !value.is_string(),
        "createdAt" => is_time(before.created_at),
        _ => is_time(before.updated_at),
    }
}

fn text(value: &Value) -> Option<Option<String>> {
    match value {
        Value::Null => Some(None),
        value => value.as_str().map(|text| Some(text.to_owned())),
    }
}

/// Reads an integer, also a text of digits.
fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => text.trim().parse().ok(),
        value => value.as_i64().or_else(|| {
            let number = value.as_f64().filter(|number| number.fract() == 0.0 && number.abs() < 1e15)?;
            format!("{number:.0}").parse().ok()
        }),
    }
}

/// The id at the end of a link; -1 if there is none.
fn id_of(href: &str) -> i64 {
    href.rsplit('/').next().and_then(|id| id.parse().ok()).unwrap_or(-1)
}
