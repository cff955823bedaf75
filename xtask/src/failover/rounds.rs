//! The rounds: in each one the primary is killed, stopped or cut off under load, and everything is checked afterwards.

use std::fmt;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use super::cluster::{Cluster, state, until};
use super::load::{Ledger, WRITERS};
use super::machines::{self, Machine};
use super::options::Options;
use crate::bench::servers::{Server, output};
use crate::cargo::target;

/// The time in which each writer must get its next acknowledgement.
const RECOVERY: Duration = Duration::from_secs(10);
/// The acknowledgements of each writer before the primary fails, and after it.
const WRITES: usize = 10;
/// The seconds that a command of the program may take.
const SECONDS: u64 = 120;

/// How a primary fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Failure {
    /// All of its processes are killed.
    Kill,
    /// All of its processes are stopped, and go on when another machine is the primary.
    Stop,
    /// Its cable is pulled.
    Cut,
}

impl Failure {
    fn of_round(round: usize) -> Self {
        [Self::Kill, Self::Stop, Self::Cut][round % 3]
    }

    fn strike(self, machine: Machine) -> Result<()> {
        match self {
            Self::Kill => machine.signal("KILL"),
            Self::Stop => machine.signal("STOP"),
            Self::Cut => machine.cut(),
        }
    }

    fn heal(self, machine: Machine, cluster: &mut Cluster) -> Result<()> {
        match self {
            Self::Kill => cluster.start_patroni(machine),
            Self::Stop => machine.signal("CONT"),
            Self::Cut => machine.connect(),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Kill => "killed",
            Self::Stop => "stopped",
            Self::Cut => "cut off",
        })
    }
}

/// Runs all rounds and prints a table. The logs stay if something is wrong.
pub fn run(options: &Options) -> Result<()> {
    let mut folder = tempfile::Builder::new().prefix("statuary-failover-").tempdir_in("/tmp")?;
    machines::prepare()?;
    let done = run_in(folder.path(), options);
    if done.is_err() {
        folder.disable_cleanup(true);
        eprintln!("the logs are in {}", folder.path().display());
    }
    done
}

fn run_in(folder: &Path, options: &Options) -> Result<()> {
    let mut cluster = Cluster::start(folder)?;
    let url = options.way.open(&mut cluster)? + &options.parameters;
    let done = rounds(options, &mut cluster, &url);
    if done.is_err() {
        for machine in &cluster.machines {
            eprintln!("{}: {}", machine.name(), state(*machine));
        }
    }
    done
}

fn rounds(options: &Options, cluster: &mut Cluster, url: &str) -> Result<()> {
    let seed = ["seed", "--workspaces", "4", "--reports", "4", "--changes", "4"];
    let token = output(statuary(cluster, url).args(seed), SECONDS)?;
    let token = token.trim().strip_prefix("token: ").context("seed printed no token")?.to_owned();
    let serve = |cluster: &Cluster, number: usize| {
        let log = std::fs::File::create(cluster.folder.join(format!("statuary-{number}.log")))?;
        let mut command = statuary(cluster, url);
        command.args(["serve", "--listen", "127.0.0.1:0"]).env("STATUARY_RATE_LIMIT", "0");
        Server::start_with_log(&mut command, log.into())
    };
    let servers = (0..options.servers).map(|number| serve(cluster, number)).collect::<Result<Vec<_>>>()?;
    println!("{} servers, {WRITERS} writers at each, through {}\n", servers.len(), options.way);
    println!(
        "round  primary  fails    new primary  longest gap  acknowledged  503  no response  lost  doubled  kept unacknowledged"
    );
    let mut problems = Vec::new();
    for round in 0..options.rounds {
        let failure = Failure::of_round(round);
        if let Err(problem) = self::round(cluster, &servers, &token, url, round, failure) {
            problems.push(format!("round {}: {problem:#}", round + 1));
        }
        cluster.wait_until_whole()?;
    }
    output(statuary(cluster, url).arg("verify"), SECONDS)?;
    if problems.is_empty() { Ok(()) } else { bail!("{}", problems.join("\n")) }
}

fn round(
    cluster: &mut Cluster,
    servers: &[Server],
    token: &str,
    url: &str,
    round: usize,
    failure: Failure,
) -> Result<()> {
    let ledger = Ledger::default();
    let writers = servers.len() * WRITERS;
    let primary = cluster.primary().context("there is no primary")?;
    let (mut struck, mut promoted) = (Instant::now(), Duration::ZERO);
    let passed = std::thread::scope(|scope| {
        for writer in 0..writers {
            let (ledger, server) = (&ledger, &servers[writer / WRITERS]);
            let workspace = i64::try_from(writer % 4).unwrap_or_default() + 1;
            scope.spawn(move || ledger.write(&server.url, token, workspace, writer, round));
        }
        let passed = (|| {
            until("progress before the failure", || ledger.has_recovered(writers, struck, WRITES))?;
            failure.strike(primary)?;
            struck = Instant::now();
            until("another primary", || cluster.has_primary_besides(primary))?;
            promoted = struck.elapsed();
            let recovered =
                until("progress after the failure", || ledger.has_recovered(writers, struck, WRITES));
            failure.heal(primary, cluster)?;
            recovered
        })();
        ledger.close();
        passed
    });
    passed?;
    cluster.wait_until_whole()?;
    let archive = output(statuary(cluster, url).args(["export", "-"]), SECONDS)?;
    let found = ledger.compare(&archive, &format!("round {round},"))?;
    let gap = ledger.longest_gap(struck);
    let (unavailable, silent) = ledger.failures();
    println!(
        "{:>5}  {}    {failure:<7} {:>10.1} s  {:>9.1} s  {:>12}  {unavailable:>3}  {silent:>11}  {:>4}  {:>7}  {:>19}",
        round + 1,
        primary.name(),
        promoted.as_secs_f64(),
        gap.as_secs_f64(),
        found.acknowledged,
        found.lost,
        found.doubled,
        found.unacknowledged,
    );
    ensure!(found.lost == 0 && found.doubled == 0, "{found:?}");
    ensure!(ledger.strange().is_empty(), "{:?}", ledger.strange());
    ensure!(gap <= RECOVERY, "a writer had to wait for {:.1} s", gap.as_secs_f64());
    Ok(())
}

/// A command of the program on the cluster.
fn statuary(cluster: &Cluster, url: &str) -> Command {
    let mut command = Command::new(target().join("debug/statuary"));
    command.current_dir(&cluster.folder).env("STATUARY_DATABASE_URL", url);
    command
}
