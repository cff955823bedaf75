//! Whether a server speaks a vendor's surface as the contract says: a table of checks, each with a rule in words, and
//! the runner that asks them of any server, ours or the vendor's.

pub mod client;
pub mod kantata;
pub mod openproject;

use std::fmt::Display;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use axum::http::{Method, Uri};
use serde::Serialize;
use serde_json::{Value, json};

use self::client::{Answer, Ask, Client};

/// A surface that can be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Surface {
    /// Kantata OX, under `/api/v1`.
    Kantata,
    /// OpenProject, under `/api/v3`.
    #[value(name = "openproject")]
    OpenProject,
}

/// A server, and what may be done to it.
#[derive(Clone)]
pub struct Target {
    /// Its address.
    pub url: Uri,
    /// A token of a user there.
    pub token: String,
    /// Whether the checks that write run too.
    pub write: bool,
    /// How long a request may take.
    pub timeout: Duration,
}

/// A check of the surface that an `S` speaks.
pub struct Check<S> {
    /// Surface, topic and what is checked.
    pub name: &'static str,
    /// The contract's rule.
    pub rule: &'static str,
    /// Whether it writes.
    pub writes: bool,
    run: fn(&mut S) -> Verdict,
}

/// How a check ends, unless the server agrees.
#[derive(Debug)]
pub enum Stop {
    /// The server does something else.
    Differs {
        /// What the rule asks for.
        expected: String,
        /// What came.
        seen: String,
    },
    /// The check cannot run here, for a reason.
    Skips(String),
    /// No answer came at all.
    Breaks(String),
}

/// What a check says.
pub type Verdict<T = ()> = std::result::Result<T, Stop>;

/// What came of a check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "result", rename_all = "lowercase")]
pub enum Outcome {
    /// The server keeps the rule.
    Agrees,
    /// It does not.
    Differs {
        /// What the rule asks for.
        expected: String,
        /// What came.
        seen: String,
    },
    /// Nothing can be said.
    Skipped {
        /// Why.
        reason: String,
    },
}

/// A row of the table.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// The check.
    pub check: &'static str,
    /// Its rule.
    pub rule: &'static str,
    /// What came of it.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// A whole run.
#[derive(Clone, Debug)]
pub struct Report {
    /// In the order of the checks.
    pub rows: Vec<Row>,
    /// What was made and could not be undone.
    pub leftovers: Vec<String>,
}

/// How many checks in a row may go without an answer before the run is given up.
const SILENCES: usize = 3;
/// How much of a text of the server is shown.
const SHOWN: usize = 160;

impl<S> Check<S> {
    /// A check that changes nothing.
    pub const fn reads(name: &'static str, rule: &'static str, run: fn(&mut S) -> Verdict) -> Self {
        Self { name, rule, writes: false, run }
    }

    /// A check that writes into what the suite made for itself.
    pub const fn writes(name: &'static str, rule: &'static str, run: fn(&mut S) -> Verdict) -> Self {
        Self { name, rule, writes: true, run }
    }
}

/// Asks a server everything. It blocks, and so is not for a thread of an asynchronous runtime.
///
/// # Errors
/// When the server cannot be reached, or refuses the token.
pub fn run(surface: Surface, target: &Target) -> Result<Report> {
    match surface {
        Surface::Kantata => kantata::run(target),
        Surface::OpenProject => openproject::run(target),
    }
}

impl Report {
    fn of(rows: Result<Vec<Row>>, leftovers: Vec<String>) -> Result<Self> {
        let left = || format!("{} could not be removed", leftovers.join(", "));
        let rows = if leftovers.is_empty() { rows? } else { rows.with_context(left)? };
        Ok(Self { rows, leftovers })
    }
}

/// A client with the token of the target, once the server has shown that it takes it.
struct Session {
    client: Client,
    /// `Bearer TOKEN`
    bearer: String,
    token: String,
    /// The request that was sent last, for the row of a difference.
    last: String,
    base: &'static str,
}

impl Session {
    /// The first request tells whether there is anybody to talk to.
    fn open(target: &Target, base: &'static str, first: &str) -> Result<Self> {
        let mut session = Self {
            client: Client::new(&target.url, base, target.timeout)?,
            bearer: format!("Bearer {}", target.token),
            token: target.token.clone(),
            last: String::new(),
            base,
        };
        let url = &target.url;
        let ask = session.asking(Method::GET, first);
        let answer = session.client.send(&ask).with_context(|| format!("{url} cannot be reached"))?;
        match answer.status {
            401 => bail!("{url} refuses the token"),
            _ if answer.json.is_object() => Ok(session),
            status => bail!("{url} does not speak this surface: {base}{first} answers {status} without JSON"),
        }
    }

    /// A request with the token.
    fn asking(&self, method: Method, path: &str) -> Ask {
        self.anonymous(method, path).with("authorization", &self.bearer)
    }

    /// A request without credentials.
    fn anonymous(&self, method: Method, path: &str) -> Ask {
        Ask::new(method, format!("{}{path}", self.base))
    }

    fn send(&mut self, ask: &Ask) -> Verdict<Answer> {
        self.last = format!("{} {}", ask.method, ask.path);
        self.client.send(ask).map_err(|error| Stop::Breaks(format!("{error:#}")))
    }

    fn get(&mut self, path: &str) -> Verdict<Answer> {
        let ask = self.asking(Method::GET, path);
        self.send(&ask)
    }

    fn write(&mut self, method: Method, path: &str, body: &Value) -> Verdict<Answer> {
        let ask = self.asking(method, path).json(body);
        self.send(&ask)
    }

    fn delete(&mut self, path: &str) -> Verdict<Answer> {
        let ask = self.asking(Method::DELETE, path);
        self.send(&ask)
    }

    /// A text of the server as it may be shown: short, without control characters, without the token.
    fn shown(&self, text: &str) -> String {
        let text = text.replace(&self.token, "***");
        let mut shown: String = text.chars().flat_map(plain).take(SHOWN).collect();
        if shown.len() < text.len() && shown.chars().count() == SHOWN {
            shown.push('…');
        }
        shown
    }
}

fn plain(letter: char) -> Vec<char> {
    if letter.is_control() { letter.escape_default().collect() } else { vec![letter] }
}

/// Runs the checks, those that write only where they may.
fn judge<S: 'static>(
    subject: &mut S,
    session: fn(&S) -> &Session,
    checks: impl Iterator<Item = &'static Check<S>>,
    write: bool,
) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    let mut silences = 0;
    for check in checks.filter(|check| write || !check.writes) {
        let verdict = (check.run)(subject);
        silences = if matches!(verdict, Err(Stop::Breaks(_))) { silences + 1 } else { 0 };
        let session = session(subject);
        let asked = |seen: &str| format!("{} ({})", session.shown(seen), session.shown(&session.last));
        let outcome = match verdict {
            Ok(()) => Outcome::Agrees,
            Err(Stop::Skips(reason)) => Outcome::Skipped { reason: session.shown(&reason) },
            Err(Stop::Differs { expected, seen }) => {
                Outcome::Differs { expected: session.shown(&expected), seen: asked(&seen) }
            }
            Err(Stop::Breaks(reason)) if silences == SILENCES => {
                bail!("the server stopped answering: {}", session.shown(&reason))
            }
            Err(Stop::Breaks(reason)) => {
                Outcome::Differs { expected: "an answer".into(), seen: asked(&reason) }
            }
        };
        rows.push(Row { check: check.name, rule: check.rule, outcome });
    }
    Ok(rows)
}

// --- What checks are made of -----------------------------------------------------------------------------------------

fn differs<T>(expected: impl Into<String>, seen: impl Display) -> Verdict<T> {
    Err(Stop::Differs { expected: expected.into(), seen: seen.to_string() })
}

fn skips<T>(reason: impl Into<String>) -> Verdict<T> {
    Err(Stop::Skips(reason.into()))
}

/// Whether something holds.
fn holds(does: bool, expected: impl Into<String>, seen: impl Display) -> Verdict {
    if does { Ok(()) } else { differs(expected, seen) }
}

/// Whether a value is the one that is expected.
fn same(what: &str, seen: impl Serialize, expected: impl Serialize) -> Verdict {
    let (seen, expected) = (json!(seen), json!(expected));
    holds(seen == expected, format!("{what} {expected}"), &seen)
}

/// Whether an answer has a status.
fn status(answer: &Answer, expected: u16) -> Verdict {
    holds(
        answer.status == expected,
        format!("status {expected}"),
        format!("status {}{}", answer.status, told(answer)),
    )
}

/// Whether an answer is a success; which one, another check asks.
fn success(answer: &Answer) -> Verdict {
    holds(
        (200..300).contains(&answer.status),
        "a success",
        format!("status {}{}", answer.status, told(answer)),
    )
}

fn told(answer: &Answer) -> String {
    if answer.status < 400 { String::new() } else { format!(" {}", String::from_utf8_lossy(&answer.body)) }
}

/// The names of an object's members, in their order.
fn members(value: &Value) -> Vec<&str> {
    value.as_object().map(|object| object.keys().map(String::as_str).collect()).unwrap_or_default()
}

/// Whether an object has just these members, in any order.
fn has_just(what: &str, value: &Value, expected: &[&str]) -> Verdict {
    let (mut seen, mut expected) = (members(value), expected.to_vec());
    seen.sort_unstable();
    expected.sort_unstable();
    same(&format!("members of {what}"), seen, expected)
}

/// Whether an object has these members at least.
fn has_all(what: &str, value: &Value, expected: &[&str]) -> Verdict {
    let missing: Vec<_> = expected.iter().filter(|name| value.get(**name).is_none()).collect();
    holds(
        missing.is_empty(),
        format!("{what} with {}", json!(expected)),
        format!("none of {}", json!(missing)),
    )
}

/// The elements of a list; none of anything else.
fn items(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// An id, spelled as a text or as a number: how it is spelled, another check asks.
fn id_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A name that nobody else has.
fn name() -> String {
    format!("Statuary conform {}", hex::encode(&base::rng::random_bytes()[..6]))
}
