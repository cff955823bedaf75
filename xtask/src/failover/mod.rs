//! `cargo xtask failover`: servers on a PostgreSQL cluster of Patroni, under load, whose primary fails again and again.
//!
//! The machines of the cluster are network namespaces. Everything runs in namespaces of this command and ends with it.

mod cluster;
mod load;
mod machines;
mod options;
mod rounds;
mod way;

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Result, bail};

use self::options::Options;
use crate::{cargo, machine, postgres};

/// The first argument of this program where it runs in its namespaces.
pub const INSIDE: &str = "failover-inside";

/// Programs of Debian packages that the cluster consists of. None of them has to run as a service of the machine.
const PROGRAMS: [(&str, &str); 5] = [
    ("/usr/bin/patroni", "patroni"),
    ("/usr/bin/etcd", "etcd-server"),
    ("/usr/sbin/haproxy", "haproxy"),
    ("/usr/sbin/pgbouncer", "pgbouncer"),
    ("/usr/sbin/ip", "iproute2"),
];

/// Builds the server, and starts the rest in namespaces.
pub fn run(arguments: &[OsString]) -> Result<ExitCode> {
    Options::read(arguments)?;
    let missing = PROGRAMS.iter().filter(|(program, _)| !Path::new(program).exists());
    let mut missing: Vec<&str> = missing.map(|(_, package)| *package).collect();
    if postgres::programs().is_none() {
        missing.push("postgresql");
    }
    if !missing.is_empty() {
        bail!("these Debian packages are missing: {}", missing.join(" "));
    }
    if !machine::is_root()? {
        bail!("the machines of the cluster are network namespaces, which need root");
    }
    machine::succeed(cargo::cargo().args(["build", "--package", "statuary"]))?;
    let mut inside = Command::new("unshare");
    inside.args([
        "--mount",
        "--propagation",
        "private",
        "--net",
        "--pid",
        "--fork",
        "--kill-child",
        "--mount-proc",
    ]);
    // The first process of a namespace has to wait for those whose parents have ended: a shell does.
    inside.args(["sh", "-c", "\"$@\" & wait $!", "sh"]);
    inside.arg(std::env::current_exe()?).arg(INSIDE).args(arguments);
    machine::succeed(&mut inside)?;
    Ok(ExitCode::SUCCESS)
}

/// The rest, in its namespaces.
pub fn run_inside(arguments: &[OsString]) -> Result<ExitCode> {
    rounds::run(&Options::read(arguments)?)?;
    Ok(ExitCode::SUCCESS)
}
