//! Whether the store is whole: references, counters, the chain of the log, and whether the records are what it leads to.

mod chain;
mod digests;
pub mod proof;
pub mod store;

use std::collections::BTreeMap;

use serde::Serialize;

use self::chain::Chain;
use self::store::replay::Replay;
use super::accounts::Account;
use super::auth::Token;
use super::error::{Error, Result};
use super::events;
use super::events::Head;
use super::external_references::ExternalReference;
use super::invitations::Invitation;
use super::oauth::{Application, Grant, RefreshToken};
use super::participations::Participation;
use super::record::Record;
use super::sessions::Session;
use super::status_changes::StatusChange;
use super::status_reports::StatusReport;
use super::statuses::Status;
use super::users::User;
use super::workspaces::Workspace;
use db::{Conn, Error as StoreError, Work};

/// How many rows are held at once.
const CHUNK: i64 = 500;
/// How many events are the end of a log.
const LAST: i64 = 100;

/// What was looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Where the log of each account ends.
    pub heads: Vec<Head>,
    /// How many events there are.
    pub events: u64,
    /// How many records of each kind.
    pub records: BTreeMap<&'static str, u64>,
    /// How much is wrong.
    pub findings: u64,
}

/// A kind of record that the log has.
trait Logged: Serialize + Send + Sync + Sized + 'static {
    /// Its name in events.
    const SUBJECT: &'static str;

    fn key(&self) -> (i64, i64);
    fn page(conn: &mut Conn, id: i64, limit: i64) -> Work<'_, Vec<Self>, Error>;
}

impl<R: Record> Logged for R {
    const SUBJECT: &'static str = R::KIND;

    fn key(&self) -> (i64, i64) {
        (self.account_id(), self.id())
    }

    fn page(conn: &mut Conn, id: i64, limit: i64) -> Work<'_, Vec<Self>, Error> {
        Box::pin(async move { Ok(R::after(conn, id, limit).await?) })
    }
}

/// Those that are not in the archive.
macro_rules! logged {
    ($($kind:ty, $subject:literal, $page:path;)*) => {
        $(impl Logged for $kind {
            const SUBJECT: &'static str = $subject;

            fn key(&self) -> (i64, i64) {
                (self.account_id, self.id)
            }

            fn page(conn: &mut Conn, id: i64, limit: i64) -> Work<'_, Vec<Self>, Error> {
                Box::pin(async move { Ok($page(conn, id, limit).await?) })
            }
        })*
    };
}

logged! {
    Grant, "grant", crate::oauth::store::grants::after;
    RefreshToken, "refresh_token", crate::oauth::store::grants::refresh_after;
    Session, "session", crate::sessions::store::after;
    Invitation, "invitation", crate::invitations::store::after;
}

struct Check<'c, F> {
    conn: &'c mut Conn,
    tell: F,
    summary: Summary,
    replay: Replay,
}

/// Checks the whole store in one snapshot, and tells what is wrong as it is found, a sentence each.
///
/// # Errors
/// Those of the store.
pub async fn verify(conn: &mut Conn, tell: impl FnMut(&str) + Send) -> Result<Summary> {
    let mut check = Check { conn, tell, summary: Summary::default(), replay: Replay::new()? };
    check.engine().await?;
    check.references().await?;
    check.log().await?;
    check.records::<Account>().await?;
    check.records::<User>().await?;
    check.records::<Application>().await?;
    check.records::<Grant>().await?;
    check.records::<RefreshToken>().await?;
    check.records::<Token>().await?;
    check.records::<Session>().await?;
    check.records::<Invitation>().await?;
    check.records::<Status>().await?;
    check.records::<Workspace>().await?;
    check.records::<Participation>().await?;
    check.records::<StatusReport>().await?;
    check.records::<StatusChange>().await?;
    check.records::<ExternalReference>().await?;
    check.versions("workspace").await?;
    check.versions("status_report").await?;
    for (kind, account, id, sequence) in check.replay.unseen(store::LIMIT).await? {
        check.found(&format!(
            "account {account}, {kind} {id}: it is not there, and event {sequence} is the last and left it"
        ));
    }
    Ok(check.summary)
}

/// Checks the last events of every account, which costs little, and tells what is wrong.
///
/// # Errors
/// Those of the store.
pub async fn ends(conn: &mut Conn, mut tell: impl FnMut(String) + Send) -> Result<()> {
    let mut last = i64::MIN;
    loop {
        let heads = events::store::heads(conn, last, CHUNK).await?;
        let Some(end) = heads.last() else { return Ok(()) };
        last = end.account_id;
        for head in &heads {
            let from = (head.sequence - LAST).max(0);
            let account = head.account_id;
            let mut chain = if from == 0 { Chain::new(account) } else { Chain::after(account, from) };
            for link in &events::store::chain(conn, head.account_id, from, LAST + 1).await? {
                chain.step(link, &events::content_digest(&link.canonical()), &mut tell);
            }
            chain.end(head, &mut tell);
        }
    }
}

/// What is wrong where a log, whose chain is whole, does not have an end that it had once: it lost what came last, or it
/// is another log.
///
/// # Errors
/// Those of the store.
pub async fn missing(conn: &mut Conn, kept: &Head) -> Result<Option<String>> {
    let (account, sequence) = (kept.account_id, kept.sequence);
    let found =
        events::store::heads(conn, account - 1, 1).await?.into_iter().find(|head| head.account_id == account);
    let Some(head) = found else {
        return Ok(Some(format!(
            "account {account}: it is not there, and the head that was kept has {sequence} events"
        )));
    };
    if head.sequence < sequence {
        let last = head.sequence;
        return Ok(Some(format!(
            "account {account}: the log ends with event {last}, before the kept head {sequence}"
        )));
    }
    let hash = if head.sequence == sequence {
        Some(head.hash)
    } else {
        let next = events::store::chain(conn, account, sequence, 1).await?;
        next.into_iter().next().map(|link| link.previous_hash)
    };
    let is_same = hash.is_some_and(|hash| hash == kept.hash);
    Ok((!is_same).then(|| {
        format!("account {account}, event {sequence}: it has another hash than the kept head, so this is another log")
    }))
}

impl<F: FnMut(&str) + Send> Check<'_, F> {
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
        let mut last = i64::MIN;
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
        let mut last = i64::MIN;
        let mut found = Vec::new();
        loop {
            let links = events::store::chain(self.conn, head.account_id, last, CHUNK).await?;
            let Some(end) = links.last() else { break };
            last = end.event.sequence;
            for link in &links {
                let content = events::content_digest(&link.canonical());
                chain.step(link, &content, &mut |finding| found.push(finding));
                found.extend(self.replay.step(link).await?);
            }
            self.summary.events += links.len() as u64;
            self.all_found(&std::mem::take(&mut found));
        }
        chain.end(head, &mut |finding| found.push(finding));
        self.all_found(&found);
        Ok(())
    }

    async fn records<L: Logged>(&mut self) -> Result<()> {
        let mut last = i64::MIN;
        self.summary.records.insert(L::SUBJECT, 0);
        loop {
            let records = match L::page(self.conn, last, CHUNK).await {
                Ok(records) => records,
                Err(Error::Store(StoreError::Other(_))) => {
                    // One of them cannot be read: which, is seen one by one.
                    match L::page(self.conn, last, 1).await {
                        Ok(records) => records,
                        Err(error) => {
                            let Some(id) = store::next_id(self.conn, L::SUBJECT, last).await? else {
                                return Err(error);
                            };
                            self.found(&format!("{} {id}: it cannot be read: {error}", L::SUBJECT));
                            last = id;
                            continue;
                        }
                    }
                }
                Err(error) => return Err(error),
            };
            let Some(end) = records.last() else { return Ok(()) };
            last = end.key().1;
            for record in &records {
                self.record(record).await?;
            }
            *self.summary.records.entry(L::SUBJECT).or_default() += records.len() as u64;
        }
    }

    async fn record<L: Logged>(&mut self, record: &L) -> Result<()> {
        let (account_id, id) = record.key();
        let text = serde_json::to_string(record).expect("a record is made of texts, numbers and lists");
        let name = format!("account {account_id}, {} {id}", L::SUBJECT);
        let Some(known) = self.replay.seen(L::SUBJECT, account_id, id).await? else {
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

    async fn versions(&mut self, kind: &'static str) -> Result<()> {
        let mut last = i64::MIN;
        loop {
            let page = store::versions(self.conn, kind, last, CHUNK).await?;
            let Some((_, end, _)) = page.last() else { return Ok(()) };
            last = *end;
            for (account, id, version) in page {
                let known = self.replay.known(kind, account, id).await?;
                if let Some(writes) = known.map(|known| known.writes).filter(|writes| *writes != version) {
                    self.found(&format!(
                        "account {account}, {kind} {id}: its version is {version}, and it was written {writes} times"
                    ));
                }
            }
        }
    }
}
