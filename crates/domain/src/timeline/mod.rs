//! The timeline of a workspace: its statuses and its reports over time. The native surface and the pages call this module.

pub mod store;

use super::status_changes::StatusChange;
use super::status_reports::{Category, StatusReport};
use crate::ids::UserId;
use crate::span::Span;
use base::clock::Time;

/// A stay of a workspace in a status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// The status key; unknown before the first change of an imported history.
    pub status_key: Option<i64>,
    /// When it began.
    pub from: Time,
    /// When it ended; none if it has not.
    pub to: Option<Time>,
    /// The change that began it; none for the first.
    pub change: Option<(i64, UserId)>,
    /// Why it began, in the words of who moved the workspace.
    pub reason: Option<String>,
}

/// The stays of a workspace that overlap a span, by time. `changes` are sorted by time; if they are all of its changes
/// (`is_whole`), the stay before the first one began when the workspace was created.
pub fn segments(
    (created_at, status_key): (Time, i64),
    changes: &[StatusChange],
    is_whole: bool,
    span: Span,
) -> Vec<Segment> {
    let first = Segment {
        status_key: changes.first().map_or(Some(status_key), |change| change.from_status_key),
        from: created_at,
        to: None,
        change: None,
        reason: None,
    };
    let starts_late = changes.first().is_some_and(|change| change.created_at <= created_at);
    let begins = changes.iter().map(|change| Segment {
        status_key: Some(change.to_status_key),
        from: change.created_at,
        to: None,
        change: Some((change.id, change.user_id)),
        reason: change.reason.clone(),
    });
    let mut segments: Vec<Segment> =
        Some(first).filter(|_| is_whole && !starts_late).into_iter().chain(begins).collect();
    for index in 1..segments.len() {
        segments[index - 1].to = Some(segments[index].from);
    }
    segments.retain(|segment| segment.from < span.end && segment.to.is_none_or(|to| to > span.start));
    segments
}

/// What differs between a report and the one before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The colour as a whole.
    pub color: bool,
    /// The text.
    pub description: bool,
    /// The categories whose colour or text differs, or that only one report has.
    pub categories: Vec<Category>,
}

/// What differs between a report and the one before it.
pub fn difference(before: &StatusReport, after: &StatusReport) -> Difference {
    let of = |report: &StatusReport, category| {
        report.details.iter().find(|detail| detail.category == category).cloned()
    };
    Difference {
        color: before.color != after.color,
        description: before.description != after.description,
        categories: Category::ALL.into_iter().filter(|one| of(before, *one) != of(after, *one)).collect(),
    }
}
