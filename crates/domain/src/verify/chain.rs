//! The chain of an account's log: numbers without a gap, and hashes that follow from each other.

use crate::events;
use crate::events::{Head, Link, NO_HASH};
use crate::ids::AccountId;

/// The state of the check, which reads one event at a time.
#[derive(Debug)]
pub struct Chain {
    account_id: AccountId,
    last: i64,
    /// None if the previous event is missing, so that the link of the next one cannot be checked.
    hashes: Option<Hashes>,
}

/// The hash of the last event, and its other one where the event before may not be what it was.
#[derive(Debug)]
struct Hashes {
    /// By the hash before it that is kept with the event.
    own: [u8; 32],
    /// By the hash that the event before it has now, where that is another: one of the two was changed, and the event
    /// that follows tells which.
    other: Option<[u8; 32]>,
}

impl Chain {
    /// Before the first event of an account.
    pub const fn new(account_id: AccountId) -> Self {
        Self { account_id, last: 0, hashes: Some(Hashes { own: NO_HASH, other: None }) }
    }

    /// Starts in the middle of a log, after the event with a number.
    pub const fn after(account_id: AccountId, sequence: i64) -> Self {
        Self { account_id, last: sequence, hashes: None }
    }

    /// The next event in the order of the numbers; `content` is the digest of its canonical form.
    pub fn step(&mut self, link: &Link, content: &[u8; 32], tell: &mut impl FnMut(String)) {
        let (account, sequence) = (self.account_id, link.event.sequence);
        if sequence <= self.last {
            tell(format!("account {account}, event {sequence}: there is no such number"));
            return;
        }
        if sequence != self.last + 1 {
            self.missing(sequence - 1, tell);
        }
        let before = self.hashes.as_ref().map(|hashes| hashes.own);
        let breaks = self.settle(&link.previous_hash, tell);
        self.hashes = Some(Hashes {
            own: events::hash(&link.previous_hash, content),
            other: before.filter(|_| breaks).map(|before| events::hash(&before, content)),
        });
        self.last = sequence;
    }

    /// After the last event.
    pub fn end(mut self, head: &Head, tell: &mut impl FnMut(String)) {
        let account = self.account_id;
        if head.sequence > self.last {
            self.missing(head.sequence, tell);
        } else if head.sequence < self.last {
            let (says, last) = (head.sequence, self.last);
            tell(format!("account {account}: it says that its last event is {says}, and that is {last}"));
        }
        if self.settle(&head.hash, tell) {
            tell(match self.last {
                0 => format!("account {account}: it has no event, and a hash of one"),
                last => format!(
                    "account {account}, event {last}: it was changed, or the hash kept in the account"
                ),
            });
        }
    }

    /// Reports which of two events was changed, now that the next stored hash is known. Returns whether that hash does not
    /// follow from the last event.
    fn settle(&self, kept: &[u8], tell: &mut impl FnMut(String)) -> bool {
        let Some(hashes) = &self.hashes else { return false };
        let (account, last) = (self.account_id, self.last);
        let first = last - 1;
        match &hashes.other {
            None => hashes.own != kept,
            Some(_) if hashes.own == kept && first > 0 => {
                tell(format!("account {account}, event {first}: it was changed"));
                false
            }
            Some(other) if other == kept || first == 0 => {
                tell(format!("account {account}, event {last}: the hash before it was changed"));
                other != kept && hashes.own != kept
            }
            Some(_) => {
                tell(format!("account {account}, event {first}: it was changed, or event {last} was"));
                true
            }
        }
    }

    fn missing(&mut self, to: i64, tell: &mut impl FnMut(String)) {
        let (account, from) = (self.account_id, self.last + 1);
        // No later hash can decide between the two.
        if let Some(Hashes { other: Some(_), .. }) = self.hashes {
            tell(format!(
                "account {account}, event {}: it was changed, or event {} was",
                self.last - 1,
                self.last
            ));
        }
        if from == to {
            tell(format!("account {account}, event {from}: it is missing"));
        } else {
            tell(format!("account {account}, event {from}: it and all up to {to} are missing"));
        }
        self.hashes = None;
    }
}
