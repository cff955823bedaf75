//! A check, its outcome, and the assertions that checks consist of.

use std::fmt::Display;

use serde::Serialize;
use serde_json::{Value, json};

use crate::client::Response;

/// A check of one rule. `S` is the state that the checks of a surface share.
pub struct Check<S> {
    /// Surface, topic and rule: `kantata/paging/size-is-20`.
    pub name: &'static str,
    /// The rule of the contract, in words.
    pub rule: &'static str,
    /// Whether the check changes data on the server.
    pub writes: bool,
    run: fn(&mut S) -> Verdict,
}

/// Why a check did not pass.
#[derive(Debug)]
pub enum Failure {
    /// The server breaks the rule.
    Differs {
        /// What the rule requires.
        expected: String,
        /// What the server sent.
        actual: String,
    },
    /// The check does not apply to this server, with the reason.
    Skipped(String),
    /// The request failed without a response, with the reason.
    NoResponse(String),
}

/// The result of a check or of one of its steps.
pub type Verdict<T = ()> = std::result::Result<T, Failure>;

impl<S> Check<S> {
    /// A check that changes nothing.
    pub const fn reads(name: &'static str, rule: &'static str, run: fn(&mut S) -> Verdict) -> Self {
        Self { name, rule, writes: false, run }
    }

    /// A check that changes records that the suite created.
    pub const fn writes(name: &'static str, rule: &'static str, run: fn(&mut S) -> Verdict) -> Self {
        Self { name, rule, writes: true, run }
    }

    /// Runs the check.
    pub fn run(&self, suite: &mut S) -> Verdict {
        (self.run)(suite)
    }
}

/// Fails with what was expected and what the server sent.
pub fn differs<T>(expected: impl Into<String>, actual: impl Display) -> Verdict<T> {
    Err(Failure::Differs { expected: expected.into(), actual: actual.to_string() })
}

/// Skips the check.
pub fn skip<T>(reason: impl Into<String>) -> Verdict<T> {
    Err(Failure::Skipped(reason.into()))
}

/// Requires a condition.
pub fn ensure(condition: bool, expected: impl Into<String>, actual: impl Display) -> Verdict {
    if condition { Ok(()) } else { differs(expected, actual) }
}

/// Requires a value; `what` names it in the report.
pub fn ensure_eq(what: &str, actual: impl Serialize, expected: impl Serialize) -> Verdict {
    let (actual, expected) = (json!(actual), json!(expected));
    ensure(actual == expected, format!("{what} {expected}"), &actual)
}

/// Requires a status code.
pub fn ensure_status(response: &Response, expected: u16) -> Verdict {
    ensure(
        response.status == expected,
        format!("status {expected}"),
        format!("status {}{}", response.status, error_body(response)),
    )
}

/// Requires any 2xx; the exact code is a check of its own.
pub fn ensure_success(response: &Response) -> Verdict {
    ensure(
        (200..300).contains(&response.status),
        "a success",
        format!("status {}{}", response.status, error_body(response)),
    )
}

fn error_body(response: &Response) -> String {
    if response.status < 400 {
        String::new()
    } else {
        format!(" {}", String::from_utf8_lossy(&response.body))
    }
}

/// The names of an object's members, in their order.
pub fn members(value: &Value) -> Vec<&str> {
    value.as_object().map(|object| object.keys().map(String::as_str).collect()).unwrap_or_default()
}

/// Requires exactly these members, in any order.
pub fn ensure_members(what: &str, value: &Value, expected: &[&str]) -> Verdict {
    let (mut actual, mut expected) = (members(value), expected.to_vec());
    actual.sort_unstable();
    expected.sort_unstable();
    ensure_eq(&format!("members of {what}"), actual, expected)
}

/// Requires at least these members.
pub fn ensure_has(what: &str, value: &Value, expected: &[&str]) -> Verdict {
    let missing: Vec<_> = expected.iter().filter(|name| value.get(**name).is_none()).collect();
    ensure(
        missing.is_empty(),
        format!("{what} with {}", json!(expected)),
        format!("none of {}", json!(missing)),
    )
}

/// The elements of a list; empty for anything else.
pub fn items(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// An id, whether the server sends it as a string or as a number; its type is a check of its own.
pub fn id_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A unique name for a record that the suite creates.
pub fn unique_name() -> String {
    format!("Statuary conform {}", hex::encode(&base::rng::random_bytes()[..6]))
}
