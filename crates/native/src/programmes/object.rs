//! The wire objects of programmes.

use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use crate::openapi as doc;
use base::clock::Time;
use domain::portfolio::Level;
use domain::programmes::Member;
use domain::programmes::health::{Health, Part, Project};
use domain::programmes::rule::{MOST_MEMBERS, Rule};
use domain::programmes::store::Found;
use service::tag::Validator;

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Programmes")]
pub struct List {
    pub programmes: Vec<Short>,
    pub next_cursor: Option<String>,
}

/// A programme in a list.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ProgrammeInList")]
pub struct Short {
    id: i64,
    name: String,
    description: String,
    #[schemars(schema_with = "rule_schema")]
    rule: Rule,
    health: ShortHealth,
    created_at: Time,
    updated_at: Time,
    version: i64,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ProgrammeHealthInList")]
struct ShortHealth {
    /// Null if no project counts.
    color: Option<&'static str>,
    counts: Counts,
    /// The number of projects that the caller does not see; they are not in the color.
    hidden: usize,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Programme")]
pub struct Object {
    id: i64,
    name: String,
    description: String,
    #[schemars(schema_with = "rule_schema")]
    rule: Rule,
    /// The projects whose health the caller sees.
    members: Vec<MemberObject>,
    health: HealthObject,
    created_at: Time,
    updated_at: Time,
    version: i64,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ProgrammeMember")]
struct MemberObject {
    workspace_id: i64,
    weight: i64,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ProgrammeHealth")]
struct HealthObject {
    /// Null if no project counts.
    color: Option<&'static str>,
    counts: Counts,
    /// The number of projects that the caller does not see; they are not in the color.
    hidden: usize,
    /// The mean score in percent, rounded down, of a weighted rule.
    score: Option<i64>,
    inputs: Vec<InputObject>,
    /// The smallest change of projects for each other color that can be reached, the smallest first.
    flips: Vec<FlipObject>,
}

/// The numbers of projects: those that count by their color, the others by the reason why they are left out.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ProgrammeCounts")]
struct Counts {
    red: usize,
    yellow: usize,
    green: usize,
    silent: usize,
    resting: usize,
    never_reported: usize,
    finished: usize,
    archived: usize,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ProgrammeInput")]
struct InputObject {
    workspace: Named,
    weight: i64,
    /// The color of the last report.
    color: Option<&'static str>,
    reported_at: Option<Time>,
    /// Why its color does not count: `silent`, `resting`, `never_reported`, `finished` or `archived`; null if it does.
    left_out: Option<&'static str>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ProgrammeProject")]
struct Named {
    id: i64,
    title: String,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ProgrammeFlip")]
struct FlipObject {
    /// The color that the programme would have.
    color: &'static str,
    changes: Vec<ChangeObject>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ProgrammeChange")]
struct ChangeObject {
    workspace: Named,
    from: Option<&'static str>,
    to: &'static str,
}

const fn name(level: Level) -> &'static str {
    level.color().name()
}

fn counts(health: &Health) -> Counts {
    let count = |part| health.count(part);
    Counts {
        red: count(Part::Counted(Level::Red)),
        yellow: count(Part::Counted(Level::Yellow)),
        green: count(Part::Counted(Level::Green)),
        silent: count(Part::Silent),
        resting: count(Part::Resting),
        never_reported: count(Part::Unreported),
        finished: count(Part::Finished),
        archived: count(Part::Archived),
    }
}

fn named(project: &Project) -> Named {
    Named { id: project.id.0, title: project.title.clone() }
}

/// A programme in a list.
pub fn short(found: Found) -> Short {
    let Found { programme, version, health } = found;
    Short {
        id: programme.id,
        name: programme.name,
        description: programme.description,
        rule: programme.rule,
        health: ShortHealth { color: health.color.map(name), counts: counts(&health), hidden: health.hidden },
        created_at: programme.created_at,
        updated_at: programme.updated_at,
        version,
    }
}

fn health_object(health: &Health, rule: Rule) -> HealthObject {
    let input = |project: &Project| InputObject {
        workspace: named(project),
        weight: project.weight,
        color: project.last.map(|mark| mark.color.name()),
        reported_at: project.last.map(|mark| mark.created_at),
        left_out: project.part.reason(),
    };
    let change = |(index, to): &(usize, Level)| {
        let project = &health.projects[*index];
        let from = project.last.map(|mark| mark.color.name());
        ChangeObject { workspace: named(project), from, to: name(*to) }
    };
    let flips = health.flips(rule);
    let flips = flips
        .iter()
        .map(|flip| FlipObject { color: name(flip.to), changes: flip.changes.iter().map(change).collect() });
    let is_weighted = matches!(rule, Rule::Weighted { .. });
    HealthObject {
        color: health.color.map(name),
        counts: counts(health),
        hidden: health.hidden,
        score: is_weighted.then(|| Rule::percent(&health.inputs())).flatten(),
        inputs: health.projects.iter().map(input).collect(),
        flips: flips.collect(),
    }
}

impl Object {
    /// A programme with its health.
    pub fn of(found: Found) -> Self {
        let Found { programme, version, health } = found;
        let is_seen = |member: &&Member| health.projects.iter().any(|own| own.id == member.workspace_id);
        let member =
            |member: &Member| MemberObject { workspace_id: member.workspace_id.0, weight: member.weight };
        Self {
            id: programme.id,
            name: programme.name,
            description: programme.description,
            rule: programme.rule,
            members: programme.members.iter().filter(is_seen).map(member).collect(),
            health: health_object(&health, programme.rule),
            created_at: programme.created_at,
            updated_at: programme.updated_at,
            version,
        }
    }
}

/// A programme as an answer, with its state.
pub fn shown(found: Found) -> Response {
    let state = Validator::of(&found.programme);
    crate::record(&Object::of(found), Some(&state))
}

fn rule_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::Schema::try_from(rule()).expect("an object is a schema")
}

/// The schema of a rule.
pub fn rule() -> Value {
    let percent = || json!({ "type": "integer", "minimum": 0, "maximum": 100 });
    let kind = |name: &str| json!({ "type": "string", "enum": [name] });
    let count = json!({ "type": "integer", "minimum": 1, "maximum": MOST_MEMBERS });
    let part = json!({ "type": "integer", "minimum": 1, "maximum": 100 });
    let least = json!({ "oneOf": [
        doc::closed(&["count"], &[("count", count)]),
        doc::closed(&["percent"], &[("percent", part)]),
    ] });
    json!({ "oneOf": [
        doc::closed(&["kind"], &[("kind", kind("worst"))]),
        doc::closed(
            &["kind", "red_below", "yellow_below"],
            &[("kind", kind("weighted")), ("red_below", percent()), ("yellow_below", percent())],
        ),
        doc::closed(
            &["kind", "red", "yellow"],
            &[("kind", kind("threshold")), ("red", least.clone()), ("yellow", least)],
        ),
    ] })
}
