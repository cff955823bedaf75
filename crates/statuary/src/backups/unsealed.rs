//! What takes the place of `sealed` in a build without encryption: backups are neither encrypted nor decrypted.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::str::FromStr;

use anyhow::{Result, bail};

/// The first bytes of an encrypted file.
const MAGIC: &[u8] = b"age-encryption.org/";
const ABSENT: &str = "this build of statuary has no encryption (cargo feature `age`)";

/// The reader of an encrypted backup; there is none.
#[derive(Clone)]
pub struct Recipient(());

/// Private keys; there are none.
pub struct Identities(());

impl FromStr for Recipient {
    type Err = &'static str;

    fn from_str(_: &str) -> Result<Self, Self::Err> {
        Err(ABSENT)
    }
}

impl Recipient {
    /// Encrypts a file to another one.
    ///
    /// # Errors
    /// Always.
    pub fn seal(&self, _: &Path, _: &Path) -> Result<()> {
        bail!("{ABSENT}")
    }
}

impl Identities {
    /// Reads a file of identities.
    ///
    /// # Errors
    /// Always.
    pub fn read(_: &Path) -> Result<Self> {
        bail!("{ABSENT}")
    }
}

/// What reads the content of a backup.
///
/// # Errors
/// If it is encrypted.
pub fn opened(source: impl Read + Send + 'static, _: Option<&Identities>) -> Result<Box<dyn Read + Send>> {
    let mut source = BufReader::with_capacity(1 << 16, source);
    if source.fill_buf()?.starts_with(MAGIC) {
        bail!("it is encrypted, and {ABSENT}");
    }
    Ok(Box::new(source))
}
