//! The rules for the attributes of work packages: `docs/contracts/openproject-work-packages.md#validations`.

use super::attribute::Attribute;
use super::changes::changed;
use super::constants::{priority_of, type_of};
use super::progress::Mode;
use super::{Draft, WorkPackage};
use crate::error::{Problem, Violation};
use crate::ids::WorkPackageId;
use crate::statuses::Status;

/// The longest subject, in characters.
pub const SUBJECT_LIMIT: usize = 255;

/// What the store knows about the records that a request refers to.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'f> {
    /// The statuses of the account.
    pub statuses: &'f [Status],
    /// How % Complete is found.
    pub mode: Mode,
    /// Whether other work packages are below it.
    pub has_children: bool,
    /// The parent in the request.
    pub parent: Parent,
    /// Whether the assignee in the request may be one.
    pub is_assignable: bool,
    /// Whether the accountable person in the request may be one.
    pub is_responsible: bool,
}

/// A parent in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parent {
    /// It may be one, or there is none.
    Fits,
    /// The caller does not see it.
    Missing,
    /// It is the work package itself.
    Itself,
    /// It is below the work package.
    Below,
    /// It is in another project.
    Elsewhere,
    /// It is a milestone.
    Milestone,
}

/// Whether the status freezes the work package for a request: it is read-only and stays.
pub fn is_frozen(before: &WorkPackage, after: &WorkPackage, statuses: &[Status]) -> bool {
    let is_readonly = |id| statuses.iter().any(|status| status.id == id && status.is_readonly);
    before.status_id == after.status_id && is_readonly(before.status_id)
}

/// The violations of a change of a frozen work package: each attribute in the request that would change, and the reason.
pub fn frozen(draft: &Draft, before: &WorkPackage, after: &WorkPackage) -> Vec<Violation> {
    let moved = changed(before, after);
    let mut found: Vec<_> = moved
        .iter()
        .filter(|attribute| draft.has(**attribute))
        .map(|attribute| Violation::new(attribute.name(), Problem::NotWritable(attribute.label())))
        .collect();
    if !moved.is_empty() {
        let reason = "The work package is in a readonly status so its attributes cannot be changed.";
        found.push(Violation::new("base", Problem::Sentence(reason)));
    }
    found
}

/// The violations of a request, in the order of the attributes.
pub fn violations(
    draft: &Draft,
    before: &WorkPackage,
    after: &WorkPackage,
    facts: &Facts<'_>,
) -> Vec<Violation> {
    let is_new = before.id == WorkPackageId(0);
    let mut found = Vec::new();
    let mut add = |attribute: Attribute, sentence| {
        found.push(Violation::new(attribute.name(), Problem::Sentence(sentence)));
    };
    if after.subject.is_empty() {
        add(Attribute::Subject, "Subject can't be blank.");
    } else if after.subject.chars().count() > SUBJECT_LIMIT {
        add(Attribute::Subject, "Subject is too long (maximum is 255 characters).");
    }
    match draft.type_id {
        Some(None) if !is_new => add(Attribute::Type, "Type can't be blank."),
        Some(Some(id)) if type_of(id).is_none() => add(Attribute::Type, "Type does not exist."),
        _ if facts.has_children && after.is_milestone() && !before.is_milestone() => {
            add(Attribute::Type, "Type cannot be a milestone because this work package has children.");
        }
        _ => {}
    }
    match draft.status_id {
        Some(None) if !is_new => add(Attribute::Status, "Status can't be blank."),
        _ if after.status_id == 0 => add(Attribute::Status, "Status can't be blank."),
        Some(Some(id)) if facts.statuses.iter().all(|status| status.id != id) => {
            add(Attribute::Status, "Status does not exist.");
        }
        _ => {}
    }
    match draft.priority_id {
        Some(None) if !is_new => add(Attribute::Priority, "Priority can't be blank."),
        Some(Some(id)) if priority_of(id).is_none() => add(Attribute::Priority, "Priority does not exist."),
        _ => {}
    }
    if after.assignee_id != before.assignee_id && !facts.is_assignable {
        let sentence = "The chosen user is not allowed to be 'Assignee' for this work package.";
        add(Attribute::Assignee, sentence);
    }
    if after.responsible_id != before.responsible_id && !facts.is_responsible {
        let sentence =
            "Accountable The chosen user is not allowed to be 'Accountable' for this work package.";
        add(Attribute::Responsible, sentence);
    }
    if after.parent_id != before.parent_id {
        for sentence in wrong_parent(facts.parent, is_new) {
            add(Attribute::Parent, sentence);
        }
    }
    if let Some((start, due)) = after.start_date.zip(after.due_date)
        && due < start
    {
        add(Attribute::DueDate, "Finish date must be greater than or equal to the start date.");
    } else if after.is_milestone() && after.start_date != after.due_date {
        let sentence = "Finish date is not on start date, although this is required for milestones.";
        add(Attribute::DueDate, sentence);
    }
    if facts.mode == Mode::Status && draft.progress.percent.is_some_and(|percent| percent != after.percent) {
        let percent = Attribute::Percent;
        found.push(Violation::new(percent.name(), Problem::NotWritable(percent.label())));
    }
    found.extend(after.progress().violations(before.progress(), facts.mode));
    found
}

const fn wrong_parent(parent: Parent, is_new: bool) -> &'static [&'static str] {
    match parent {
        Parent::Fits => &[],
        Parent::Missing if is_new => &["Parent does not exist."],
        Parent::Missing => &["Parent does not exist.", "Parent may not be accessed."],
        Parent::Itself => &["Parent cannot be assigned to itself."],
        Parent::Below => &["Parent A work package cannot be linked to one of its subtasks."],
        Parent::Elsewhere => &["Parent cannot be in another project."],
        Parent::Milestone => &["Parent cannot be a milestone."],
    }
}

/// The violations of a new work package for which no project is known: there is no type by default then.
pub fn without_project(
    draft: &Draft,
    before: &WorkPackage,
    after: &WorkPackage,
    statuses: &[Status],
    mode: Mode,
) -> Vec<Violation> {
    let facts = Facts {
        statuses,
        mode,
        has_children: false,
        parent: Parent::Fits,
        is_assignable: true,
        is_responsible: true,
    };
    let mut found = violations(draft, before, after, &facts);
    let add = |found: &mut Vec<Violation>, at: usize, field, sentence| {
        found.insert(at, Violation::new(field, Problem::Sentence(sentence)));
    };
    let subjects = found.iter().take_while(|one| one.field == Attribute::Subject.name()).count();
    if draft.type_id.flatten().is_none() {
        add(&mut found, subjects, Attribute::Type.name(), "Type can't be blank.");
    }
    let types = found.iter().take_while(|one| ["subject", "type"].contains(&one.field)).count();
    add(&mut found, types, "project", "Project can't be blank.");
    found
}
