//! The attributes of work packages that requests write: their names and their labels.

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
