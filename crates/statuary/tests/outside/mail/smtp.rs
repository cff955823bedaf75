//! The mail server.

use std::process::{Command, Stdio};

use serde_json::Value;

use crate::support::{Process, root};

/// A mail server that follows a script.
pub struct Smtp {
    process: Process,
    pub port: u16,
}

impl Smtp {
    /// A server on any free port.
    pub fn start(script: &str, options: &[&str]) -> Self {
        Self::at(0, script, options)
    }

    /// A server on a port; 0 is any.
    pub fn at(port: u16, script: &str, options: &[&str]) -> Self {
        let clients = root().join("tests/clients");
        let python = clients.join(".venv/aiosmtpd/bin/python");
        assert!(python.exists(), "the mail server is not installed: run `cargo xtask test`");
        let mut command = Command::new(python);
        command.arg(clients.join("python/smtp_server.py")).args([&port.to_string(), script]).args(options);
        let mut process = Process::start_with_its_input(command.stdin(Stdio::piped()));
        let line = process.line();
        let port = line.strip_prefix("listening ").and_then(|port| port.parse().ok());
        Self { port: port.unwrap_or_else(|| panic!("{line}")), process }
    }

    /// The URL of a scheme.
    pub fn url(&self, scheme: &str) -> String {
        format!("{scheme}://localhost:{}", self.port)
    }

    /// The next mail, with what was done with it.
    #[track_caller]
    pub fn mail(&mut self) -> Value {
        serde_json::from_str(&self.process.line()).expect("JSON")
    }
}
