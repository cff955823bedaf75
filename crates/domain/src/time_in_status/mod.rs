//! How long workspaces stay in their statuses, by the clock and in working time.

pub mod store;

use std::collections::BTreeMap;

use crate::calendar::working_time::WorkingTime;
use crate::ids::WorkspaceId;
use crate::span::Span;
use crate::status_changes::StatusChange;
use crate::status_keys;
use crate::timeline::segments;
use crate::workspaces::Workspace;
use base::clock::Time;

/// The stays in a status, cut to a span of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatusTimes {
    /// The status.
    pub status_key: i64,
    /// The number of workspaces that were in it.
    pub workspaces: usize,
    /// The number of their stays.
    pub stays: usize,
    /// By the clock, in seconds.
    pub seconds: Distribution,
    /// In working time, in seconds.
    pub working_seconds: Distribution,
}

/// The lengths of stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Distribution {
    /// Their sum.
    pub total: i64,
    /// The nearest-rank median.
    pub median: i64,
    /// The nearest-rank 85th percentile.
    pub p85: i64,
    /// The longest.
    pub max: i64,
}

/// How long a workspace has been in its status at the end of the span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ageing {
    /// The workspace.
    pub id: WorkspaceId,
    /// Its title.
    pub title: String,
    /// Its status.
    pub status_key: i64,
    /// Since when.
    pub since: Time,
    /// By the clock.
    pub seconds: i64,
    /// In working time.
    pub working_seconds: i64,
}

/// The time that workspaces spent in their statuses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TimeInStatus {
    /// By status key.
    pub statuses: Vec<StatusTimes>,
    /// The workspaces that are not finished, the longest in their status first.
    pub ageing: Vec<Ageing>,
}

/// The stays in a status so far.
#[derive(Debug, Default)]
struct Stays {
    workspaces: usize,
    last_workspace: Option<WorkspaceId>,
    seconds: Vec<i64>,
    working_seconds: Vec<i64>,
}

/// Adds up the stays of one workspace after the other, of which it keeps the lengths alone.
#[derive(Debug)]
pub struct Collector {
    hours: WorkingTime,
    span: Span,
    statuses: BTreeMap<i64, Stays>,
    ageing: Vec<Ageing>,
}

impl Collector {
    /// For a span of time, and the working time of a calendar.
    pub const fn new(hours: WorkingTime, span: Span) -> Self {
        Self { hours, span, statuses: BTreeMap::new(), ageing: Vec::new() }
    }

    /// Adds a workspace with all its changes, by time.
    pub fn add(&mut self, workspace: &Workspace, changes: &[StatusChange]) {
        let Workspace { id, created_at, status_key, .. } = *workspace;
        let end = self.span.end;
        for segment in segments((created_at, status_key), changes, true, self.span) {
            // The status before the first change of an imported history is not known.
            let Some(key) = segment.status_key else { continue };
            let is_running = segment.to.is_none_or(|to| to >= end);
            if is_running && !status_keys::is_finished(key) {
                self.ageing.push(Ageing {
                    id,
                    title: workspace.title.clone(),
                    status_key: key,
                    since: segment.from,
                    seconds: end.seconds_since(segment.from),
                    working_seconds: self.hours.seconds(segment.from, end),
                });
            }
            let from = segment.from.max(self.span.start);
            let to = segment.to.unwrap_or(end).min(end);
            // A workspace that moved on in the same instant was never seen in the status.
            if from >= to {
                continue;
            }
            let stays = self.statuses.entry(key).or_default();
            if stays.last_workspace.replace(id) != Some(id) {
                stays.workspaces += 1;
            }
            stays.seconds.push(to.seconds_since(from));
            stays.working_seconds.push(self.hours.seconds(from, to));
        }
    }

    /// The sums of all workspaces.
    pub fn finish(mut self) -> TimeInStatus {
        self.ageing.sort_by_key(|one| (one.since, one.id));
        let statuses = self.statuses.into_iter().map(|(status_key, stays)| StatusTimes {
            status_key,
            workspaces: stays.workspaces,
            stays: stays.seconds.len(),
            seconds: distribution(stays.seconds),
            working_seconds: distribution(stays.working_seconds),
        });
        TimeInStatus { statuses: statuses.collect(), ageing: self.ageing }
    }
}

/// The distribution of at least one length.
fn distribution(mut lengths: Vec<i64>) -> Distribution {
    lengths.sort_unstable();
    let nearest_rank = |percent: usize| {
        let rank = (lengths.len() * percent).div_ceil(100).max(1);
        lengths.get(rank - 1).copied().unwrap_or_default()
    };
    Distribution {
        total: lengths.iter().sum(),
        median: nearest_rank(50),
        p85: nearest_rank(85),
        max: nearest_rank(100),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_those_of_the_nearest_rank() {
        let of = |lengths: &[i64]| {
            let Distribution { total, median, p85, max } = distribution(lengths.to_vec());
            (total, median, p85, max)
        };
        assert_eq!(of(&[7]), (7, 7, 7, 7));
        assert_eq!(of(&[9, 1]), (10, 1, 9, 9));
        assert_eq!(of(&[3, 1, 2]), (6, 2, 3, 3));
        assert_eq!(of(&(1..=20).rev().collect::<Vec<_>>()), (210, 10, 17, 20));
        assert_eq!(of(&(1..=100).collect::<Vec<_>>()), (5050, 50, 85, 100));
    }
}
