//! Loads that `wrk` generates, and its results.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use super::servers::output;

/// The number of connections of the tools of ten people, for which the goals are set.
pub const CONNECTIONS: usize = 32;
const THREADS: &str = "2";

/// Prints the results of wrk. `errors` are responses with a status of 400 or more, and failed connections.
const DONE: &str = r#"
done = function(summary, latency, requests)
    local e = summary.errors
    io.write(string.format("seen %d %d %d %d %d\n", summary.requests, summary.duration,
        e.connect + e.read + e.write + e.timeout + e.status, latency:percentile(99), latency:percentile(50)))
end
"#;

/// Each thread has random numbers of its own, the same in each run, unless there is a `salt`.
const SEED: &str = r"
local threads = 0
function setup(thread) threads = threads + 1; thread:set('number', threads) end
function init(arguments) math.randomseed(number + (salt or 0)) end
";

/// The requests of a load, as a Lua script.
#[derive(Clone)]
pub struct Load {
    script: String,
    /// The percentage of requests that may be refused.
    refusals: f64,
    connections: usize,
}

/// The results of a load.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measured {
    /// Responses per second.
    pub per_second: f64,
    /// The 99th percentile of the latency, in microseconds.
    pub p99: f64,
    /// The median of the latency, in microseconds.
    pub median: f64,
}

impl Load {
    /// Requests to one address.
    pub fn of(path: &str, headers: &[(&str, &str)]) -> Self {
        let set = Self::headers(headers);
        Self::with(format!("{set}wrk.path = '{path}'\n"))
    }

    /// Requests to addresses from a Lua expression, for example `'/things/' .. math.random(9)`.
    pub fn random(path: &str, headers: &[(&str, &str)]) -> Self {
        let set = Self::headers(headers);
        let request = format!("request = function() return wrk.format(nil, {path}) end");
        Self::with(format!("{SEED}{set}{request}\n"))
    }

    /// Posts JSON from a Lua expression to an address.
    pub fn post(path: &str, headers: &[(&str, &str)], body: &str) -> Self {
        let mut headers = headers.to_vec();
        headers.push(("Content-Type", "application/json"));
        let set = Self::headers(&headers);
        let request = format!("request = function() return wrk.format('POST', '{path}', nil, {body}) end");
        Self::with(format!("{SEED}{set}{request}\n"))
    }

    /// Posts JSON in turn with each of the tokens, which are quoted for Lua; the expression of the body has the number of the token's
    /// account as `account`.
    pub fn post_by(path: &str, tokens: &str, body: &str) -> Self {
        Self::with(format!(
            "{SEED}tokens = {{{tokens}}}
request = function()
    local account = math.random(#tokens)
    local headers = {{ ['Content-Type'] = 'application/json', ['Authorization'] = 'Bearer ' .. tokens[account] }}
    return wrk.format('POST', '{path}', headers, {body})
end
"
        ))
    }

    /// The same load from another number of connections than [`CONNECTIONS`].
    pub fn with_connections(self, connections: usize) -> Self {
        Self { connections, ..self }
    }

    /// The same load after a chunk of Lua that defines what the expression uses.
    pub fn with_prelude(self, chunk: &str) -> Self {
        Self { script: format!("{chunk}\n{}", self.script), ..self }
    }

    /// The same load, of which some percent of the requests may be refused.
    pub fn allow_refusals(self, refusals: f64) -> Self {
        Self { refusals, ..self }
    }

    fn with(requests: String) -> Self {
        Self { script: requests + DONE, refusals: 0.0, connections: CONNECTIONS }
    }

    fn headers(headers: &[(&str, &str)]) -> String {
        let line = |(name, value): &(&str, &str)| format!("wrk.headers['{name}'] = '{value}'\n");
        headers.iter().map(line).collect::<Vec<_>>().concat()
    }

    /// Sends requests to a server for a number of seconds.
    ///
    /// # Errors
    /// If more responses are refusals than allowed: a server that refuses is fast.
    pub fn run(&self, folder: &Path, url: &str, seconds: u64) -> Result<Measured> {
        let script = tempfile::Builder::new().suffix(".lua").tempfile_in(folder)?.into_temp_path();
        std::fs::write(&script, &self.script)?;
        let mut wrk = Command::new("wrk");
        wrk.args([
            "-t",
            THREADS,
            "-c",
            &self.connections.to_string(),
            "-d",
            &format!("{seconds}s"),
            "--timeout",
            "60s",
        ]);
        wrk.arg("--latency").arg("-s").arg(&*script).arg(url);
        let text = output(&mut wrk, seconds + 30)?;
        parsed(&text, self.refusals)
    }
}

fn parsed(text: &str, refusals: f64) -> Result<Measured> {
    let line = text.lines().find_map(|line| line.strip_prefix("seen ")).context("wrk prints no results")?;
    let numbers: Vec<f64> = line.split(' ').map(str::parse).collect::<Result<_, _>>()?;
    let [requests, microseconds, errors, p99, median] = numbers[..] else {
        bail!("unexpected results of wrk: {line}")
    };
    ensure!(errors <= requests * refusals / 100.0, "{errors} of {requests} requests failed");
    // If no request was answered in time, count one.
    Ok(Measured { per_second: (requests - errors).max(1.0) / microseconds * 1e6, p99, median })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_parsed_and_failures_are_errors() {
        let read = parsed("Running 1s test\n  Requests/sec: 3\nseen 3000 1500000 0 900 300\n", 0.0).unwrap();
        assert_eq!(read, Measured { per_second: 2000.0, p99: 900.0, median: 300.0 });
        assert!(parsed("seen 3000 1500000 30 900 300", 1.0).is_ok());
        for wrong in ["seen 3000 1500000 1 900 300", "seen 0 1500000 32 0 0", "unable to connect"] {
            assert!(parsed(wrong, 0.0).is_err(), "{wrong}");
        }
    }
}
