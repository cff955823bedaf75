//! The options of `cargo xtask failover`.

use std::ffi::OsString;
use std::str::FromStr;

use anyhow::{Context, Result, bail};

use super::way::Way;

/// The options.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// How often the primary fails.
    pub rounds: usize,
    /// The number of servers.
    pub servers: usize,
    /// How the servers find the primary.
    pub way: Way,
}

impl Options {
    /// Reads the arguments.
    pub fn read(arguments: &[OsString]) -> Result<Self> {
        let mut options = Self { rounds: 10, servers: 2, way: Way::Hosts };
        let mut words = arguments.iter().map(|word| word.to_str().unwrap_or_default());
        while let Some(word) = words.next() {
            match word {
                "--rounds" => options.rounds = number(words.next())?,
                "--servers" => options.servers = number(words.next())?,
                "--haproxy" => options.way = Way::Haproxy,
                "--pgbouncer" => options.way = Way::Pgbouncer,
                _ => bail!("cargo xtask failover does not know {word}"),
            }
        }
        Ok(options)
    }
}

fn number(word: Option<&str>) -> Result<usize> {
    let number = word.and_then(|word| usize::from_str(word).ok()).filter(|number| (1..=100).contains(number));
    number.context("a number from 1 to 100 is missing")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_read() {
        let read = |words: &[&str]| Options::read(&words.iter().map(OsString::from).collect::<Vec<_>>());
        let options = read(&["--rounds", "3", "--haproxy"]).expect("options");
        assert_eq!(options, Options { rounds: 3, servers: 2, way: Way::Haproxy });
        for wrong in [&["--rounds"][..], &["--rounds", "0"], &["--servers", "101"], &["--other"]] {
            assert!(read(wrong).is_err(), "{wrong:?}");
        }
    }
}
