//! The attributes of work packages that requests write: their names, their labels, and what changed.

use super::{Draft, WorkPackage};

/// An attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named as the attributes")]
pub enum Attribute {
    Subject,
    Description,
    Type,
    Status,
    Priority,
    Assignee,
    Responsible,
    Parent,
    StartDate,
    DueDate,
    Date,
    Work,
    Remaining,
    Percent,
}

impl Attribute {
    /// Its name on the OpenProject surface.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Description => "description",
            Self::Type => "type",
            Self::Status => "status",
            Self::Priority => "priority",
            Self::Assignee => "assignee",
            Self::Responsible => "responsible",
            Self::Parent => "parent",
            Self::StartDate => "startDate",
            Self::DueDate => "dueDate",
            Self::Date => "date",
            Self::Work => "estimatedTime",
            Self::Remaining => "remainingTime",
            Self::Percent => "percentageDone",
        }
    }

    /// Its label in messages.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Subject => "Subject",
            Self::Description => "Description",
            Self::Type => "Type",
            Self::Status => "Status",
            Self::Priority => "Priority",
            Self::Assignee => "Assignee",
            Self::Responsible => "Accountable",
            Self::Parent => "Parent",
            Self::StartDate => "Start date",
            Self::DueDate => "Finish date",
            Self::Date => "Date",
            Self::Work => "Work",
            Self::Remaining => "Remaining work",
            Self::Percent => "% Complete",
        }
    }
}

/// The attributes that differ; a milestone has one date.
pub fn changed(before: &WorkPackage, after: &WorkPackage) -> Vec<Attribute> {
    let is_milestone = before.is_milestone() && after.is_milestone();
    let (starts, ends) = (before.start_date != after.start_date, before.due_date != after.due_date);
    let all = [
        (Attribute::Subject, before.subject != after.subject),
        (Attribute::Description, before.description != after.description),
        (Attribute::Type, before.type_id != after.type_id),
        (Attribute::Status, before.status_id != after.status_id),
        (Attribute::Priority, before.priority_id != after.priority_id),
        (Attribute::Assignee, before.assignee_id != after.assignee_id),
        (Attribute::Responsible, before.responsible_id != after.responsible_id),
        (Attribute::Parent, before.parent_id != after.parent_id),
        (Attribute::Date, is_milestone && (starts || ends)),
        (Attribute::StartDate, !is_milestone && starts),
        (Attribute::DueDate, !is_milestone && ends),
        (Attribute::Work, before.work != after.work),
        (Attribute::Remaining, before.remaining != after.remaining),
        (Attribute::Percent, before.percent != after.percent),
    ];
    all.into_iter().filter(|(_, differs)| *differs).map(|(attribute, _)| attribute).collect()
}

impl Draft {
    /// Whether the request has the attribute.
    pub const fn has(&self, attribute: Attribute) -> bool {
        match attribute {
            Attribute::Subject => self.subject.is_some(),
            Attribute::Description => self.description.is_some(),
            Attribute::Type => self.type_id.is_some(),
            Attribute::Status => self.status_id.is_some(),
            Attribute::Priority => self.priority_id.is_some(),
            Attribute::Assignee => self.assignee_id.is_some(),
            Attribute::Responsible => self.responsible_id.is_some(),
            Attribute::Parent => self.parent_id.is_some(),
            Attribute::StartDate => self.start_date.is_some(),
            Attribute::DueDate => self.due_date.is_some(),
            Attribute::Date => self.start_date.is_some() || self.due_date.is_some(),
            Attribute::Work => self.progress.work.is_some(),
            Attribute::Remaining => self.progress.remaining.is_some(),
            Attribute::Percent => self.progress.percent.is_some(),
        }
    }
}
