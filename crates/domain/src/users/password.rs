//! Passwords: hashed with argon2id, on threads that serve no requests.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{ARGON2ID_IDENT, Argon2};
use unicode_normalization::UnicodeNormalization;

use super::hash_queue::Turn;
use crate::error::Error;
use base::rng::random_bytes;
use db::Error as StoreError;

/// The minimal length of a password, in characters.
pub const SHORTEST: usize = 8;
/// The maximal length of a password, in bytes.
const LONGEST: usize = 1024;

/// Whether a text can be a password.
pub fn is_acceptable(password: &str) -> bool {
    password.len() <= LONGEST && prepared(password).chars().count() >= SHORTEST
}

/// A password in its normal form (RFC 8265, `OpaqueString`): every space is U+0020, and letters with marks are composed, since
/// keyboards and systems differ in how they send them.
fn prepared(password: &str) -> String {
    let space = |letter| match letter {
        '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => ' ',
        other => other,
    };
    password.chars().map(space).nfc().collect()
}

/// Whether a text is a hash in the format of [`hash`].
pub fn is_hash(text: &str) -> bool {
    PasswordHash::new(text).is_ok_and(|hash| hash.algorithm == ARGON2ID_IDENT && hash.hash.is_some())
}

/// The argon2id hash of a password, in PHC format.
pub async fn hash(password: String) -> Result<String, Error> {
    hash_in_turn(password, Turn::free()).await
}

/// [`hash`], as one of the requests of a server.
pub async fn hash_in_turn(password: String, turn: Turn) -> Result<String, Error> {
    at_work(turn, move || hash_with(&prepared(&password), &random_bytes())).await
}

/// The index of the hash that matches the password, if any. Without hashes it takes as long as with one, so that timing
/// does not tell whether a user exists. Old hashes are of the text as typed, not of its normal form.
pub async fn matching(password: String, hashes: Vec<String>, turn: Turn) -> Result<Option<usize>, Error> {
    at_work(turn, move || {
        if password.len() > LONGEST {
            return None;
        }
        if hashes.is_empty() {
            hash_with(&password, &[0; 32]);
            return None;
        }
        let is_of = |hash: &String, text: &str| {
            let parsed = PasswordHash::new(hash);
            parsed.is_ok_and(|parsed| Argon2::default().verify_password(text.as_bytes(), &parsed).is_ok())
        };
        let prepared = prepared(&password);
        let found = hashes.iter().position(|hash| is_of(hash, &prepared));
        let as_typed = || hashes.iter().position(|hash| is_of(hash, &password));
        if found.is_none() && prepared != password { as_typed() } else { found }
    })
    .await
}

fn hash_with(password: &str, random: &[u8; 32]) -> String {
    let hash = Argon2::default().hash_password_with_salt(password.as_bytes(), &random[..16]);
    hash.expect("a salt of 16 bytes fits").to_string()
}

/// Runs work on a blocking thread. The turn ends with the work, even if the request has ended before.
async fn at_work<T: Send + 'static>(
    turn: Turn,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    let done = tokio::task::spawn_blocking(move || {
        let done = work();
        drop(turn);
        done
    })
    .await;
    done.map_err(|error| StoreError::Other(format!("a password could not be worked on: {error}")).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_matches() {
        let hashes =
            vec![hash("correct horse".into()).await.unwrap(), hash("other words".into()).await.unwrap()];
        assert!(
            hashes.iter().all(|hash| is_hash(hash) && hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"))
        );
        let matching = async |text: &str, hashes| matching(text.into(), hashes, Turn::free()).await.unwrap();
        assert_eq!(matching("other words", hashes.clone()).await, Some(1));
        assert_eq!(matching("Other words", hashes.clone()).await, None);
        assert_eq!(matching("", Vec::new()).await, None);
        assert_ne!(hash("correct horse".into()).await.unwrap(), hashes[0]);
    }

    #[tokio::test]
    async fn a_password_is_the_same_however_its_letters_are_composed() {
        const COMPOSED: &str = "s\u{fc}\u{df}e \u{c5}pfel";
        const DECOMPOSED: &str = "su\u{308}\u{df}e\u{a0}A\u{30a}pfel";
        for (set, typed) in [(COMPOSED, DECOMPOSED), (DECOMPOSED, COMPOSED), (DECOMPOSED, DECOMPOSED)] {
            let hashes = vec![hash(set.into()).await.unwrap()];
            assert_eq!(matching(typed.into(), hashes, Turn::free()).await.unwrap(), Some(0), "{typed}");
        }
        // Set before passwords were prepared.
        let earlier = vec![hash_with(DECOMPOSED, &[7; 32])];
        assert_eq!(matching(DECOMPOSED.into(), earlier.clone(), Turn::free()).await.unwrap(), Some(0));
        let other = matching("su\u{308}\u{df}e A\u{30a}pfels".into(), earlier, Turn::free()).await;
        assert_eq!(other.unwrap(), None);
        // Seven letters, and eight characters as they are sent.
        assert!(!is_acceptable("u\u{308}bung 7") && is_acceptable("u\u{308}bung 78"));
    }

    #[test]
    fn other_texts_are_not_hashes() {
        for text in
            ["", "secret", "$argon2i$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$", "$argon2id$v=19$m=19456,t=2,p=1"]
        {
            assert!(!is_hash(text), "{text}");
        }
    }
}
