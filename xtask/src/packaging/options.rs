//! The options of `cargo xtask package`.

use std::ffi::OsString;

use anyhow::{Context, Result, bail};

/// What to do with the packages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// Make them.
    Make,
    /// Make them, and install, start, upgrade, remove and purge them in a scratch copy of this machine.
    Test,
    /// Make them, and check the files in `deploy/` with linters and schemas.
    Lint,
    /// Build the program in two folders and compare the bytes.
    Twice,
}

/// The options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    pub task: Task,
    /// The profile of cargo.
    pub profile: String,
    /// Whether the binary contains the C library.
    pub is_static: bool,
}

impl Options {
    /// Reads the arguments.
    pub fn read(arguments: &[OsString]) -> Result<Self> {
        let mut options = Self { task: Task::Make, profile: "dist".into(), is_static: false };
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            match word.to_str() {
                Some("--test") if options.task == Task::Make => options.task = Task::Test,
                Some("--lint") if options.task == Task::Make => options.task = Task::Lint,
                Some("--twice") if options.task == Task::Make => options.task = Task::Twice,
                Some("--static") => options.is_static = true,
                Some("--profile") => {
                    let name = words.next().and_then(|name| name.to_str());
                    name.context("--profile needs a name")?.clone_into(&mut options.profile);
                }
                _ => bail!("cargo xtask package does not know {}", word.display()),
            }
        }
        Ok(options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_read() {
        let read = |words: &[&str]| Options::read(&words.iter().map(OsString::from).collect::<Vec<_>>());
        let options = read(&["--profile", "dev", "--test"]).expect("options");
        assert_eq!((options.task, options.profile.as_str(), options.is_static), (Task::Test, "dev", false));
        assert!(read(&["--static"]).expect("options").is_static);
        for wrong in [&["--profile"][..], &["--test", "--twice"], &["--no-such-option"]] {
            assert!(read(wrong).is_err(), "{wrong:?}");
        }
    }
}
