//! Erasures: the name, the address and further words of a person are replaced everywhere in the store, in the log too.
//! `docs/how-to/erase-a-person.md`; `docs/reference/event-log.md` describes how the chain stays valid.

pub mod store;
pub mod words;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::{Error, Problem};
use crate::ids::{AccountId, UserId};
use base::clock::Time;

/// The maximum number of further words and phrases of an erasure.
pub const MOST_WORDS: usize = 1_000;
/// The maximum length of one of them, in characters.
pub const WORDS_LIMIT: usize = 1_000;
/// The minimum number of letters and digits of one of them.
pub const SHORTEST: usize = 2;

/// The problem of more words than [`MOST_WORDS`].
pub const TOO_MANY: Problem = Problem::Sentence("At most 1000 words or phrases are erased at once");
/// The problem of a word with fewer letters and digits than [`SHORTEST`].
pub const TOO_SHORT: Problem = Problem::Sentence("A word has at least two letters or digits");

/// The problem of two names that must differ and would not after the erasure.
pub const SAME_NAMES: Problem =
    Problem::Sentence("Two statuses or groups would have the same name: rename one of them first");

/// The note of an erasure. Its own event is in the log, so that the chain covers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erasure {
    /// Unique in the store.
    pub id: i64,
    /// The account.
    pub account_id: AccountId,
    /// The person whose data were erased.
    pub user_id: UserId,
    /// The number of events whose content was changed.
    pub events: i64,
    /// The digest of the changes of these events, in hex, as [`Seal`] makes it.
    pub seal: String,
    /// When.
    pub created_at: Time,
}

/// The change of the content of an event by an erasure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErasedEvent {
    /// The number of the event.
    pub sequence: i64,
    /// The erasure.
    pub erasure_id: i64,
    /// The digest of its content before.
    pub before: [u8; 32],
    /// The digest of its content after.
    pub after: [u8; 32],
}

/// The digest of the changes of an erasure, in the order of the events: of each the sequence as eight bytes, the most
/// significant first, then the digests of its content before and after.
#[derive(Clone, Debug, Default)]
pub struct Seal {
    digest: Sha256,
    events: i64,
}

impl Seal {
    /// Adds the next event.
    pub fn add(&mut self, erased: &ErasedEvent) {
        self.digest.update(erased.sequence.to_be_bytes());
        self.digest.update(erased.before);
        self.digest.update(erased.after);
        self.events += 1;
    }

    /// The number of events, and the digest in hex.
    pub fn finish(self) -> (i64, String) {
        (self.events, hex::encode(self.digest.finalize()))
    }
}

/// The name of a person whose data were erased.
pub fn erased_name(id: UserId) -> String {
    format!("Erased person {id}")
}

/// The e-mail address of a person whose data were erased; the domain does not exist (RFC 2606).
pub fn erased_address(id: UserId) -> String {
    format!("erased-{id}@erased.invalid")
}

/// The words of a text, one word or phrase a line.
///
/// # Errors
/// As [`checked`].
pub fn read(text: &str) -> Result<Vec<String>, Error> {
    checked(&text.lines().map(str::to_owned).collect::<Vec<_>>())
}

/// The words without blank ones.
///
/// # Errors
/// [`Error::Invalid`] if there are too many, or one is too long or has too few letters.
pub fn checked(words: &[String]) -> Result<Vec<String>, Error> {
    let words: Vec<String> =
        words.iter().map(|word| word.trim()).filter(|word| !word.is_empty()).map(str::to_owned).collect();
    if words.len() > MOST_WORDS {
        return Err(Error::invalid("words", TOO_MANY));
    }
    let letters = |word: &str| word.chars().filter(|letter| letter.is_alphanumeric()).count();
    if words.iter().any(|word| letters(word) < SHORTEST) {
        return Err(Error::invalid("words", TOO_SHORT));
    }
    if words.iter().any(|word| word.chars().count() > WORDS_LIMIT) {
        return Err(Error::invalid("words", Problem::TooLong(WORDS_LIMIT)));
    }
    Ok(words)
}
