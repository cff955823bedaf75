//! Reading an archive: all of it or nothing, with bounded memory.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::{BufRead, Read};

use super::{HEADER, Line};
use crate::ids::{AccountId, WorkspaceId};
use base::clock::Time;

use crate::accounts::Account;
use crate::counters::Delta;
use crate::error::{Error, Result};
use crate::events::{Change, Log, Source};
use crate::kinds::kinds;
use crate::notifications::store::reminders;
use crate::oauth::Application;
use crate::record::{Archived, Found, FoundReport, FoundWorkspace, Logged, Needs};
use crate::report_history::DeletedReport;
use crate::status_reports::StatusReport;
use crate::statuses::Status;
use crate::table;
use crate::table::Table;
use crate::text::without_nul;
use crate::users::User;
use crate::webhooks;
use crate::work_packages::WorkPackage;
use crate::workspaces::Workspace;
use crate::{accounts, events, statuses};
use db::{Conn, Error as StoreError};

/// The number of records to write at once.
const CHUNK: usize = 1000;
/// The maximal length of the lines to write at once, in bytes.
const CHUNK_BYTES: usize = 8 * 1024 * 1024;
/// The maximal number of workspaces with uncounted records.
const UNCOUNTED: usize = 100_000;
/// The longest line, in bytes.
const LINE_LIMIT: u64 = 16 * 1024 * 1024;

/// The result of an import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// The number of added records of each kind.
    pub added: BTreeMap<&'static str, u64>,
    /// The number of lines whose records existed already, unchanged.
    pub unchanged: u64,
}

/// An import under way.
pub(super) struct Import<'c> {
    pub(super) conn: &'c mut Conn,
    /// The context of the writes; each account has its own.
    change: Change,
    counts: Counts,
    given: BTreeSet<&'static str>,
    /// What is not yet in the store's counters, by account and workspace: PostgreSQL keeps every version of a row that one
    /// transaction writes again and again, and reads all of them each time.
    uncounted: BTreeMap<(AccountId, WorkspaceId), Delta>,
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
    // `serde` would also accept a list of the kind and the values.
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

/// Imports numbered lines; accounts without a status get the initial ones.
///
/// # Errors
/// The first line that cannot be imported, with the reason; those of the store.
pub async fn import(
    conn: &mut Conn,
    at: Time,
    lines: impl Iterator<Item = Result<(u64, usize, Line)>> + Send,
) -> Result<Counts> {
    let surface = Source::CommandLine;
    let change = Change { account_id: AccountId(0), actor_id: None, token_id: None, surface, at };
    let mut import = Import::new(conn, change);
    let mut chunk: Vec<(u64, Line)> = Vec::new();
    let mut bytes = 0;
    for line in lines {
        let (number, length, line) = match line {
            Ok(line) => line,
            Err(error) => {
                // An error in the lines above takes precedence.
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

impl<'c> Import<'c> {
    pub(super) fn new(conn: &'c mut Conn, change: Change) -> Self {
        Self { conn, change, counts: Counts::default(), given: BTreeSet::new(), uncounted: BTreeMap::new() }
    }

    /// Writes lines that are all of one kind.
    async fn write(&mut self, lines: Vec<(u64, Line)>) -> Result<()> {
        macro_rules! write_each {
            ($(
                archived { $module:ident::$type:ident $($columns:tt)* }
                $(unarchived { $($other:tt)* })*
            )*) => {
                match lines.first() {
                    None => Ok(()),
                    $(Some((_, Line::$type(_))) => {
                        let records = lines.into_iter().filter_map(|(number, line)| match line {
                            Line::$type(record) => Some((number, record)),
                            _ => None,
                        });
                        self.records::<crate::$module::$type>(records.collect()).await
                    })*
                }
            };
        }
        kinds!(write_each)
    }

    async fn records<R: Archived>(&mut self, records: Vec<(u64, R)>) -> Result<()> {
        let mut needs = Needs::default();
        for (_, record) in &records {
            record.needs(&mut needs);
        }
        let found = self.find(&needs).await?;
        let lines = records.iter().map(|(_, record)| record).collect();
        let known = R::existing(self.conn, lines).await?;
        let known: HashMap<R::Id, R> = known.into_iter().map(|record| (record.id(), record)).collect();
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
                    // The lines above are still inserted: the error reported is that of the first wrong line.
                    wrong = Some(error);
                    break;
                }
            }
        }
        let inserted = match R::insert_with_ids(self.conn, &new).await {
            Ok(()) => R::imported(self.conn, &new).await,
            Err(error) => Err(error),
        };
        inserted.map_err(|error| match error {
            StoreError::Constraint { row: Some(row), .. } if row < numbers.len() => {
                bad(numbers[row], R::CONFLICT)
            }
            other => other.into(),
        })?;
        if let Some(wrong) = wrong {
            return Err(wrong);
        }
        self.added(&new).await?;
        if !new.is_empty() {
            self.given.insert(R::NAME);
            *self.counts.added.entry(R::KIND).or_default() += new.len() as u64;
        }
        Ok(())
    }

    /// Counts and logs records that were inserted.
    pub(super) async fn added<R: Archived>(&mut self, new: &[R]) -> Result<()> {
        for record in new {
            if let Some(counted) = record.counted() {
                let (account_id, workspace_id) = (record.account_id(), counted.workspace_id);
                let none = Delta { account_id, workspace_id, status_reports: 0, status_changes: 0 };
                let delta = self.uncounted.entry((account_id, workspace_id)).or_insert(none);
                delta.status_reports += counted.status_reports;
                delta.status_changes += counted.status_changes;
            }
        }
        if self.uncounted.len() > UNCOUNTED {
            self.count().await?;
        }
        self.log(new).await
    }

    pub(super) async fn find(&mut self, needs: &Needs) -> Result<Found> {
        let accounts = self.load(&needs.accounts, |_: &Account| ()).await?;
        Ok(Found {
            accounts: accounts.into_keys().collect(),
            users: self.load(&needs.users, |user: &User| user.account_id).await?,
            applications: self.load(&needs.applications, |one: &Application| one.account_id).await?,
            workspaces: self
                .load(&needs.workspaces, |one: &Workspace| FoundWorkspace {
                    account_id: one.account_id,
                    created_at: one.created_at,
                })
                .await?,
            reports: self
                .load(&needs.reports, |one: &StatusReport| FoundReport {
                    account_id: one.account_id,
                    workspace_id: one.workspace_id,
                })
                .await?,
            deleted_reports: self
                .load(&needs.deleted_reports, |one: &DeletedReport| FoundReport {
                    account_id: one.account_id,
                    workspace_id: one.workspace_id,
                })
                .await?,
            statuses: self.load(&needs.statuses, |one: &Status| one.account_id).await?,
            work_packages: self
                .load(&needs.work_packages, |one: &WorkPackage| (one.account_id, one.workspace_id))
                .await?,
        })
    }

    /// What others need of the existing ones of some records, by id.
    async fn load<R: Table, T: Send>(
        &mut self,
        ids: &BTreeSet<R::Id>,
        part: impl Fn(&R) -> T + Send,
    ) -> Result<HashMap<R::Id, T>> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let records: Vec<R> = table::with_ids(self.conn, &ids.iter().copied().collect()).await?;
        Ok(records.iter().map(|record| (record.id(), part(record))).collect())
    }

    pub(super) async fn count(&mut self) -> db::Result<()> {
        let deltas: Vec<Delta> = std::mem::take(&mut self.uncounted).into_values().collect();
        let mut accounts: BTreeMap<AccountId, i64> = BTreeMap::new();
        for delta in &deltas {
            *accounts.entry(delta.account_id).or_default() += delta.status_reports;
        }
        for (account, reports) in accounts {
            accounts::store::count_reports(self.conn, account, reports).await?;
        }
        accounts::store::row::write_counters(self.conn, deltas);
        Ok(())
    }

    async fn log<R: Archived>(&mut self, records: &[R]) -> Result<()> {
        // Positions, so that the compiler makes one such map, and not one for each kind.
        let mut by_account: BTreeMap<AccountId, Vec<usize>> = BTreeMap::new();
        for (position, record) in records.iter().enumerate() {
            by_account.entry(record.account_id()).or_default().push(position);
        }
        for (account_id, positions) in by_account {
            let records = positions.iter().map(|position| &records[*position]);
            let change = self.change(account_id);
            let (mut log, mut number) = (Log::new(&change), 0);
            for record in records.clone() {
                let entries = record.entries();
                number += entries.len();
                log.extend(entries);
            }
            events::store::append(self.conn, log).await?;
            webhooks::store::rows::note_import(self.conn, account_id, number).await?;
            let quiet: Vec<_> = records.filter_map(Archived::quiets).collect();
            reminders::quiet(self.conn, account_id, &quiet, self.change.at).await?;
        }
        Ok(())
    }

    fn change(&self, account_id: AccountId) -> Change {
        Change { account_id, ..self.change.clone() }
    }

    async fn finish(mut self) -> Result<Counts> {
        self.count().await?;
        for table in &self.given {
            self.conn.sync_id_sequence(table).await?;
        }
        for account_id in statuses::store::accounts_without(self.conn).await? {
            let change = self.change(account_id);
            let made = statuses::store::create_initial(self.conn, &change).await?;
            *self.counts.added.entry(Status::KIND).or_default() += made as u64;
        }
        Ok(std::mem::take(&mut self.counts))
    }
}

/// Settles a record, and returns whether it is new.
fn is_new<R: Archived>(
    number: u64,
    record: &mut R,
    found: &Found,
    known: &HashMap<R::Id, R>,
    seen: &mut HashMap<R::Id, u64>,
) -> Result<bool> {
    let id = record.id();
    if id.into() < 1 {
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

/// Whether two records have the same line in the archive.
pub(crate) fn same<R: Archived>(one: &R, other: &R) -> bool {
    serde_json::json!(one) == serde_json::json!(other)
}
