//! Machines of the cluster: network namespaces on a bridge, whose cable can be pulled, and whose processes can be killed or stopped.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::machine;

/// The address of everything that is on no machine of the cluster.
pub const HERE: &str = "10.77.0.1";

/// A machine of the cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Machine(pub usize);

/// Makes the bridge.
pub fn prepare() -> Result<()> {
    // The names of network namespaces are mounts below this folder.
    machine::succeed(Command::new("mount").args(["-t", "tmpfs", "tmpfs", "/run"]))?;
    ip("link set lo up")?;
    ip("link add bridge type bridge")?;
    ip(&format!("addr add {HERE}/24 dev bridge"))?;
    ip("link set bridge up")
}

fn ip(words: &str) -> Result<()> {
    machine::succeed(Command::new("ip").args(words.split(' ')))
}

impl Machine {
    /// Makes the machine, and connects it to the bridge.
    pub fn start(number: usize) -> Result<Self> {
        let machine = Self(number);
        let (name, cable) = (machine.name(), machine.cable());
        ip(&format!("netns add {name}"))?;
        ip(&format!("link add {cable} type veth peer name eth0 netns {name}"))?;
        ip(&format!("link set {cable} master bridge up"))?;
        ip(&format!("-n {name} addr add {}/24 dev eth0", machine.address()))?;
        ip(&format!("-n {name} link set eth0 up"))?;
        ip(&format!("-n {name} link set lo up"))?;
        Ok(machine)
    }

    /// Its name.
    pub fn name(self) -> String {
        format!("node{}", self.0)
    }

    /// Its address.
    pub fn address(self) -> String {
        format!("10.77.0.{}", 10 + self.0)
    }

    fn cable(self) -> String {
        format!("cable{}", self.0)
    }

    /// A command on the machine.
    pub fn command(self, program: &str) -> Command {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.name()]).arg(program);
        command
    }

    /// Pulls the cable: packets are lost, and nobody is told.
    pub fn cut(self) -> Result<()> {
        ip(&format!("link set {} down", self.cable()))
    }

    /// Plugs the cable in again.
    pub fn connect(self) -> Result<()> {
        ip(&format!("link set {} up", self.cable()))
    }

    /// Sends a signal to all processes of the machine.
    pub fn signal(self, signal: &str) -> Result<()> {
        let ids =
            Command::new("ip").args(["netns", "pids", &self.name()]).output().context("cannot run ip")?;
        let ids = String::from_utf8(ids.stdout)?;
        if ids.split_whitespace().next().is_none() {
            bail!("no process runs on {}", self.name());
        }
        // A process may end meanwhile.
        let mut kill = Command::new("kill");
        kill.arg(format!("-{signal}")).args(ids.split_whitespace()).stderr(Stdio::null());
        kill.status().context("cannot run kill").map(drop)
    }
}
