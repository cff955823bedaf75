//! Counts the results in the output of cargo's test runner.

use std::fmt;

use anyhow::{Result, bail};

/// The fewest tests of a whole run. It shows when an attribute or a module silently stops making tests of functions; raise it
/// with the number of tests, and lower it when tests are deleted on purpose.
const FEWEST: u64 = 2_500;

/// The number of tests that ran.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    passed: u64,
    failed: u64,
    ignored: u64,
    sqlite: u64,
    postgres: u64,
}

impl Tally {
    /// Reads a line of the runner's output.
    pub fn read(&mut self, line: &str) {
        if let Some(name) = line.strip_prefix("test ").and_then(|rest| rest.strip_suffix(" ... ok")) {
            let is_on = |test: &str, value: &str| name.ends_with(test) || name.contains(value);
            self.sqlite += u64::from(is_on("::sqlite", "Engine__Sqlite"));
            self.postgres += u64::from(is_on("::postgres", "Engine__Postgres"));
        }
        // The runner's own sums, because the output of a test may split the line with its name.
        if let Some(sums) = line.strip_prefix("test result: ") {
            for part in sums.split(['.', ';']) {
                match part.trim().split_once(' ') {
                    Some((number, "passed")) => self.passed += number.parse().unwrap_or(0),
                    Some((number, "failed")) => self.failed += number.parse().unwrap_or(0),
                    Some((number, "ignored")) => self.ignored += number.parse().unwrap_or(0),
                    _ => {}
                }
            }
        }
    }

    /// Returns `Ok` if a whole run had all tests.
    ///
    /// # Errors
    /// The number of tests, if some are missing.
    pub fn check(&self) -> Result<()> {
        let ran = self.passed + self.failed + self.ignored;
        if ran < FEWEST {
            bail!("only {ran} of at least {FEWEST} tests ran");
        }
        Ok(())
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { passed, failed, ignored, sqlite, postgres } = self;
        let neither = passed.saturating_sub(sqlite + postgres);
        writeln!(out, "on SQLite: {sqlite}, on PostgreSQL: {postgres}, on neither: {neither}")?;
        write!(out, "{passed} passed, {failed} failed")?;
        if *ignored > 0 { write!(out, ", {ignored} skipped") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(lines: &str) -> Tally {
        let mut tally = Tally::default();
        lines.lines().for_each(|line| tally.read(line));
        tally
    }

    #[test]
    fn tests_are_counted_by_engine_and_sums_over_all_binaries() {
        let tally = tally(
            "running 3 tests\n\
             test status_reports::a_list::sqlite ... ok\n\
             test status_reports::a_list::postgres ... FAILED\n\
             test clock::tests::it_stands ... ok\n\
             test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.1s\n\
             test commands::a::engine_2_Engine__Postgres ... ok\n\
             test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 4 filtered out; finished in 0.1s\n",
        );
        assert_eq!(tally.to_string(), "on SQLite: 1, on PostgreSQL: 1, on neither: 1\n3 passed, 1 failed");
    }

    #[test]
    fn a_run_that_lost_tests_is_an_error() {
        let with = |passed| Tally { passed, ..Tally::default() };
        assert!(with(FEWEST).check().is_ok());
        assert!(with(FEWEST - 1).check().is_err());
    }

    #[test]
    fn sums_include_tests_whose_line_was_split() {
        let tally =
            tally("test a_test ... said something\nok\ntest result: ok. 1 passed; 0 failed; 2 ignored; 0");
        assert!(tally.to_string().ends_with("\n1 passed, 0 failed, 2 skipped"), "{tally}");
    }
}
