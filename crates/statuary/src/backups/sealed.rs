//! Encrypted backups, in the format of `age` (<https://age-encryption.org/v1>): the command of that name opens them, too.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::Path;
use std::str::FromStr;

use age::x25519;
use anyhow::{Context, Result, anyhow, bail};

/// The first bytes of an encrypted file.
const MAGIC: &[u8] = b"age-encryption.org/";
/// The most bytes that are read of a file of identities.
const LONGEST: u64 = 1 << 20;

/// Who can open a backup: a public key of the form `age1...`.
#[derive(Clone)]
pub struct Recipient(x25519::Recipient);

/// The private keys of a file, as `age-keygen` writes it.
pub struct Identities(Vec<x25519::Identity>);

impl FromStr for Recipient {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.trim().starts_with("AGE-SECRET-KEY-") {
            return Err("it is a private key; give the public key, which begins with age1");
        }
        text.trim().parse().map(Self).map_err(|_| "it is not a public key of age, which begins with age1")
    }
}

impl Recipient {
    /// Encrypts a file to another one.
    ///
    /// # Errors
    /// If one of both cannot be read or written.
    pub fn seal(&self, plain: &Path, target: &Path) -> Result<()> {
        let to = BufWriter::with_capacity(1 << 16, File::create(target)?);
        let encryptor = age::Encryptor::with_recipients(std::iter::once(&self.0 as _))?;
        let mut sealed = encryptor.wrap_output(to)?;
        io::copy(&mut File::open(plain)?, &mut sealed)?;
        sealed.finish()?.flush()?;
        Ok(())
    }
}

impl Identities {
    /// Reads a file of identities.
    ///
    /// # Errors
    /// If it cannot be read or has no private key. The message repeats nothing of it.
    pub fn read(path: &Path) -> Result<Self> {
        let shown = path.display();
        let mut bytes = Vec::new();
        let file = File::open(path).with_context(|| format!("cannot read {shown}"))?;
        file.take(LONGEST).read_to_end(&mut bytes).with_context(|| format!("cannot read {shown}"))?;
        let text = String::from_utf8_lossy(&bytes);
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let keys = lines.map(str::parse).collect::<Result<Vec<_>, _>>();
        match keys {
            Ok(keys) if !keys.is_empty() => Ok(Self(keys)),
            _ => bail!("{shown} is not a file of private keys of age, which begin with AGE-SECRET-KEY-1"),
        }
    }
}

/// What reads the content of a backup, which is decrypted if it is encrypted.
///
/// # Errors
/// If it is encrypted and no key opens it.
pub fn opened(
    source: impl Read + Send + 'static,
    identities: Option<&Identities>,
) -> Result<Box<dyn Read + Send>> {
    let mut source = BufReader::with_capacity(1 << 16, source);
    if !source.fill_buf()?.starts_with(MAGIC) {
        return Ok(Box::new(source));
    }
    let Some(identities) = identities else {
        bail!("it is encrypted: name the file of the private key with --identity");
    };
    let unreadable = |error: age::DecryptError| match error {
        age::DecryptError::NoMatchingKeys => anyhow!("it is encrypted to another key"),
        other => anyhow!("it cannot be decrypted: {other}"),
    };
    let decryptor = age::Decryptor::new_buffered(source).map_err(unreadable)?;
    let keys = identities.0.iter().map(|key| key as &dyn age::Identity);
    Ok(Box::new(decryptor.decrypt(keys).map_err(unreadable)?))
}
