//! How servers find the primary: by a URL with both machines, through `HAProxy`, or through pgbouncer.

use std::fmt;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Result;

use super::cluster::{Cluster, PATRONI, until};
use super::machines::HERE;
use crate::postgres::{self, USER};

const HAPROXY: u16 = 5000;
const PGBOUNCER: u16 = 6432;
/// The number of connections in a row that have to lead to the primary.
const TURNS: usize = 6;

/// A way to the primary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// The URL has both machines, and asks for the one that takes writes.
    Hosts,
    /// `HAProxy` asks Patroni.
    Haproxy,
    /// pgbouncer, in transaction mode, in front of `HAProxy`.
    Pgbouncer,
}

impl Way {
    /// Starts what is between the servers and the cluster. Returns the URL for the servers.
    pub fn open(self, cluster: &mut Cluster) -> Result<String> {
        Ok(match self {
            Self::Hosts => {
                let hosts: Vec<_> =
                    cluster.machines.iter().map(|machine| format!("{}:5432", machine.address())).collect();
                format!("postgres://{USER}@{}/{USER}?target_session_attrs=read-write", hosts.join(","))
            }
            Self::Haproxy => {
                haproxy(cluster)?;
                format!("postgres://{USER}@{HERE}:{HAPROXY}/{USER}?target_session_attrs=any")
            }
            Self::Pgbouncer => {
                haproxy(cluster)?;
                pgbouncer(cluster)?;
                format!("postgres://{USER}@{HERE}:{PGBOUNCER}/{USER}?pooler=transaction")
            }
        })
    }
}

fn haproxy(cluster: &mut Cluster) -> Result<()> {
    let servers = cluster.machines.iter().map(|machine| {
        let (name, address) = (machine.name(), machine.address());
        format!("    server {name} {address}:5432 check port {PATRONI}\n")
    });
    // As the documentation of Patroni has it, with shorter times.
    let text = format!(
        "global\n    maxconn 1000\n\
         defaults\n    mode tcp\n    timeout connect 2s\n    timeout client 30m\n    timeout server 30m\n    timeout check 1s\n\
         listen primary\n    bind {HERE}:{HAPROXY}\n    option httpchk OPTIONS /primary\n    http-check expect status 200\n\
         \x20   default-server inter 1s fall 2 rise 1 on-marked-down shutdown-sessions\n{}",
        servers.collect::<String>()
    );
    let file = cluster.folder.join("haproxy.cfg");
    fs::write(&file, text)?;
    cluster.keep("haproxy", Command::new("/usr/sbin/haproxy").arg("-db").arg("-f").arg(&file))?;
    listens(HAPROXY)?;
    // Before its first checks, every machine takes its turn.
    let mut turns = 0;
    until("way that leads to the primary alone", || {
        turns = if leads_to_primary() { turns + 1 } else { 0 };
        turns >= TURNS
    })
}

/// Whether a new connection through `HAProxy` may write.
fn leads_to_primary() -> bool {
    let url = format!("postgres://{USER}@{HERE}:{HAPROXY}/{USER}?connect_timeout=2");
    let asked = Command::new("psql").args([&url, "-Atc", "show transaction_read_only"]).output();
    asked.is_ok_and(|answer| answer.stdout == b"off\n")
}

fn pgbouncer(cluster: &mut Cluster) -> Result<()> {
    let text = format!(
        "[databases]\n* = host={HERE} port={HAPROXY}\n\
         [pgbouncer]\nlisten_addr = {HERE}\nlisten_port = {PGBOUNCER}\nunix_socket_dir =\nauth_type = any\n\
         pool_mode = transaction\nmax_client_conn = 500\ndefault_pool_size = 40\n\
         server_login_retry = 1\nserver_connect_timeout = 2\n"
    );
    let text = text.replace("* = ", &format!("{USER} = user={USER} "));
    let file = cluster.folder.join("pgbouncer.ini");
    fs::write(&file, text)?;
    let mut pgbouncer = postgres::as_server_user(Path::new("/usr/sbin/pgbouncer"))?;
    cluster.keep("pgbouncer", pgbouncer.arg(&file))?;
    listens(PGBOUNCER)
}

fn listens(port: u16) -> Result<()> {
    until("listener", || std::net::TcpStream::connect((HERE, port)).is_ok())
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Hosts => "a URL with both machines",
            Self::Haproxy => "HAProxy",
            Self::Pgbouncer => "pgbouncer in transaction mode and HAProxy",
        })
    }
}
