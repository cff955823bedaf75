//! Running the checks, and the report of a run.

use anyhow::{Context, Result, bail};
use serde::Serialize;

use crate::check::{Check, Failure};
use crate::session::Session;

/// The outcome of a check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "result", rename_all = "lowercase")]
pub enum Outcome {
    /// The server keeps the rule.
    Agrees,
    /// The server breaks the rule.
    Differs {
        /// What the rule requires.
        expected: String,
        /// What the server sent.
        #[serde(rename = "seen")]
        actual: String,
    },
    /// The check does not apply to this server.
    Skipped {
        /// Why not.
        reason: String,
    },
}

/// A row of the report.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// The name of the check.
    pub check: &'static str,
    /// Its rule.
    pub rule: &'static str,
    /// Its outcome.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// The result of a run.
#[derive(Clone, Debug)]
pub struct Report {
    /// In the order of the checks.
    pub rows: Vec<Row>,
    /// The paths of created records that could not be removed.
    pub leftovers: Vec<String>,
}

/// The run stops after this many consecutive checks without a response.
const MAX_SILENT_CHECKS: usize = 3;

impl Report {
    pub(crate) fn new(rows: Result<Vec<Row>>, leftovers: Vec<String>) -> Result<Self> {
        let left = || format!("{} could not be removed", leftovers.join(", "));
        let rows = if leftovers.is_empty() { rows? } else { rows.with_context(left)? };
        Ok(Self { rows, leftovers })
    }
}

/// Runs the checks; those that write, only if `write` is set.
pub(crate) fn run_checks<S: 'static>(
    suite: &mut S,
    session: fn(&S) -> &Session,
    checks: impl Iterator<Item = &'static Check<S>>,
    write: bool,
) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    let mut silent = 0;
    for check in checks.filter(|check| write || !check.writes) {
        let verdict = check.run(suite);
        silent = if matches!(verdict, Err(Failure::NoResponse(_))) { silent + 1 } else { 0 };
        let session = session(suite);
        let with_request =
            |actual: &str| format!("{} ({})", session.printable(actual), session.printable(&session.last));
        let outcome = match verdict {
            Ok(()) => Outcome::Agrees,
            Err(Failure::Skipped(reason)) => Outcome::Skipped { reason: session.printable(&reason) },
            Err(Failure::Differs { expected, actual }) => {
                Outcome::Differs { expected: session.printable(&expected), actual: with_request(&actual) }
            }
            Err(Failure::NoResponse(reason)) if silent == MAX_SILENT_CHECKS => {
                bail!("the server stopped answering: {}", session.printable(&reason))
            }
            Err(Failure::NoResponse(reason)) => {
                Outcome::Differs { expected: "an answer".into(), actual: with_request(&reason) }
            }
        };
        rows.push(Row { check: check.name, rule: check.rule, outcome });
    }
    Ok(rows)
}
