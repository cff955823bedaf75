//! Starts the measured programs, sends requests to them and ends them.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::http;
use crate::machine::shown;

const START_TIMEOUT: Duration = Duration::from_mins(2);
const STOP_TIMEOUT: Duration = Duration::from_secs(10);
/// A slow server may still handle requests of clients that have disconnected.
const SETTLE_TIMEOUT: Duration = Duration::from_mins(5);
/// The response time of a server that is idle.
const IDLE: Duration = Duration::from_millis(100);
/// The time between two checks.
const PAUSE: Duration = Duration::from_millis(20);

/// A server that runs until this is dropped.
pub struct Server {
    child: Child,
    /// `http://HOST:PORT`
    pub url: String,
}

impl Server {
    /// Starts a server that prints `listening: URL`.
    pub fn start(command: &mut Command) -> Result<Self> {
        Self::start_with_log(command, Stdio::null())
    }

    /// The same, with a place for its standard error.
    pub fn start_with_log(command: &mut Command, log: Stdio) -> Result<Self> {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log);
        let mut child = command.spawn().with_context(|| format!("cannot run {}", shown(command)))?;
        let out = child.stdout.take().context("no output")?;
        let (sender, lines) = mpsc::channel();
        // To the end, so that later output does not block it.
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                drop(sender.send(line));
            }
        });
        let mut server = Self { child, url: String::new() };
        let until = Instant::now() + START_TIMEOUT;
        while server.url.is_empty() {
            let line = lines.recv_timeout(until.saturating_duration_since(Instant::now()));
            let line = line.with_context(|| format!("{} does not listen", shown(command)))?;
            if let Some(url) = line.strip_prefix("listening: ") {
                url.clone_into(&mut server.url);
            }
        }
        Ok(server)
    }

    /// Starts a server with a given address, and waits until it responds.
    pub fn at(command: &mut Command, url: &str) -> Result<Self> {
        let child = spawn(command.stdout(Stdio::null()))?;
        let mut server = Self { child, url: url.to_owned() };
        let until = Instant::now() + START_TIMEOUT;
        while server.get("/", &[]).is_err() {
            if let Some(status) = server.child.try_wait()? {
                bail!("{} ended: {status}", shown(command));
            }
            ensure!(Instant::now() < until, "{} does not respond", shown(command));
            std::thread::sleep(PAUSE);
        }
        Ok(server)
    }

    /// The bytes of a response: head and body.
    pub fn get(&self, path: &str, headers: &[(&str, &str)]) -> Result<Vec<u8>> {
        get(&self.url, path, headers)
    }

    /// The response, which must have the expected status.
    pub fn get_with(&self, status: u16, path: &str, headers: &[(&str, &str)]) -> Result<Vec<u8>> {
        let answer = self.get(path, headers)?;
        let head = String::from_utf8_lossy(&answer[..answer.len().min(400)]).into_owned();
        ensure!(head.starts_with(&format!("HTTP/1.1 {status} ")), "the response to {path} is {head}");
        Ok(answer)
    }

    /// Sends JSON; the response must have the expected status.
    pub fn send(
        &self,
        status: u16,
        (method, path): (&str, &str),
        headers: &[(&str, &str)],
        body: &serde_json::Value,
    ) -> Result<Vec<u8>> {
        let answer = http::request(&self.url, (method, path), headers, &body.to_string())?;
        let head = String::from_utf8_lossy(&answer[..answer.len().min(400)]).into_owned();
        ensure!(
            head.starts_with(&format!("HTTP/1.1 {status} ")),
            "the response to {method} {path} is {head}"
        );
        Ok(answer)
    }

    /// Sends a form, whose response is a redirection.
    pub fn submit(&self, path: &str, form: &str) -> Result<Vec<u8>> {
        let headers =
            [("Content-Type", "application/x-www-form-urlencoded"), ("Sec-Fetch-Site", "same-origin")];
        let answer = http::request(&self.url, ("POST", path), &headers, form)?;
        ensure!(answer.starts_with(b"HTTP/1.1 303 "), "the form is refused");
        Ok(answer)
    }

    /// The number of bytes that it has written to files and connections.
    pub fn written(&self) -> Result<u64> {
        let counts = std::fs::read_to_string(format!("/proc/{}/io", self.child.id()))?;
        let line = counts.lines().find_map(|line| line.strip_prefix("wchar:")).context("no wchar")?;
        Ok(line.trim().parse()?)
    }

    /// Anonymous memory, in bytes.
    pub fn memory(&self) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).context("no RssAnon")?;
        let kibibytes: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
        Ok(kibibytes * 1024)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // SIGTERM first, so that it can end its child processes.
        let signaled = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        let until = Instant::now() + STOP_TIMEOUT;
        while signaled.is_ok() && Instant::now() < until {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(PAUSE);
        }
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn get(url: &str, path: &str, headers: &[(&str, &str)]) -> Result<Vec<u8>> {
    http::request(url, ("GET", path), headers, "")
}

/// Waits until a server has handled earlier requests: it then responds to a read of its store without delay.
pub fn settle(url: &str) -> Result<()> {
    let until = Instant::now() + SETTLE_TIMEOUT;
    loop {
        let start = Instant::now();
        get(url, "/readyz", &[])?;
        if start.elapsed() < IDLE {
            return Ok(());
        }
        ensure!(Instant::now() < until, "{url} remains busy");
    }
}

fn spawn(command: &mut Command) -> Result<Child> {
    let spawned = command.stdin(Stdio::null()).stderr(Stdio::null()).spawn();
    spawned.with_context(|| format!("cannot run {}", shown(command)))
}

/// The output of a command that has to succeed within a number of seconds.
pub fn output(command: &mut Command, seconds: u64) -> Result<String> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot run {}", shown(command)))?;
    let mut out = child.stdout.take().context("no output")?;
    let reader = std::thread::spawn(move || {
        let mut text = String::new();
        out.read_to_string(&mut text).map(|_| text)
    });
    let until = Instant::now() + Duration::from_secs(seconds);
    let status = loop {
        match child.try_wait()? {
            Some(status) => break status,
            None if Instant::now() < until => std::thread::sleep(PAUSE),
            None => {
                child.kill()?;
                child.wait()?;
                bail!("{} takes longer than {seconds} s", shown(command));
            }
        }
    };
    ensure!(status.success(), "{} failed: {status}", shown(command));
    Ok(reader.join().expect("reading does not panic")?)
}

/// The number that a command prints as `NAME: NUMBER`.
pub fn figure(command: &mut Command, name: &str, seconds: u64) -> Result<f64> {
    let text = output(command, seconds + 30)?;
    let found = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    Ok(found.with_context(|| format!("no {name} in {text}"))?.parse()?)
}

/// Copies a store that no server has open.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    std::fs::copy(from.join("statuary.db"), to.join("statuary.db"))?;
    Ok(())
}
