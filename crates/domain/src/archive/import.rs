//! Reading an archive: all of it or nothing, in memory that does not grow with it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::{BufRead, Read};

use super::{HEADER, Line};
use base::clock::Time;

use crate::accounts::Account;
use crate::auth::Token;
use crate::counters::Delta;
use crate::error::{Error, Result};
use crate::events;
use crate::events::{Change, Log, Source};
use crate::external_references::ExternalReference;
use crate::oauth::Application;
use crate::participations::Participation;
use crate::record::{Found, Needs, Record};
use crate::status_changes::StatusChange;
use crate::status_reports::StatusReport;
use crate::statuses::Status;
use crate::text::without_nul;
use crate::users::User;
use crate::workspaces::Workspace;
use crate::{accounts, counters, oauth, status_reports, statuses, users, workspaces};
use db::{Conn, Error as StoreError};

/// How many records are written at once.
const CHUNK: usize = 1000;
/// How long the lines of a chunk may be together before it is written.
const CHUNK_BYTES: usize = 8 * 1024 * 1024;
/// Of how many workspaces the counts are held back.
const UNCOUNTED: usize = 100_000;
/// The longest line, in bytes.
const LINE_LIMIT: u64 = 16 * 1024 * 1024;

/// How many records of each kind came in, and how many were there already.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Kind and number.
    pub added: BTreeMap<&'static str, u64>,
    /// Lines whose records were there already, the same.
    pub unchanged: u64,
}

/// An import under way.
struct Import<'c> {
    conn: &'c mut Conn,
    at: Time,
    counts: Counts,
    given: BTreeSet<&'static str>,
    /// Reports and changes by account and workspace, not yet in the store's counters: PostgreSQL keeps every version of
    /// a row that one transaction writes again and again, and walks over all of them.
    uncounted: BTreeMap<(i64, i64), (i64, i64)>,
}

/// The lines of a text, numbered from 1, after its header.
///
/// # Errors
/// Each item's: the line that cannot be read, and why.
pub fn lines(mut text: impl BufRead) -> impl Iterator<Item = Result<(u64, usize, Line)>> {
    let mut number = 0;
    let mut buffer = Vec::new();
    std::iter::from_fn(move || {
        loop {
            buffer.clear();
            number += 1;
            let length = match text.by_ref().take(LINE_LIMIT + 1).read_until(b'\n', &mut buffer) {
                Ok(0) if number > 1 => return None,
                Ok(length) => length,
                Err(error) => return Some(Err(bad(number, &error.to_string()))),
            };
            if length as u64 > LINE_LIMIT {
                return Some(Err(bad(number, &format!("it is longer than {LINE_LIMIT} bytes"))));
            }
            let Ok(line) = std::str::from_utf8(&buffer) else {
                return Some(Err(bad(number, "it is not UTF-8")));
            };
            let line = line.trim_end_matches(['\n', '\r']);
            if number == 1 {
                match header(line) {
                    Ok(()) => continue,
                    Err(reason) => return Some(Err(bad(number, &reason))),
                }
            }
            if !line.is_empty() {
                return Some(
                    read(line).map_err(|reason| bad(number, &reason)).map(|line| (number, length, line)),
                );
            }
        }
    })
}

fn header(line: &str) -> std::result::Result<(), String> {
    let expected: serde_json::Value = serde_json::from_str(HEADER).map_err(|error| error.to_string())?;
    match serde_json::from_str::<serde_json::Value>(line) {
        Ok(header) if header == expected => Ok(()),
        _ => Err(format!("an archive starts with {HEADER}")),
    }
}

fn read(line: &str) -> std::result::Result<Line, String> {
    // `serde` would take a list of the kind and the fields' values, too.
    if !line.trim_start().starts_with('{') {
        return Err("it is not a JSON object".into());
    }
    let read = serde_json::from_str(line).map_err(|error| error.to_string())?;
    if line.contains("\\u0000") {
        let members = serde_json::from_str(line).map_err(|error| error.to_string())?;
        without_nul(&members).map_err(|error| error.to_string())?;
    }
    Ok(read)
}

fn bad(line: u64, reason: &str) -> Error {
    Error::unreadable(format!("line {line}: {reason}"))
}

/// Brings in numbered lines; accounts that end up without a status get those that every account starts with.
///
/// # Errors
/// The first line that cannot be, and why; those of the store.
pub async fn import(
    conn: &mut Conn,
    at: Time,
    lines: impl Iterator<Item = Result<(u64, usize, Line)>> + Send,
) -> Result<Counts> {
    let mut import =
        Import { conn, at, counts: Counts::default(), given: BTreeSet::new(), uncounted: BTreeMap::new() };
    let mut chunk: Vec<(u64, Line)> = Vec::new();
    let mut bytes = 0;
    for line in lines {
        let (number, length, line) = match line {
            Ok(line) => line,
            Err(error) => {
                // What stands above may be wrong as well, and then that is what is told.
                import.write(chunk).await?;
                return Err(error);
            }
        };
        let goes_on = chunk
            .last()
            .is_none_or(|(_, last)| std::mem::discriminant(last) == std::mem::discriminant(&line));
        if !goes_on || chunk.len() >= CHUNK || bytes + length > CHUNK_BYTES {
            import.write(std::mem::take(&mut chunk)).await?;
            bytes = 0;
        }
        bytes += length;
        chunk.push((number, line));
    }
    import.write(chunk).await?;
    import.finish().await
}

macro_rules! of_kind {
    ($lines:expr, $variant:ident) => {
        $lines
            .into_iter()
            .filter_map(|(number, line)| match line {
                Line::$variant(record) => Some((number, record)),
                _ => None,
            })
            .collect()
    };
}

impl Import<'_> {
    async fn write(&mut self, lines: Vec<(u64, Line)>) -> Result<()> {
        match lines.first() {
            None => Ok(()),
            Some((_, Line::Account(_))) => self.records::<Account>(of_kind!(lines, Account)).await,
            Some((_, Line::User(_))) => self.records::<User>(of_kind!(lines, User)).await,
            Some((_, Line::Application(_))) => {
                self.records::<Application>(of_kind!(lines, Application)).await
            }
            Some((_, Line::Token(_))) => self.records::<Token>(of_kind!(lines, Token)).await,
            Some((_, Line::Status(_))) => self.records::<Status>(of_kind!(lines, Status)).await,
            Some((_, Line::Workspace(_))) => self.records::<Workspace>(of_kind!(lines, Workspace)).await,
            Some((_, Line::Participation(_))) => {
                self.records::<Participation>(of_kind!(lines, Participation)).await
            }
            Some((_, Line::StatusReport(_))) => {
                self.records::<StatusReport>(of_kind!(lines, StatusReport)).await
            }
            Some((_, Line::WorkspaceStatusChange(_))) => {
                self.records::<StatusChange>(of_kind!(lines, WorkspaceStatusChange)).await
            }
            Some((_, Line::ExternalReference(_))) => {
                self.records::<ExternalReference>(of_kind!(lines, ExternalReference)).await
            }
        }
    }

    async fn records<R: Record>(&mut self, records: Vec<(u64, R)>) -> Result<()> {
        let mut needs = Needs::default();
        for (_, record) in &records {
            record.needs(&mut needs);
        }
        let found = self.find(&needs).await?;
        let ids = list(records.iter().map(|(_, record)| record.id()));
        let known: HashMap<i64, R> =
            R::with_ids(self.conn, &ids).await?.into_iter().map(|record| (record.id(), record)).collect();
        let mut new: Vec<R> = Vec::with_capacity(records.len());
        let mut numbers = Vec::with_capacity(records.len());
        let mut seen = HashMap::new();
        let mut wrong = None;
        for (number, mut record) in records {
            match is_new(number, &mut record, &found, &known, &mut seen) {
                Ok(true) => {
                    new.push(record);
                    numbers.push(number);
                }
                Ok(false) => self.counts.unchanged += 1,
                Err(error) => {
                    // Those above it are still tried: the first line that cannot be is the one that is told.
                    wrong = Some(error);
                    break;
                }
            }
        }
        R::insert_with_ids(self.conn, &new).await.map_err(|error| match error {
            StoreError::Constraint { row: Some(row), .. } if row < numbers.len() => {
                bad(numbers[row], R::CONFLICT)
            }
            other => other.into(),
        })?;
        if let Some(wrong) = wrong {
            return Err(wrong);
        }
        for record in &new {
            if let Some((workspace, reports, changes)) = record.counts() {
                let counts = self.uncounted.entry((record.account_id(), workspace)).or_default();
                *counts = (counts.0 + reports, counts.1 + changes);
            }
        }
        if self.uncounted.len() > UNCOUNTED {
            self.count().await?;
        }
        self.log(&new).await?;
        if !new.is_empty() {
            self.given.insert(R::TABLE);
            *self.counts.added.entry(R::KIND).or_default() += new.len() as u64;
        }
        Ok(())
    }

    async fn find(&mut self, needs: &Needs) -> Result<Found> {
        let mut found = Found::default();
        if !needs.accounts.is_empty() {
            let accounts =
                accounts::store::with_ids(self.conn, &list(needs.accounts.iter().copied())).await?;
            found.accounts = accounts.into_iter().map(|account| account.id).collect();
        }
        if !needs.users.is_empty() {
            let users = users::store::with_ids(self.conn, &list(needs.users.iter().copied())).await?;
            found.users = users.into_iter().map(|user| (user.id, user.account_id)).collect();
        }
        if !needs.applications.is_empty() {
            let ids = list(needs.applications.iter().copied());
            let applications = oauth::store::with_ids(self.conn, &ids).await?;
            found.applications = applications.into_iter().map(|one| (one.id, one.account_id)).collect();
        }
        if !needs.workspaces.is_empty() {
            let ids = list(needs.workspaces.iter().copied());
            let workspaces = workspaces::store::with_ids(self.conn, &ids).await?;
            found.workspaces =
                workspaces.into_iter().map(|one| (one.id, (one.account_id, one.created_at))).collect();
        }
        if !needs.reports.is_empty() {
            let ids = list(needs.reports.iter().copied());
            let reports = status_reports::store::with_ids(self.conn, &ids).await?;
            found.reports =
                reports.into_iter().map(|one| (one.id, (one.account_id, one.workspace_id))).collect();
        }
        Ok(found)
    }

    async fn count(&mut self) -> db::Result<()> {
        let mut accounts: BTreeMap<i64, i64> = BTreeMap::new();
        let mut workspaces = Vec::with_capacity(self.uncounted.len());
        for ((account_id, workspace_id), (reports, changes)) in std::mem::take(&mut self.uncounted) {
            *accounts.entry(account_id).or_default() += reports;
            workspaces.push(Delta {
                account_id,
                workspace_id,
                status_reports: reports,
                status_changes: changes,
            });
        }
        for (account, reports) in accounts {
            accounts::store::count_reports(self.conn, account, reports).await?;
        }
        counters::store::add(self.conn, &workspaces).await
    }

    async fn log<R: Record>(&mut self, records: &[R]) -> Result<()> {
        let mut by_account: BTreeMap<i64, Vec<&R>> = BTreeMap::new();
        for record in records {
            by_account.entry(record.account_id()).or_default().push(record);
        }
        for (account_id, records) in by_account {
            let change = self.change(account_id);
            let mut log = Log::new(&change);
            for record in records {
                log.created(R::KIND, record.id(), record);
            }
            events::store::append(self.conn, log).await?;
        }
        Ok(())
    }

    const fn change(&self, account_id: i64) -> Change {
        Change { account_id, actor_id: None, token_id: None, surface: Source::CommandLine, at: self.at }
    }

    async fn finish(mut self) -> Result<Counts> {
        self.count().await?;
        for table in &self.given {
            self.conn.sync_id_sequence(table).await?;
        }
        for account_id in statuses::store::accounts_without(self.conn).await? {
            let change = self.change(account_id);
            statuses::store::create_initial(self.conn, &change).await?;
            *self.counts.added.entry(Status::KIND).or_default() += 14;
        }
        Ok(std::mem::take(&mut self.counts))
    }
}

/// Settles a record; whether it is to be added, or is there already.
fn is_new<R: Record>(
    number: u64,
    record: &mut R,
    found: &Found,
    known: &HashMap<i64, R>,
    seen: &mut HashMap<i64, u64>,
) -> Result<bool> {
    let id = record.id();
    if id < 1 {
        return Err(bad(number, "`id` is not above 0"));
    }
    record.settle(found).map_err(|reason| bad(number, &reason))?;
    if let Some(earlier) = seen.insert(id, number) {
        return Err(bad(number, &format!("{} {id} stands in line {earlier} already", R::KIND)));
    }
    match known.get(&id) {
        Some(known) if same(known, record) => Ok(false),
        Some(_) => Err(bad(number, &format!("{} {id} is there already and differs", R::KIND))),
        None => Ok(true),
    }
}

fn list(ids: impl Iterator<Item = i64>) -> String {
    serde_json::json!(ids.collect::<Vec<_>>()).to_string()
}

/// As the archive has them.
fn same<R: Record>(one: &R, other: &R) -> bool {
    serde_json::json!(one) == serde_json::json!(other)
}
