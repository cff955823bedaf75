//! Random request bodies, most of them valid.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

pub const WORKSPACES: &[i64] =
    &[53760, 53760, 53760, 53760, 53760, 53800, 53800, 53900, 60000, 60001, 60002, 60003, 7];
pub const USERS: &[i64] = &[2500, 2545, 2551, 2560, 2561, 2570, 2580, 3000, 7];
const KEYS: &[i64] = &[100, 310, 310, 403, 605, 999];

/// The values that a field, or a whole body, can take.
pub type Fields = BoxedStrategy<Value>;

/// Values that are invalid for every field.
fn invalid_values() -> Fields {
    select(vec![
        json!(null),
        json!(""),
        json!(" "),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(true),
        json!([]),
        json!({}),
        json!([null, "", 7]),
        json!({"a": "b"}),
        json!("99999999999999999999"),
        json!(i64::MAX),
        json!("abc"),
        json!("Scope"),
        json!("Ünïcödé ✓ 100% _!'\\\""),
        json!("\u{1}\n\t\u{7f}\u{feff}"),
        json!("-000100-01-01"),
        json!("2026-13-45"),
    ])
    .boxed()
}

fn mostly(good: impl Strategy<Value = Value> + 'static) -> Fields {
    prop_oneof![40 => good, 1 => invalid_values()].boxed()
}

fn one_of(good: &[&str]) -> Fields {
    mostly(select(good.iter().map(|text| json!(text)).collect::<Vec<_>>()))
}

/// A number, or its text as forms and some clients send it.
fn number(good: &'static [i64]) -> Fields {
    mostly((select(good), any::<bool>()).prop_map(
        |(id, as_text)| {
            if as_text { json!(id.to_string()) } else { json!(id) }
        },
    ))
}

fn text() -> Fields {
    mostly(prop_oneof![
        3 => select(vec!["Harbor", "quay", "pier 100%", "a_b", "É", "All well"]).prop_map(Value::from),
        1 => "\\PC{1,12}".prop_map(Value::from),
    ])
}

fn date() -> Fields {
    one_of(&["2026-01-12", "2026-02-16", "2026-02-16T15:59:59Z", "2026-02-16T16:00:03.5-08:00", "0001-01-01"])
}

fn flag() -> Fields {
    mostly(select(vec![json!(true), json!(false), json!("true"), json!("false"), json!("0"), json!("1")]))
}

/// An object with most of the fields.
fn object(fields: Vec<(&'static str, Fields)>) -> Fields {
    let names: Vec<_> = fields.iter().map(|(name, _)| *name).collect();
    let values: Vec<_> = fields.into_iter().map(|(_, field)| option::weighted(0.9, field)).collect();
    let make = move |values: Vec<Option<Value>>| -> Value {
        let members = names.iter().zip(values).filter_map(|(name, value)| Some(((*name).to_owned(), value?)));
        Value::Object(members.collect())
    };
    values.prop_map(make).boxed()
}

fn reference_fields() -> Vec<(&'static str, Fields)> {
    vec![
        ("service_name", one_of(&["jira", "github", "Jira"])),
        ("service_model", one_of(&["Issue", "Epic"])),
        ("service_model_ref", one_of(&["HARB-12", "HARB-13", "7"])),
        ("status", one_of(&["pending", "successful", "failed"])),
        ("external_link", text()),
        ("external_message", text()),
        ("external_status", one_of(&["open", "done"])),
        ("locked", flag()),
    ]
}

/// A status report.
pub fn report() -> Fields {
    let detail = object(vec![
        ("category", one_of(&["Scope", "Budget", "Schedule", "Client"])),
        ("color", one_of(&["green", "yellow", "red"])),
        ("description", text()),
    ]);
    object(vec![
        ("workspace_id", number(WORKSPACES)),
        ("color", one_of(&["green", "yellow", "red"])),
        ("description", text()),
        ("details", mostly(vec(detail, 0..3).prop_map(Value::from))),
        ("external_reference", mostly(prop_oneof![Just(Value::Null), object(reference_fields())])),
    ])
}

/// A move of a workspace.
pub fn change() -> Fields {
    object(vec![("workspace_id", number(WORKSPACES)), ("to_status_key", number(KEYS))])
}

/// A workspace.
pub fn workspace() -> Fields {
    object(vec![
        ("title", text()),
        ("description", text()),
        ("start_date", date()),
        ("due_date", date()),
        ("archived", flag()),
        ("status_key", number(KEYS)),
        ("access_level", one_of(&["invitation", "open", "admins", "admin"])),
        ("creator_role", one_of(&["maven", "consultant", "buyer", "client"])),
        ("external_reference", mostly(prop_oneof![Just(Value::Null), object(reference_fields())])),
    ])
}

/// A participation.
pub fn participation() -> Fields {
    object(vec![
        ("workspace_id", number(WORKSPACES)),
        ("user_id", number(USERS)),
        ("role", one_of(&["maven", "buyer"])),
        ("access_level", one_of(&["view_tasks", "edit_tasks", "admin"])),
    ])
}

/// An external reference.
pub fn reference() -> Fields {
    let mut fields = reference_fields();
    fields.push(("subject_type", one_of(&["StatusReport", "Workspace"])));
    fields.push(("subject_id", number(&[53760, 53800, 53900, 60000, 60001, 901, 907, 990, 991])));
    object(fields)
}

/// One object under the singular root, several under the plural, and sometimes neither.
pub fn rooted(singular: &'static str, plural: &'static str, fields: &Fields) -> Fields {
    prop_oneof![
        30 => fields.clone().prop_map(move |one| json!({ singular: one })),
        6 => vec(fields.clone(), 0..4).prop_map(move |many| json!({ plural: many })),
        1 => invalid_values().prop_map(move |odd| json!({ singular: odd })),
        1 => invalid_values(),
    ]
    .boxed()
}
