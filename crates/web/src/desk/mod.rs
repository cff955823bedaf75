//! The reporting desk, its cadences, and the reports that a person owes.

pub mod cadence;
pub mod drafts;
pub mod index;
pub mod mine;

use super::layout::Layout;
use domain::reporting_desk::{Row, State};

/// The message, the class and the sign of a state: a sign that no other state has, so that color is not needed.
pub const fn look(state: State) -> (&'static str, &'static str, &'static str) {
    match state {
        State::UpToDate => ("desk-up-to-date", "owes-done", "✓"),
        State::Due => ("desk-due", "owes-due", "◔"),
        State::Overdue => ("desk-overdue", "owes-overdue", "!"),
        State::Paused => ("desk-paused", "owes-paused", "Ⅱ"),
        State::Exempt => ("desk-exempt", "owes-exempt", "–"),
    }
}

/// A state as HTML: its sign and its word.
pub fn mark(layout: &Layout, state: State) -> String {
    let (key, class, sign) = look(state);
    format!("<span class=\"owes {class}\"><span aria-hidden=\"true\">{sign}</span> {}</span>", layout.t(key))
}

/// For when a report is due and how long that is ago, as HTML; empty without.
pub fn due(layout: &Layout, row: &Row) -> String {
    let Some(due) = row.due else { return String::new() };
    let day = layout.reader.day(due.at);
    if row.state.is_owed() && due.at <= layout.reader.now {
        let age = layout.reader.age(due.at);
        format!("{day} <small class=\"soft\">{}</small>", layout.say("desk-since", "age", age))
    } else {
        day
    }
}
