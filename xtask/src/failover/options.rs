//! The options of `cargo xtask failover`.

use std::ffi::OsString;
use std::str::FromStr;

use anyhow::{Context, Result, bail};

use super::way::Way;

/// The options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// How often the primary fails.
    pub rounds: usize,
    /// The number of servers.
    pub servers: usize,
    /// How the servers find the primary.
    pub way: Way,
    /// Parameters at the end of the URL, such as `&connect_timeout=1`.
    pub parameters: String,
}

impl Options {
    /// Reads the arguments.
    pub fn read(arguments: &[OsString]) -> Result<Self> {
        let mut options = Self { rounds: 10, servers: 2, way: Way::Hosts, parameters: String::new() };
        let mut words = arguments.iter().map(|word| word.to_str().unwrap_or_default());
        while let Some(word) = words.next() {
            match word {
                "--rounds" => options.rounds = number(words.next())?,
                "--servers" => options.servers = number(words.next())?,
                "--parameters" => {
                    let text = words.next().context("--parameters needs a text")?;
                    text.clone_into(&mut options.parameters);
                }
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
        assert_eq!((options.rounds, options.servers, options.way), (3, 2, Way::Haproxy));
        for wrong in [&["--rounds"][..], &["--rounds", "0"], &["--servers", "101"], &["--other"]] {
            assert!(read(wrong).is_err(), "{wrong:?}");
        }
    }
}
