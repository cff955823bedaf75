//! The event log: every write appends its changes, in its own transaction. Stores append; the surfaces read.
//!
//! An account's events are numbered without a gap from 1 and chained by hashes; `docs/reference/event-log.md` describes the form.

pub mod store;

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::ids::{AccountId, TokenId, UserId};
use crate::record::{Entry, Logged, snapshot};
use base::clock::Time;

/// The previous hash of the first event of an account.
pub const NO_HASH: [u8; 32] = [0; 32];

/// The kinds of events.
pub const KINDS: [&str; 4] = ["created", "updated", "deleted", "restored"];

/// Where a write came from; the log and the archive call it the surface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// `/api/v1`
    Kantata,
    /// `/api/v3`
    OpenProject,
    /// A command of the binary.
    CommandLine,
    /// The page that makes the first administrator.
    Setup,
    /// `/oauth`
    OAuth,
    /// The pages.
    Pages,
    /// `/api/statuary/v1`
    Native,
    /// `/scim/v2`
    Scim,
    /// `/mcp`
    Mcp,
    /// The service itself, which disables webhook endpoints and reminds of reports.
    Service,
}

/// An event of the log.
#[derive(Clone, Debug)]
pub struct Event {
    /// Its number in the account.
    pub sequence: i64,
    /// When.
    pub at: Time,
    /// The user who made the change; none for the command line.
    pub actor_id: Option<UserId>,
    /// `created`, `updated`, `deleted` or `restored`.
    pub kind: String,
    /// The kind of the record, as the archive names it.
    pub subject_type: String,
    /// The record.
    pub subject_id: i64,
    /// The record before, if it existed and was requested.
    pub before: Option<String>,
    /// The record after, if it exists and was requested.
    pub after: Option<String>,
}

/// An event as a link of its account's chain.
#[derive(Clone, Debug)]
pub struct Link {
    /// The account.
    pub account_id: AccountId,
    /// The hash of the previous event, as stored with this one.
    pub previous_hash: Vec<u8>,
    /// The way in, by its name in the log.
    pub surface: String,
    /// The token of the request.
    pub token_id: Option<TokenId>,
    /// The digest of the content as it was, if the content was erased since.
    pub content_sha256: Option<[u8; 32]>,
    /// The rest.
    pub event: Event,
}

/// The end of an account's log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The account.
    pub account_id: AccountId,
    /// The number of its last event; 0 if it has none.
    pub sequence: i64,
    /// The hash of its last event.
    pub hash: Vec<u8>,
}

/// The context of a write.
#[derive(Clone, Debug)]
pub struct Change {
    /// The account.
    pub account_id: AccountId,
    /// The user; none for the command line.
    pub actor_id: Option<UserId>,
    /// The token of the request; none without a token.
    pub token_id: Option<TokenId>,
    /// The way in.
    pub surface: Source,
    /// The instant of the write, for every row that it adds or changes.
    pub at: Time,
}

impl Change {
    /// A write of the service itself.
    pub const fn of_service(account_id: AccountId, at: Time) -> Self {
        Self { account_id, actor_id: None, token_id: None, surface: Source::Service, at }
    }
}

/// The events of one write, in order, before they are numbered.
#[derive(Debug)]
pub struct Log<'c> {
    change: &'c Change,
    entries: Vec<Entry>,
    /// What the write adds to the number of reports of its account.
    reports: i64,
}

/// The hashed form of an event: these members as JSON without blanks, in the order of their names.
#[derive(Serialize)]
struct Canonical<'e> {
    account_id: AccountId,
    actor_id: Option<UserId>,
    after: Option<&'e str>,
    at: Time,
    before: Option<&'e str>,
    kind: &'e str,
    sequence: i64,
    subject_id: i64,
    subject_type: &'e str,
    surface: &'e str,
    /// Omitted if there is none: old events have no such member.
    #[serde(skip_serializing_if = "Option::is_none")]
    token_id: Option<TokenId>,
}

impl Source {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Kantata,
        Self::OpenProject,
        Self::CommandLine,
        Self::Setup,
        Self::OAuth,
        Self::Pages,
        Self::Native,
        Self::Scim,
        Self::Mcp,
        Self::Service,
    ];

    /// The name in the log.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Kantata => "kantata",
            Self::OpenProject => "openproject",
            Self::CommandLine => "command_line",
            Self::Setup => "setup",
            Self::OAuth => "oauth",
            Self::Pages => "pages",
            Self::Native => "native",
            Self::Scim => "scim",
            Self::Mcp => "mcp",
            Self::Service => "service",
        }
    }
}

impl Link {
    /// The length of its records, in bytes.
    pub fn length(&self) -> usize {
        let length = |record: &Option<String>| record.as_ref().map_or(0, String::len);
        length(&self.event.before) + length(&self.event.after)
    }

    /// The digest of its content, as the chain has it: of an erased event that of the content as it was.
    pub fn content_digest(&self) -> [u8; 32] {
        self.content_sha256.unwrap_or_else(|| content_digest(&self.canonical()))
    }

    /// Its hashed form. That of an erased event has another digest than the chain.
    pub fn canonical(&self) -> String {
        let event = &self.event;
        snapshot(&Canonical {
            account_id: self.account_id,
            actor_id: event.actor_id,
            after: event.after.as_deref(),
            at: event.at,
            before: event.before.as_deref(),
            kind: &event.kind,
            sequence: event.sequence,
            subject_id: event.subject_id,
            subject_type: &event.subject_type,
            surface: &self.surface,
            token_id: self.token_id,
        })
    }
}

impl<'c> Log<'c> {
    /// An empty log of one write.
    pub fn new(change: &'c Change) -> Self {
        Self { change, entries: Vec::new(), reports: 0 }
    }

    /// The context of the write.
    pub const fn change(&self) -> &'c Change {
        self.change
    }

    /// Adds to the number of reports of the account; a negative number subtracts.
    pub const fn count_reports(&mut self, more: i64) {
        self.reports += more;
    }

    /// Adds the creation of a record, whose id is new.
    pub fn created<R: Logged>(&mut self, after: &R) {
        self.entries.push(Entry { is_first: true, ..Entry::created(after) });
    }

    /// Adds a change of a record.
    pub fn updated<R: Logged>(&mut self, before: &R, after: &R) {
        self.entries.push(Entry::updated(before, after));
    }

    /// Adds the deletion of a record.
    pub fn deleted<R: Logged>(&mut self, before: &R) {
        self.entries.push(Entry::deleted(before));
    }

    /// Adds the return of a deleted record.
    pub fn restored<R: Logged>(&mut self, after: &R) {
        self.entries.push(Entry::restored(after));
    }

    /// Adds events.
    pub fn extend(&mut self, entries: Vec<Entry>) {
        self.entries.extend(entries);
    }
}

/// The digest of an event's canonical form.
pub fn content_digest(canonical: &str) -> [u8; 32] {
    Sha256::digest(canonical).into()
}

/// The hash of an event, from the previous hash and the digest of its content.
pub fn hash(previous: &[u8], content: &[u8; 32]) -> [u8; 32] {
    Sha256::new().chain_update(previous).chain_update(content).finalize().into()
}
