//! A PostgreSQL cluster as operators run it: Patroni on two machines, etcd beside them, and a synchronous standby.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::json;

use super::machines::{HERE, Machine};
use crate::postgres::{self, USER};
use crate::{http, machine};

/// The port of Patroni's interface.
pub const PATRONI: u16 = 8008;

/// The time in which the cluster must be whole again.
const PATIENCE: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(100);

/// Seconds after which a primary that does not renew its lease is replaced, and the times of Patroni that have to be shorter. Its
/// defaults are 30, 10 and 10: writers then wait for half a minute, whatever the server does.
const LEASE: u64 = 5;
const LOOP: u64 = 1;
const RETRY: u64 = 2;

/// A running cluster.
pub struct Cluster {
    pub folder: PathBuf,
    pub machines: Vec<Machine>,
    /// The processes that end with this value.
    children: Vec<Child>,
}

impl Cluster {
    /// Starts etcd and two machines with PostgreSQL, and waits until one is the primary and the other one its synchronous standby.
    pub fn start(folder: &Path) -> Result<Self> {
        own(folder)?;
        let mut cluster = Self { folder: folder.to_owned(), machines: Vec::new(), children: Vec::new() };
        cluster.start_etcd()?;
        for number in 1..=2 {
            let machine = Machine::start(number)?;
            cluster.machines.push(machine);
            cluster.configure(machine)?;
            cluster.start_patroni(machine)?;
            if number == 1 {
                until("a primary", || cluster.primary().is_some())?;
            }
        }
        cluster.wait_until_whole()?;
        Ok(cluster)
    }

    /// A folder of the server's user.
    pub fn own_folder(&self, name: &str) -> Result<PathBuf> {
        let folder = self.folder.join(name);
        fs::create_dir_all(&folder)?;
        own(&folder)?;
        Ok(folder)
    }

    /// Runs a program until the cluster ends, with its output in a log.
    pub fn keep(&mut self, name: &str, command: &mut Command) -> Result<()> {
        let log = File::create(self.folder.join(format!("{name}.log")))?;
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let child = command.spawn().with_context(|| format!("cannot run {}", machine::shown(command)))?;
        self.children.push(child);
        Ok(())
    }

    fn start_etcd(&mut self) -> Result<()> {
        let url = format!("http://{HERE}:2379");
        let mut etcd = postgres::as_server_user(Path::new("/usr/bin/etcd"))?;
        etcd.arg("--data-dir").arg(self.own_folder("etcd")?.join("data"));
        etcd.args(["--listen-client-urls", &url, "--advertise-client-urls", &url]);
        etcd.args(["--listen-peer-urls", "http://127.0.0.1:0", "--enable-v2=true"]);
        // With the newer interface, Patroni 3.0 never names a synchronous standby again after its process was stopped.
        self.keep("etcd", &mut etcd)?;
        until("etcd", || http::request(&url, ("GET", "/health"), &[], "").is_ok())
    }

    fn configure(&self, machine: Machine) -> Result<()> {
        let (name, address) = (machine.name(), machine.address());
        let folder = self.own_folder(&name)?;
        let programs = postgres::programs().context("the package postgresql is not installed")?;
        let trust = [
            "local all all trust",
            "host all all 10.77.0.0/24 trust",
            "host replication all 10.77.0.0/24 trust",
        ];
        let configuration = json!({
            "scope": "statuary",
            "name": name,
            "restapi": { "listen": format!("{address}:{PATRONI}"), "connect_address": format!("{address}:{PATRONI}") },
            "etcd": { "host": format!("{HERE}:2379") },
            "bootstrap": {
                "dcs": {
                    "ttl": LEASE,
                    "loop_wait": LOOP,
                    "retry_timeout": RETRY,
                    "synchronous_mode": true,
                    "primary_start_timeout": 0,
                    "master_start_timeout": 0,
                    "postgresql": { "use_pg_rewind": true, "parameters": { "wal_log_hints": "on", "max_connections": 200 } },
                },
                "initdb": [{ "encoding": "UTF8" }, { "locale": "C" }, "data-checksums"],
            },
            "postgresql": {
                "listen": format!("{address}:5432"),
                "connect_address": format!("{address}:5432"),
                "data_dir": folder.join("data"),
                "bin_dir": programs,
                "pgpass": folder.join("pgpass"),
                "pg_hba": trust,
                "parameters": { "unix_socket_directories": folder },
                "authentication": {
                    "superuser": { "username": USER, "password": "unused" },
                    "replication": { "username": "replicator", "password": "unused" },
                },
            },
        });
        // Every JSON document is a YAML document.
        fs::write(self.folder.join(format!("{name}.yml")), configuration.to_string())?;
        Ok(())
    }

    /// Starts Patroni on a machine, which starts PostgreSQL.
    pub fn start_patroni(&mut self, machine: Machine) -> Result<()> {
        let as_user = postgres::as_server_user(Path::new("/usr/bin/patroni"))?;
        let mut patroni = machine.command(as_user.get_program().to_str().context("a program")?);
        patroni.args(as_user.get_args()).arg(self.folder.join(format!("{}.yml", machine.name())));
        patroni.current_dir(&self.folder);
        let log = format!("{}-{}", machine.name(), self.children.len());
        self.keep(&log, &mut patroni)
    }

    /// The machine that is the primary, as Patroni on it says.
    pub fn primary(&self) -> Option<Machine> {
        self.machines.iter().copied().find(|machine| is(*machine, "primary"))
    }

    /// Whether another machine than this one is the primary. This one is not asked: it may be silent.
    pub fn has_primary_besides(&self, machine: Machine) -> bool {
        self.machines.iter().any(|other| *other != machine && is(*other, "primary"))
    }

    /// Waits until there is a primary with a synchronous standby.
    pub fn wait_until_whole(&self) -> Result<()> {
        until("a primary with a synchronous standby", || {
            let standby =
                |primary| self.machines.iter().any(|other| *other != primary && is(*other, "synchronous"));
            self.primary().is_some_and(standby)
        })
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // The namespace of processes ends afterwards, and with it what these started.
        for child in &mut self.children {
            drop(child.kill());
            drop(child.wait());
        }
    }
}

/// Whether Patroni answers a question about its machine with yes.
fn is(machine: Machine, role: &str) -> bool {
    let url = format!("http://{}:{PATRONI}", machine.address());
    http::request_within(Duration::from_secs(1), &url, ("GET", &format!("/{role}")), &[], "")
        .is_ok_and(|answer| answer.starts_with(b"HTTP/1.0 200") || answer.starts_with(b"HTTP/1.1 200"))
}

/// The state of the cluster as a machine sees it, for messages.
pub fn state(machine: Machine) -> String {
    let url = format!("http://{}:{PATRONI}/cluster", machine.address());
    let done = Command::new("curl").args(["--silent", "--max-time", "1", &url]).output();
    done.map(|done| String::from_utf8_lossy(&done.stdout).into_owned()).unwrap_or_default()
}

/// Waits until something is true.
pub fn until(what: &str, mut is_true: impl FnMut() -> bool) -> Result<()> {
    let end = Instant::now() + PATIENCE;
    while !is_true() {
        if Instant::now() > end {
            bail!("there is no {what} after {} s", PATIENCE.as_secs());
        }
        std::thread::sleep(PAUSE);
    }
    Ok(())
}

fn own(folder: &Path) -> Result<()> {
    let user = machine::id(Some(USER))?;
    std::os::unix::fs::chown(folder, Some(user), None)?;
    ensure!(folder.exists());
    Ok(())
}
