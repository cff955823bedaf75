//! What the house needs beyond cargo: `cargo xtask test`, `cargo xtask bench`,
//! `cargo xtask instructions` and `cargo xtask postgres COMMAND...`.

mod bench;
mod cargo;
mod dependencies;
mod instructions;
mod machine;
mod packages;
mod postgres;
mod tally;
mod test;
mod with_postgres;

use std::ffi::OsString;
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask test [FILTER]       installs what the tests need, then runs everything that must hold
cargo xtask bench [FILTER]      measures beside floors; without a filter, the table in docs/performance.md is written anew
                  [--quick]     once and for a second each: whether it runs
cargo xtask instructions        counts the instructions of hot paths against the figures that are kept
                  [--write]     keeps what was counted
cargo xtask dependencies        checks their licences and sources, and that none is there which must not be
cargo xtask postgres COMMAND... runs a command with a PostgreSQL server of its own, for the tests";

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let task = arguments.next().unwrap_or_default();
    let rest: Vec<OsString> = arguments.collect();
    let done = match (task.to_str(), rest.as_slice()) {
        (Some("test"), [] | [_]) => test::run(rest.first().map(OsString::as_os_str)),
        (Some("bench"), options) => bench::run(options),
        (Some("instructions"), []) => instructions::run(false).map(|()| ExitCode::SUCCESS),
        (Some("instructions"), [word]) if word == "--write" => {
            instructions::run(true).map(|()| ExitCode::SUCCESS)
        }
        (Some("dependencies"), []) => dependencies::check().map(|()| ExitCode::SUCCESS),
        (Some("postgres"), [program, arguments @ ..]) => with_postgres::run(program, arguments),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    done.unwrap_or_else(|error| {
        eprintln!("xtask: {error:#}");
        ExitCode::FAILURE
    })
}
