//! The filter of lists of work packages.

use serde::Serialize;

use crate::span::Span;
use db::List;

/// Values of an attribute that is an id or a number; all conditions must hold.
#[derive(Clone, Debug, Default)]
pub struct Values {
    /// One of these.
    pub only: Option<Vec<i64>>,
    /// None of these.
    pub not: Vec<i64>,
    /// Set, or unset.
    pub is_set: Option<bool>,
    /// Not less.
    pub from: Option<i64>,
    /// Not more.
    pub to: Option<i64>,
}

/// A range of days, both of which are in it.
#[derive(Clone, Debug, Default)]
pub struct Days {
    /// The first day, `YYYY-MM-DD`.
    pub from: Option<String>,
    /// The last day.
    pub to: Option<String>,
    /// Set, or unset.
    pub is_set: Option<bool>,
}

/// Words that a text has, all of them; and lists of words of which it lacks at least one. In lower case.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "see the type")]
pub struct Words {
    pub all: Vec<String>,
    pub not: Vec<Vec<String>>,
}

/// The filter of a list; all conditions must hold.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "named as the attributes")]
pub struct Filter {
    /// In a closed status, or in an open one.
    pub is_closed: Option<bool>,
    pub project: Values,
    pub status: Values,
    pub kind: Values,
    pub priority: Values,
    pub author: Values,
    pub assignee: Values,
    pub responsible: Values,
    pub id: Values,
    pub parent: Values,
    pub percent: Values,
    pub work: Values,
    pub remaining: Values,
    pub start: Days,
    pub due: Days,
    pub created: Span,
    pub updated: Span,
    pub subject: Words,
    pub description: Words,
    /// Words in subject, description or comments.
    pub search: Vec<String>,
    /// When the comments were made that are searched; only the end counts.
    pub commented: Span,
    /// Words in subject or project, or ids.
    pub typeahead: Vec<String>,
    /// Texts in the subject, or ids.
    pub subject_or_id: Vec<String>,
    /// The conditions contradict each other.
    pub is_impossible: bool,
}

/// The lists of a filter, as the statements take them.
pub(super) struct Lists {
    pub projects: Option<List<i64>>,
    pub not_projects: Option<List<i64>>,
    pub statuses: Option<List<i64>>,
    pub not_statuses: Option<List<i64>>,
    pub types: Option<List<i64>>,
    pub not_types: Option<List<i64>>,
    pub priorities: Option<List<i64>>,
    pub not_priorities: Option<List<i64>>,
    pub authors: Option<List<i64>>,
    pub not_authors: Option<List<i64>>,
    pub assignees: Option<List<i64>>,
    pub not_assignees: Option<List<i64>>,
    pub responsibles: Option<List<i64>>,
    pub not_responsibles: Option<List<i64>>,
    pub ids: Option<List<i64>>,
    pub not_ids: Option<List<i64>>,
    pub parents: Option<List<i64>>,
    pub not_parents: Option<List<i64>>,
    pub percents: Option<List<i64>>,
    pub not_percents: Option<List<i64>>,
    pub works: Option<List<i64>>,
    pub not_works: Option<List<i64>>,
    pub remainings: Option<List<i64>>,
    pub not_remainings: Option<List<i64>>,
    pub subject: Option<List<String>>,
    pub not_subject: Option<List<Vec<String>>>,
    pub description: Option<List<String>>,
    pub not_description: Option<List<Vec<String>>>,
    pub search: Option<List<String>>,
    pub typeahead: Option<List<String>>,
    pub subject_or_id: Option<List<String>>,
}

impl Lists {
    pub(super) fn of(filter: &Filter) -> Self {
        let only = |values: &Values| values.only.clone().map(List::from);
        Self {
            projects: only(&filter.project),
            not_projects: list_of(&filter.project.not),
            statuses: only(&filter.status),
            not_statuses: list_of(&filter.status.not),
            types: only(&filter.kind),
            not_types: list_of(&filter.kind.not),
            priorities: only(&filter.priority),
            not_priorities: list_of(&filter.priority.not),
            authors: only(&filter.author),
            not_authors: list_of(&filter.author.not),
            assignees: only(&filter.assignee),
            not_assignees: list_of(&filter.assignee.not),
            responsibles: only(&filter.responsible),
            not_responsibles: list_of(&filter.responsible.not),
            ids: only(&filter.id),
            not_ids: list_of(&filter.id.not),
            parents: only(&filter.parent),
            not_parents: list_of(&filter.parent.not),
            percents: only(&filter.percent),
            not_percents: list_of(&filter.percent.not),
            works: only(&filter.work),
            not_works: list_of(&filter.work.not),
            remainings: only(&filter.remaining),
            not_remainings: list_of(&filter.remaining.not),
            subject: list_of(&filter.subject.all),
            not_subject: list_of(&filter.subject.not),
            description: list_of(&filter.description.all),
            not_description: list_of(&filter.description.not),
            search: list_of(&filter.search),
            typeahead: list_of(&filter.typeahead),
            subject_or_id: list_of(&filter.subject_or_id),
        }
    }
}

/// No list if there is nothing in it.
fn list_of<T: Clone + Serialize>(items: &[T]) -> Option<List<T>> {
    (!items.is_empty()).then(|| items.to_vec().into())
}
