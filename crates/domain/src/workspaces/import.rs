//! Import of workspaces from rows of a spreadsheet: the good rows are created in one transaction, the others have reasons.

use std::collections::HashMap;

use super::{Draft, store};
use crate::auth::Caller;
use crate::error::{Problem, Result, Violation};
use crate::events::Change;
use crate::ids::{AccountId, UserId};
use crate::users;
use crate::users::mailbox::Mailbox;
use base::clock::Date;
use db::Conn;

/// The maximum number of rows.
pub const MOST: usize = 2000;

/// A row, as it was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Its number in the sheet, from 1.
    pub number: u64,
    /// The title of the workspace.
    pub title: String,
    /// The e-mail address or the name of the lead; empty for none.
    pub lead: String,
    /// The last day; empty for none.
    pub due: String,
}

/// A row after its check: the workspace that it asks for, or why there can be none.
#[derive(Debug)]
pub struct Checked {
    /// The row.
    pub row: Row,
    /// The workspace.
    pub draft: Result<Draft, Vec<Violation>>,
}

/// A day: ISO 8601, or as in German sheets (`30.9.2026`). With slashes, a day can be read in two ways, so that none is accepted.
pub(crate) fn day(text: &str) -> Option<Date> {
    let parts: Vec<&str> = text.split('.').collect();
    let [day, month, year] = parts[..] else { return text.parse().ok() };
    let is_short = |part: &str| !part.is_empty() && part.len() <= 2;
    let is_date = is_short(day) && is_short(month) && year.len() == 4;
    is_date.then(|| format!("{year}-{month:0>2}-{day:0>2}").parse().ok()).flatten()
}

/// Checks rows.
///
/// # Errors
/// [`Error::Store`](crate::error::Error::Store)
pub async fn check(conn: &mut Conn, account_id: AccountId, rows: Vec<Row>) -> Result<Vec<Checked>> {
    let mut leads: HashMap<String, Option<UserId>> = HashMap::new();
    let mut checked = Vec::with_capacity(rows.len());
    for row in rows {
        let (title, lead, due) = (row.title.trim(), row.lead.trim(), row.due.trim());
        let due_date = day(due);
        let mut draft = Draft { title: Some(title.into()), due_date: Some(due_date), ..Draft::default() };
        let mut violations = draft.violations(true);
        if !lead.is_empty() {
            if !leads.contains_key(lead) {
                let user = users::store::named(conn, account_id, &Mailbox::read(lead)).await?;
                leads.insert(lead.to_owned(), user.filter(|user| user.active).map(|user| user.id));
            }
            match leads.get(lead).copied().flatten() {
                Some(id) => draft.lead_id = Some(Some(id)),
                None => violations.push(Violation::new("lead_id", Problem::Missing)),
            }
        }
        if due_date.is_none() && !due.is_empty() {
            violations.push(Violation::new("due_date", Problem::Malformed));
        }
        let draft = if violations.is_empty() { Ok(draft) } else { Err(violations) };
        checked.push(Checked { row, draft });
    }
    Ok(checked)
}

/// Checks rows and creates the workspaces of the good ones. Returns all rows.
///
/// # Errors
/// [`Error::Forbidden`](crate::error::Error::Forbidden)
pub async fn run(conn: &mut Conn, caller: &Caller, change: &Change, rows: Vec<Row>) -> Result<Vec<Checked>> {
    store::require_maker(conn, caller).await?;
    let checked = check(conn, caller.account_id, rows).await?;
    for draft in checked.iter().filter_map(|checked| checked.draft.as_ref().ok()) {
        let new = draft.make(caller.account_id, caller.user_id, change.at)?;
        store::create(conn, change, draft, new).await?;
    }
    Ok(checked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_where_they_are_unambiguous() {
        for (text, date) in [
            ("2026-09-30", Some("2026-09-30")),
            ("30.9.2026", Some("2026-09-30")),
            ("01.10.2026", Some("2026-10-01")),
            ("31.2.2026", None),
            ("9/30/2026", None),
            ("30.9.26", None),
            ("soon", None),
            ("1.2.3.4", None),
        ] {
            assert_eq!(day(text).map(|date| date.to_string()).as_deref(), date, "{text}");
        }
    }
}
