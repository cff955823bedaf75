//! The whole check, from the engine's files to the last record.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};

use super::chain::Chain;
use super::erased::Erased;
use super::store::replay::Replay;
use super::{digests, store};
use crate::erasures;
use crate::error::Result;
use crate::events;
use crate::events::{Head, Link, Source};
use crate::ids::AccountId;
use crate::kinds::kinds;
use crate::record::Logged;
use crate::report_history::DeletedReport;
use crate::table;
use crate::versions;
use crate::versions::Version;
use crate::versions::store::packages::State;
use db::{Conn, Error as StoreError};

/// The number of rows in memory at once.
const CHUNK: i64 = 500;

/// The result of a check.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// The head of the log of each account.
    pub heads: Vec<Head>,
    /// The number of events.
    pub events: u64,
    /// The number of events whose content was erased.
    pub erased: u64,
    /// The number of records of each kind.
    pub records: BTreeMap<&'static str, u64>,
    /// The number of findings.
    pub findings: u64,
}

struct Check<'c> {
    conn: &'c mut Conn,
    tell: &'c mut (dyn FnMut(&str) + Send),
    summary: Summary,
    replay: Replay,
}

/// Checks the whole store in one snapshot, and passes each finding to `tell` as a sentence.
///
/// # Errors
/// Those of the store.
pub async fn verify(conn: &mut Conn, tell: &mut (dyn FnMut(&str) + Send)) -> Result<Summary> {
    let mut check = Check { conn, tell, summary: Summary::default(), replay: Replay::new()? };
    check.engine().await?;
    check.references().await?;
    check.log().await?;
    macro_rules! check_each {
        ($(
            archived { $module:ident::$type:ident $($columns:tt)* }
            $(unarchived { $other_module:ident::$other:ident $($other_columns:tt)* })*
        )*) => {
            $(
                check.records::<crate::$module::$type>().await?;
                $(check.records::<crate::$other_module::$other>().await?;)*
            )*
        };
    }
    kinds!(check_each);
    check.numbers().await?;
    for (kind, account, id, sequence) in check.replay.unseen(store::LIMIT).await? {
        check.found(&format!(
            "account {account}, {kind} {id}: it is not there, and event {sequence} is the last and left it"
        ));
    }
    Ok(check.summary)
}

impl Check<'_> {
    fn found(&mut self, finding: &str) {
        self.summary.findings += 1;
        (self.tell)(finding);
    }

    fn all_found(&mut self, findings: &[String]) {
        for finding in findings {
            self.found(finding);
        }
    }

    async fn engine(&mut self) -> Result<()> {
        let found = self.conn.defects().await?;
        self.all_found(&found);
        Ok(())
    }

    async fn references(&mut self) -> Result<()> {
        for reference in store::references::REFERENCES {
            let found = store::references::broken(self.conn, reference).await?;
            self.all_found(&found);
        }
        let found = store::undeclared(self.conn).await?;
        self.all_found(&found);
        let found = store::counters(self.conn).await?;
        self.all_found(&found);
        Ok(())
    }

    async fn log(&mut self) -> Result<()> {
        let mut last = AccountId(i64::MIN);
        loop {
            let heads = events::store::heads(self.conn, last, CHUNK).await?;
            let Some(end) = heads.last() else { return Ok(()) };
            last = end.account_id;
            for head in &heads {
                self.log_of(head).await?;
            }
            self.summary.heads.extend(heads);
        }
    }

    async fn log_of(&mut self, head: &Head) -> Result<()> {
        let mut chain = Chain::new(head.account_id);
        let mut erased = Erased::default();
        let mut last = i64::MIN;
        let mut found = Vec::new();
        loop {
            let links = events::store::chain(self.conn, head.account_id, last, CHUNK).await?;
            let Some(end) = links.last() else { break };
            let after = std::mem::replace(&mut last, end.event.sequence);
            let changes = erasures::store::log::of_span(self.conn, head.account_id, (after, last)).await?;
            let mut changes = changes.as_slice();
            for link in &links {
                let content = erased.step(link, &mut changes, &mut |finding| found.push(finding));
                chain.step(link, &content, &mut |finding| found.push(finding));
                found.extend(self.replay.step(link).await?);
            }
            found.extend(versions_of(self.conn, &links).await?);
            self.summary.events += links.len() as u64;
            self.all_found(&std::mem::take(&mut found));
        }
        chain.end(head, &mut |finding| found.push(finding));
        self.summary.erased += erased.end(head.account_id, &mut |finding| found.push(finding));
        self.all_found(&found);
        Ok(())
    }

    async fn records<L: Logged>(&mut self) -> Result<()> {
        let mut last = i64::MIN;
        self.summary.records.insert(L::KIND, 0);
        loop {
            let records = match table::after::<L>(self.conn, last, CHUNK).await {
                Ok(records) => records,
                Err(StoreError::Other(_)) => {
                    // One of them cannot be read: read one by one to find it.
                    match table::after::<L>(self.conn, last, 1).await {
                        Ok(records) => records,
                        Err(error) => {
                            let Some(id) = store::next_id::<L>(self.conn, last).await? else {
                                return Err(error.into());
                            };
                            self.found(&format!("{} {id}: it cannot be read: {error}", L::KIND));
                            last = id;
                            continue;
                        }
                    }
                }
                Err(error) => return Err(error.into()),
            };
            let Some(end) = records.last() else { return Ok(()) };
            last = end.id().into();
            for record in &records {
                match (record as &dyn Any).downcast_ref() {
                    Some(deleted) => self.deleted_report(deleted).await?,
                    None => self.record(record).await?,
                }
            }
            *self.summary.records.entry(L::KIND).or_default() += records.len() as u64;
        }
    }

    async fn record<L: Logged>(&mut self, record: &L) -> Result<()> {
        let (account_id, id) = (record.account_id(), record.id().into());
        let text = serde_json::to_string(record).expect("a record is made of texts, numbers and lists");
        let name = format!("account {account_id}, {} {id}", L::KIND);
        let Some(known) = self.replay.seen(L::KIND, account_id, id).await? else {
            self.found(&format!("{name}: no event made it"));
            return Ok(());
        };
        let sequence = known.sequence;
        match known.digest {
            None => self.found(&format!("{name}: it is there, and event {sequence} deleted it")),
            Some(digest) if digest == digests::digest(&text) => {}
            Some(_) => {
                let event = events::store::chain(self.conn, account_id, sequence - 1, 1).await?;
                let after = event.first().and_then(|link| link.event.after.as_deref()).unwrap_or_default();
                let members = digests::differing(&text, after).join(", ");
                self.found(&format!("{name}: it is not as event {sequence} left it, in {members}"));
            }
        }
        Ok(())
    }

    /// A deleted report is as its last event found it. When it was deleted in another store, its archive says.
    async fn deleted_report(&mut self, deleted: &DeletedReport) -> Result<()> {
        let (account_id, id) = (deleted.account_id, deleted.id);
        let name = format!("account {account_id}, {} {id}", DeletedReport::KIND);
        let last = store::last_event(self.conn, account_id, id).await?;
        let Some(last) = last.filter(|last| last.kind == "deleted") else {
            self.found(&format!("{name}: no event deleted it"));
            return Ok(());
        };
        let text =
            serde_json::to_string(&deleted.report()).expect("a record is made of texts, numbers and lists");
        let before = last.before.unwrap_or_default();
        let mut members = digests::differing(&text, &before);
        if last.at != deleted.deleted_at && last.surface != Source::CommandLine.name() {
            members.push("deleted_at".into());
        }
        if !members.is_empty() {
            let (sequence, members) = (last.sequence, members.join(", "));
            self.found(&format!("{name}: it is not as event {sequence} left it, in {members}"));
        }
        Ok(())
    }

    async fn numbers(&mut self) -> Result<()> {
        let mut found = store::versions(self.conn).await?;
        found.extend(store::lost_reports(self.conn).await?);
        for (account, kind, id) in versions::store::misnumbered(self.conn, store::LIMIT).await? {
            found
                .push(format!("account {account}, {kind} {id}: its versions are not numbered without a gap"));
        }
        self.all_found(&found);
        Ok(())
    }
}

/// The findings about the versions that the store keeps of some events of an account.
async fn versions_of(conn: &mut Conn, links: &[Link]) -> Result<Vec<String>> {
    let (Some(first), Some(last)) = (links.first(), links.last()) else { return Ok(Vec::new()) };
    let span = (first.event.sequence - 1, last.event.sequence);
    let account = first.account_id;
    let stored = versions::store::of_log(conn, account, span).await?;
    let stored: BTreeMap<i64, Version<'_>> =
        stored.iter().map(|stored| stored.version()).map(|version| (version.sequence, version)).collect();
    let made = links.iter().filter_map(|link| Version::of(&link.event));
    let made: BTreeMap<i64, Version<'_>> = made.map(|version| (version.sequence, version)).collect();
    let found = |number| format!("account {account}, event {number}: its version is not as the event says");
    let mut found: Vec<String> = differing(&made, &stored).map(found).collect();
    let stored = versions::store::packages::of_log(conn, account, span).await?;
    let stored = stored.into_iter().map(|state| (state.sequence, state)).collect();
    let made = links.iter().filter_map(State::of).map(|state| (state.sequence, state)).collect();
    found.extend(differing(&made, &stored).map(|number| {
        format!("account {account}, event {number}: the state of its work package is not as the event says")
    }));
    Ok(found)
}

/// The numbers at which two maps differ.
fn differing<T: PartialEq>(one: &BTreeMap<i64, T>, other: &BTreeMap<i64, T>) -> impl Iterator<Item = i64> {
    let numbers: BTreeSet<i64> = one.keys().chain(other.keys()).copied().collect();
    numbers.into_iter().filter(move |number| one.get(number) != other.get(number))
}
