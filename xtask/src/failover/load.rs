//! Writers that know what was acknowledged: some send each write once, the others repeat it with its idempotency key until it is
//! acknowledged.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use crate::http;

/// The number of writers at each server: every other one repeats its writes.
pub const WRITERS: usize = 4;
/// The pause between two writes of a writer, so that the load is bounded.
const PAUSE: Duration = Duration::from_millis(20);
/// The time after which a client gives up on a request.
const LIMIT: Duration = Duration::from_secs(15);

/// What happened to a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// It was sent.
    Sent,
    /// It was acknowledged.
    Acknowledged,
}

/// What all writers know.
#[derive(Debug, Default)]
pub struct Ledger {
    /// The texts of reports.
    writes: Mutex<BTreeMap<String, Fate>>,
    /// The moments of acknowledgements, by writer.
    moments: Mutex<BTreeMap<usize, Vec<Instant>>>,
    /// The responses that are neither a success nor 503, and how often each came.
    strange: Mutex<BTreeMap<String, usize>>,
    /// The number of 503 responses, and of requests without a response.
    failures: Mutex<(usize, usize)>,
    stop: AtomicBool,
}

/// What is in the store after a round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Found {
    pub acknowledged: usize,
    pub lost: usize,
    pub doubled: usize,
    /// Sent, without an acknowledgement, and kept all the same.
    pub unacknowledged: usize,
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Ledger {
    /// Writes to a server until the ledger is closed.
    pub fn write(&self, url: &str, token: &str, workspace: i64, writer: usize, round: usize) {
        let repeats = writer % 2 == 1;
        for number in 0_usize.. {
            let text = format!("round {round}, writer {writer}, number {number}.");
            lock(&self.writes).insert(text.clone(), Fate::Sent);
            loop {
                if self.stop.load(Ordering::SeqCst) {
                    return;
                }
                let is_done = self.send(url, token, workspace, &text, repeats);
                if is_done {
                    lock(&self.writes).insert(text.clone(), Fate::Acknowledged);
                    lock(&self.moments).entry(writer).or_default().push(Instant::now());
                }
                std::thread::sleep(PAUSE);
                if is_done || !repeats {
                    break;
                }
            }
        }
    }

    /// Sends a report. Returns whether it was acknowledged.
    fn send(&self, url: &str, token: &str, workspace: i64, text: &str, has_key: bool) -> bool {
        let (bearer, key) = (format!("Bearer {token}"), format!("\"{text}\""));
        let mut headers = vec![("Authorization", bearer.as_str()), ("Connection", "close")];
        if has_key {
            headers.push(("Idempotency-Key", &key));
        }
        let path = format!("/api/statuary/v1/workspaces/{workspace}/status_reports");
        let body = json!({ "color": "green", "description": text }).to_string();
        let answer = http::request_within(LIMIT, url, ("POST", &path), &headers, &body);
        let Ok(answer) = answer else {
            lock(&self.failures).1 += 1;
            return false;
        };
        let answer = String::from_utf8_lossy(&answer);
        match answer.split(' ').nth(1) {
            Some("201") => return true,
            Some("503") => lock(&self.failures).0 += 1,
            // Another request with the key is in progress.
            Some("409") if has_key => {}
            _ => {
                let line = answer.lines().next().unwrap_or_default().to_owned();
                *lock(&self.strange).entry(line).or_default() += 1;
            }
        }
        false
    }

    /// Lets the writers end after the request in progress.
    pub fn close(&self) {
        self.stop.store(true, Ordering::SeqCst);
    }

    /// Whether every one of some writers got this many acknowledgements after a moment.
    pub fn has_recovered(&self, writers: usize, since: Instant, number: usize) -> bool {
        let moments = lock(&self.moments);
        let after =
            |writer| moments.get(&writer).map_or(0, |all| all.iter().filter(|one| **one > since).count());
        (0..writers).all(|writer| after(writer) >= number)
    }

    /// The longest time without an acknowledgement of any writer that began or lasted after a moment.
    pub fn longest_gap(&self, since: Instant) -> Duration {
        let moments = lock(&self.moments);
        let gaps = moments.values().flat_map(|all| all.windows(2)).filter(|pair| pair[1] > since);
        gaps.map(|pair| pair[1] - pair[0]).max().unwrap_or_default()
    }

    /// The responses that no client expects.
    pub fn strange(&self) -> BTreeMap<String, usize> {
        lock(&self.strange).clone()
    }

    /// The number of 503 responses, and of requests without a response.
    pub fn failures(&self) -> (usize, usize) {
        *lock(&self.failures)
    }

    /// Compares with an archive of the store, in which the texts of the round have a beginning.
    pub fn compare(&self, archive: &str, beginning: &str) -> Result<Found> {
        let mut kept: BTreeMap<String, usize> = BTreeMap::new();
        for line in archive.lines() {
            let line: Value = serde_json::from_str(line).context("the archive is not JSON")?;
            if line["kind"] == "status_report" {
                let text = line["description"].as_str().unwrap_or_default().to_owned();
                *kept.entry(text).or_default() += 1;
            }
        }
        let mut found = Found::default();
        for (text, fate) in lock(&self.writes).iter() {
            let times = kept.remove(text).unwrap_or_default();
            found.doubled += usize::from(times > 1);
            match fate {
                Fate::Acknowledged => {
                    found.acknowledged += 1;
                    found.lost += usize::from(times == 0);
                }
                Fate::Sent => found.unacknowledged += times,
            }
        }
        if let Some(text) = kept.keys().find(|text| text.starts_with(beginning)) {
            bail!("nobody sent {text:?}");
        }
        ensure!(found.acknowledged > 0, "no write was acknowledged");
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive(texts: &[&str]) -> String {
        let line = |text: &&str| json!({ "kind": "status_report", "description": text }).to_string();
        texts.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn lost_and_doubled_writes_are_found() {
        let ledger = Ledger::default();
        for (text, fate) in [
            ("round 0, a", Fate::Acknowledged),
            ("round 0, b", Fate::Acknowledged),
            ("round 0, c", Fate::Sent),
            ("round 0, d", Fate::Sent),
        ] {
            lock(&ledger.writes).insert(text.into(), fate);
        }
        let good = Found { acknowledged: 2, unacknowledged: 1, ..Found::default() };
        let found = |texts: &[&str]| ledger.compare(&archive(texts), "round 0,").expect("a comparison");
        assert_eq!(found(&["round 0, a", "round 0, b", "round 0, c", "of the seed"]), good);
        assert_eq!(found(&["round 0, a", "round 0, c"]), Found { lost: 1, ..good });
        assert_eq!(
            found(&["round 0, a", "round 0, a", "round 0, b", "round 0, c"]),
            Found { doubled: 1, ..good }
        );
        assert!(ledger.compare(&archive(&["round 0, a", "round 0, nobody"]), "round 0,").is_err());
    }

    #[test]
    fn the_longest_gap_counts_from_a_moment() {
        let ledger = Ledger::default();
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        lock(&ledger.moments).insert(0, vec![at(0), at(20), at(21), at(24), at(25)]);
        assert_eq!(ledger.longest_gap(at(21)), Duration::from_secs(3));
        assert!(ledger.has_recovered(1, at(21), 2));
        assert!(!ledger.has_recovered(2, at(21), 2));
    }
}
