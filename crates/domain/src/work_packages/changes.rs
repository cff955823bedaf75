//! Which attributes of a work package change.

use super::attribute::Attribute;
use super::{Draft, WorkPackage};

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
