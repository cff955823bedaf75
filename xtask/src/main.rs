//! The tasks of this repository beyond cargo's own.

mod bench;
mod cargo;
mod dependencies;
mod failover;
mod house;
mod http;
mod instructions;
mod machine;
mod packages;
mod packaging;
mod postgres;
mod scaling;
mod tally;
mod test;
mod with_postgres;

use std::ffi::OsString;
use std::process::ExitCode;

use self::instructions::Build;

const USAGE: &str = "\
cargo xtask test [FILTER]       installs what the tests need, then checks and tests everything
cargo xtask house               checks crate borders, circles of files, long files and the documents that comments cite
cargo xtask dependencies        checks licences, sources and banned crates
cargo xtask bench [FILTER]      measures and compares with baselines; without a filter, rewrites the table in docs/explanation/performance.md
                  [--quick]     measures once, for a second each: a check that the benchmark runs
cargo xtask instructions        counts the instructions of hot paths and compares with xtask/instructions.txt
                  [--unoptimised] counts the build of the tests, as `cargo xtask test` does
                  [--write]     keeps the counts of that build
cargo xtask package             makes the packages: Debian's, an archive, the list of parts and SHA256SUMS, in target/package
                  [--profile NAME] with this profile of cargo instead of dist; dev uses the build of the tests
                  [--static]    with a binary that contains the C library
                  [--test]      and installs, starts, upgrades, removes and purges them in a scratch copy of this machine
                  [--static --test] and makes the image of deploy/Dockerfile with buildah, and runs it
                  [--lint]      and checks deploy/ with hadolint and the schemas of Kubernetes, Compose and CycloneDX
                  [--twice]     builds in two folders instead, and compares the bytes
cargo xtask failover            lets the primary of a PostgreSQL cluster fail under load, and checks every acknowledged write
                  [--rounds N]  N times instead of 10
                  [--servers N] with N servers instead of 2
                  [--parameters TEXT] with this at the end of the database URL, such as '&connect_timeout=1'
                  [--haproxy]   with HAProxy instead of a URL with both machines
                  [--pgbouncer] with pgbouncer in transaction mode before HAProxy
cargo xtask scaling             measures the bytes of a report, and simulates 10,000 accounts on several databases
                  [--program FILE] with this program instead of a new release build
cargo xtask postgres COMMAND... runs a command with a PostgreSQL server of its own, for the tests
                  [--newest]    of the version that a package of PyPI brings, instead of Debian's";

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let task = arguments.next().unwrap_or_default();
    let rest: Vec<OsString> = arguments.collect();
    let done = match (task.to_str(), rest.as_slice()) {
        (Some("test"), [] | [_]) => test::run(rest.first().map(OsString::as_os_str)),
        (Some("bench"), options) => bench::run(options),
        (Some("instructions"), options)
            if options.iter().all(|word| word == "--unoptimised" || word == "--write") =>
        {
            let has = |name: &str| options.iter().any(|word| word == name);
            let build = if has("--unoptimised") { Build::Unoptimised } else { Build::Optimised };
            instructions::run(build, has("--write")).map(|()| ExitCode::SUCCESS)
        }
        (Some("house"), []) => house::check().map(|()| ExitCode::SUCCESS),
        (Some("dependencies"), []) => dependencies::check().map(|()| ExitCode::SUCCESS),
        (Some("package"), options) => packaging::run(options),
        (Some(packaging::INSIDE), [package]) => packaging::run_inside(package),
        (Some("failover"), options) => failover::run(options),
        (Some(failover::INSIDE), options) => failover::run_inside(options),
        (Some("scaling"), options) => scaling::run(options),
        (Some("postgres"), [newest, arguments @ ..]) if newest == "--newest" => {
            with_postgres::run_on_newest(arguments)
        }
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
