//! The state of a run, and its measurements.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use tempfile::TempDir;

use super::servers::{self, Server};
use super::stores::{self, Store};
use super::table::{Item, Row};
use super::wrk::{Load, Measured};

/// The number of measurements of each side, in turn.
const TIMES: usize = 5;
/// Seconds of a measurement next to a baseline.
pub const LONG: u64 = 10;
/// Seconds of a measurement of one store next to another, or next to a peer.
pub const SHORT: u64 = 2;
const WARM_UP: u64 = 2;

/// A run of the benchmark.
pub struct Bench {
    pub filter: String,
    pub is_quick: bool,
    pub rows: Vec<Row>,
    /// Scripts, captured responses and copies of stores, deleted at the end.
    pub folder: TempDir,
    /// The folder that is kept between runs.
    pub home: PathBuf,
    pub program: PathBuf,
    pub baselines: PathBuf,
}

impl Bench {
    /// Whether the filter selects any of the items.
    pub fn wants(&self, items: &[Item]) -> bool {
        items.iter().any(|item| item.work.contains(&self.filter))
    }

    /// Seconds of a measurement.
    pub const fn seconds(&self, planned: u64) -> u64 {
        if self.is_quick { 1 } else { planned }
    }

    /// The number of measurements of each side.
    pub const fn times(&self) -> usize {
        if self.is_quick { 1 } else { TIMES }
    }

    /// Measures the rates of an item and of its baseline in turn, and records a row.
    pub fn compare(
        &mut self,
        item: Item,
        seconds: u64,
        ours: impl FnMut(u64) -> Result<f64>,
        baseline: impl FnMut(u64) -> Result<f64>,
    ) -> Result<()> {
        if self.wants(&[item]) {
            let pairs = self.pairs(item, seconds, ours, baseline)?;
            self.record(Row::of_rates(item, &pairs));
        }
        Ok(())
    }

    /// Measures the rates of an item and of its baseline in turn.
    pub fn pairs(
        &self,
        item: Item,
        seconds: u64,
        mut ours: impl FnMut(u64) -> Result<f64>,
        mut baseline: impl FnMut(u64) -> Result<f64>,
    ) -> Result<Vec<(f64, f64)>> {
        let warm_up = self.seconds(WARM_UP);
        let context = || format!("measuring {}", item.work);
        ours(warm_up).with_context(context)?;
        baseline(warm_up).with_context(context)?;
        let (seconds, mut pairs) = (self.seconds(seconds), Vec::new());
        for _ in 0..self.times() {
            let pair = (ours(seconds).with_context(context)?, baseline(seconds).with_context(context)?);
            eprintln!("  {}: {:.1}/s, baseline {:.1}/s", item.work, pair.0, pair.1);
            pairs.push(pair);
        }
        Ok(pairs)
    }

    /// Prints and records a row.
    pub fn record(&mut self, row: Row) {
        eprintln!("{}", row.summary());
        self.rows.push(row);
    }

    /// A load on a server, as a side of a comparison.
    pub fn load(&self, server: &Server, load: &Load) -> impl Fn(u64) -> Result<f64> + use<> {
        let measure = self.measure(server, load);
        move |seconds| Ok(measure(seconds)?.per_second)
    }

    /// A load on a server, with all its results.
    pub fn measure(&self, server: &Server, load: &Load) -> impl Fn(u64) -> Result<Measured> + use<> {
        let (folder, url, load) = (self.folder.path().to_owned(), server.url.clone(), load.clone());
        move |seconds| {
            servers::settle(&url)?;
            load.run(&folder, &url, seconds)
        }
    }

    /// The command of a baseline.
    pub fn baseline(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&self.baselines);
        command.args(words);
        command
    }

    /// Starts bare hyper, which responds with the bytes of `response`.
    pub fn hyper(&self, response: &[u8]) -> Result<Server> {
        let file = self.folder.path().join("response");
        std::fs::write(&file, response)?;
        Server::start(&mut self.baseline(&["hyper", stores::text(&file)?]))
    }

    /// Starts our server, built for release.
    pub fn serve(&self, options: &[&str]) -> Result<Server> {
        let mut serve = Command::new(&self.program);
        Server::start(serve.args(["serve", "--listen", "127.0.0.1:0"]).args(options))
    }

    /// A copy of a store for this run.
    pub fn store(&self, size: stores::Size, name: &str) -> Result<Store> {
        self.kept(size)?.copy(self.folder.path().join(name))
    }

    /// A store that is not changed.
    pub fn kept(&self, size: stores::Size) -> Result<Store> {
        stores::seeded(&self.program, &self.home, size)
    }

    /// Starts our server on a store.
    pub fn on(&self, store: &Store) -> Result<Server> {
        self.serve(&["--data", stores::text(&store.folder)?])
    }

    /// The path of our program.
    pub fn program(&self) -> &Path {
        &self.program
    }
}
