//! The erased events of an account's log: each change of content has a note, and the content is as the last one left it.

use std::collections::BTreeMap;

use crate::erasures::{ErasedEvent, Erasure, Seal};
use crate::events::{Link, content_digest};
use crate::ids::AccountId;
use crate::record::Logged;

/// The state of the check, which reads one event at a time.
#[derive(Debug, Default)]
pub struct Erased {
    /// Of the erasures whose notes are still to come, by their ids.
    seals: BTreeMap<i64, Seal>,
    events: u64,
}

impl Erased {
    /// The next event in the order of the numbers; `changes` are those of its content and of later ones. Returns the digest
    /// that the chain has.
    pub fn step(
        &mut self,
        link: &Link,
        changes: &mut &[ErasedEvent],
        tell: &mut impl FnMut(String),
    ) -> [u8; 32] {
        let (account, sequence) = (link.account_id, link.event.sequence);
        let passed = changes.iter().take_while(|change| change.sequence < sequence).count();
        let own = changes[passed..].iter().take_while(|change| change.sequence == sequence).count();
        let own = &changes[passed..passed + own];
        *changes = &changes[passed + own.len()..];
        for change in own {
            self.seals.entry(change.erasure_id).or_default().add(change);
        }
        if link.event.subject_type == Erasure::KIND {
            self.note(link, tell);
        }
        let content = content_digest(&link.canonical());
        let Some(original) = link.content_sha256 else {
            if !own.is_empty() {
                tell(format!("account {account}, event {sequence}: it is erased and does not say so"));
            }
            return content;
        };
        self.events += 1;
        let follows = own.windows(2).all(|pair| pair[0].after == pair[1].before);
        match (own.first(), own.last()) {
            (Some(first), Some(last)) if first.before == original && follows && last.after == content => {}
            (None, _) => {
                tell(format!("account {account}, event {sequence}: it was changed, and no erasure says so"));
            }
            _ => tell(format!("account {account}, event {sequence}: it was changed after its erasure")),
        }
        original
    }

    /// Compares the note of an erasure with the changes that were found.
    fn note(&mut self, link: &Link, tell: &mut impl FnMut(String)) {
        let record = link.event.after.as_deref().unwrap_or_default();
        let Ok(note) = serde_json::from_str::<Erasure>(record) else { return };
        let found = self.seals.remove(&note.id).unwrap_or_default().finish();
        if found != (note.events, note.seal) {
            let (account, sequence) = (link.account_id, link.event.sequence);
            tell(format!(
                "account {account}, event {sequence}: it is the note of erasure {}, whose events were changed",
                note.id
            ));
        }
    }

    /// After the last event. Returns the number of erased events.
    pub fn end(self, account: AccountId, tell: &mut impl FnMut(String)) -> u64 {
        for erasure in self.seals.keys() {
            tell(format!(
                "account {account}: the log has no note of erasure {erasure}, whose events were changed"
            ));
        }
        self.events
    }
}
