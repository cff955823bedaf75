//! A naive replay of the log, with which reads in the past are compared.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::with;
use base::clock::Time;
use domain::events::Event;

/// The state of the records at a point.
pub struct Replay {
    /// The last version of each record that holds and is known: the event and the number of the version.
    states: BTreeMap<(String, i64), (Event, usize)>,
    /// The first known version of each record.
    first: BTreeMap<(String, i64), Event>,
    pub as_of: Time,
}

/// The record after an event, or before its deletion.
pub fn content(event: &Event) -> Value {
    serde_json::from_str(event.after.as_deref().or(event.before.as_deref()).unwrap()).unwrap()
}

/// From when on an event holds.
pub fn effective(event: &Event) -> Time {
    let member = match event.kind.as_str() {
        "created" => "created_at",
        "updated" => "updated_at",
        _ => return event.at,
    };
    content(event)[member].as_str().map_or(event.at, |text| text.parse().unwrap())
}

impl Replay {
    /// The states at a point.
    pub fn of(log: &[Event], as_of: Time, known_at: Time) -> Self {
        let mut states: BTreeMap<_, (Event, usize)> = BTreeMap::new();
        let mut first: BTreeMap<_, Event> = BTreeMap::new();
        let mut numbers: BTreeMap<_, usize> = BTreeMap::new();
        for event in log {
            let subject = (event.subject_type.clone(), event.subject_id);
            let number = numbers.entry(subject.clone()).or_default();
            *number += 1;
            if event.at > known_at {
                continue;
            }
            first.entry(subject.clone()).or_insert_with(|| event.clone());
            if effective(event) > as_of {
                continue;
            }
            let is_later = states.get(&subject).is_none_or(|(last, _)| effective(last) <= effective(event));
            if is_later {
                states.insert(subject, (event.clone(), *number));
            }
        }
        Self { states, first, as_of }
    }

    /// The states of the records of a kind.
    pub fn kind(&self, kind: &str) -> impl Iterator<Item = (&Event, usize)> {
        let of = self.states.iter().filter(move |((own, _), _)| own == kind);
        of.map(|(_, (event, number))| (event, *number))
    }

    /// The first known versions of the records of a kind.
    pub fn first(&self, kind: &str) -> impl Iterator<Item = &Event> {
        self.first.iter().filter(move |((own, _), _)| own == kind).map(|(_, event)| event)
    }

    /// The reports that are there: time, id and content, the latest first.
    pub fn reports(&self) -> Vec<(Time, i64, Value)> {
        let there = self.kind("status_report").filter(|(event, _)| event.kind != "deleted");
        let mut reports: Vec<_> = there
            .map(|(event, number)| {
                let report = with(content(event), &json!({"version": number}));
                (report["created_at"].as_str().unwrap().parse().unwrap(), event.subject_id, report)
            })
            .collect();
        reports.sort_by_key(|(at, id, _): &(Time, i64, Value)| std::cmp::Reverse((*at, *id)));
        reports
    }

    /// The changes of a workspace by time: time, sequence, id and content.
    pub fn changes(log: &[Event], known_at: Time, workspace: i64) -> Vec<(Time, i64, i64, Value)> {
        let of = log
            .iter()
            .filter(|event| event.subject_type == "workspace_status_change" && event.at <= known_at);
        let mut changes: Vec<_> = of
            .map(|event| (effective(event), event.sequence, event.subject_id, content(event)))
            .filter(|(.., change)| change["workspace_id"] == workspace)
            .collect();
        changes.sort_by_key(|(at, sequence, ..)| (*at, *sequence));
        changes
    }

    /// The status key of a workspace.
    pub fn status(&self, log: &[Event], known_at: Time, workspace: i64, own: &Value) -> Value {
        let changes = Self::changes(log, known_at, workspace);
        let last = changes
            .iter()
            .rev()
            .find(|(at, ..)| *at <= self.as_of)
            .map(|(.., change)| &change["to_status_key"]);
        let first =
            changes.first().map(|(.., change)| &change["from_status_key"]).filter(|key| !key.is_null());
        last.or(first).unwrap_or(own).clone()
    }
}
