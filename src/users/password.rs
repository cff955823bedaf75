//! Passwords: kept as argon2id, and worked on away from the threads that serve.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{ARGON2ID_IDENT, Argon2};
use tokio::sync::Semaphore;

use crate::app::random_bytes;
use crate::db::Error as StoreError;
use crate::error::Error;

/// The shortest password that is taken, in characters.
pub const SHORTEST: usize = 8;
/// The longest password that is looked at, in bytes.
const LONGEST: usize = 1024;

/// Each takes 19 MiB and a core for a while, and who guesses passwords would have many of them.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// Whether a text can be a password.
pub fn is_acceptable(password: &str) -> bool {
    password.chars().count() >= SHORTEST && password.len() <= LONGEST
}

/// Whether a text is what [`hash`] makes.
pub fn is_hash(text: &str) -> bool {
    PasswordHash::new(text).is_ok_and(|hash| hash.algorithm == ARGON2ID_IDENT && hash.hash.is_some())
}

/// What is kept of a password: argon2id in the PHC form.
pub async fn hash(password: String) -> Result<String, Error> {
    at_work(move || hash_with(&password, &random_bytes())).await
}

/// Which of the hashes is that of the password, if any; where there is none to compare with it takes as long.
pub async fn matching(password: String, hashes: Vec<String>) -> Result<Option<usize>, Error> {
    at_work(move || {
        if password.len() > LONGEST {
            return None;
        }
        if hashes.is_empty() {
            hash_with(&password, &[0; 32]);
            return None;
        }
        hashes.iter().position(|hash| {
            let parsed = PasswordHash::new(hash);
            parsed.is_ok_and(|parsed| Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok())
        })
    })
    .await
}

fn hash_with(password: &str, random: &[u8; 32]) -> String {
    let hash = Argon2::default().hash_password_with_salt(password.as_bytes(), &random[..16]);
    hash.expect("a salt of 16 bytes fits").to_string()
}

async fn at_work<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
    let _turn = AT_ONCE.acquire().await.expect("never closed");
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| StoreError::Other(format!("a password could not be worked on: {error}")).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_known_again_and_no_other() {
        let hashes =
            vec![hash("correct horse".into()).await.unwrap(), hash("other words".into()).await.unwrap()];
        assert!(
            hashes.iter().all(|hash| is_hash(hash) && hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"))
        );
        assert_eq!(matching("other words".into(), hashes.clone()).await.unwrap(), Some(1));
        assert_eq!(matching("Other words".into(), hashes.clone()).await.unwrap(), None);
        assert_eq!(matching(String::new(), Vec::new()).await.unwrap(), None);
        assert_ne!(hash("correct horse".into()).await.unwrap(), hashes[0]);
    }

    #[test]
    fn what_is_no_hash_is_told() {
        for text in
            ["", "secret", "$argon2i$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$", "$argon2id$v=19$m=19456,t=2,p=1"]
        {
            assert!(!is_hash(text), "{text}");
        }
    }
}
