//! The slowest writes on SQLite, next to what the disk alone does with the same bytes.

use anyhow::Result;

use super::requests::{post_change, post_report};
use super::runner::{Bench, LONG};
use super::servers::figure;
use super::stores::{MILLION, text};
use super::table::{Goal, Item, Row};

const DEVICE: &str = "the disk: the bytes of 32 writes and one flush, p99";
const ITEMS: [Item; 2] = [
    Item {
        work: "`POST /api/v1/status_reports`, p99 and the disk",
        baseline: DEVICE,
        goal: Goal::AtMost(4.0),
    },
    Item {
        work: "`POST /api/v1/workspace_status_changes`, p99 and the disk",
        baseline: DEVICE,
        goal: Goal::AtMost(4.0),
    },
];

/// Runs all measurements.
pub fn run(bench: &mut Bench) -> Result<()> {
    if !bench.wants(&ITEMS) {
        return Ok(());
    }
    let store = bench.store(MILLION, "tail")?;
    let server = bench.on(&store)?;
    let seconds = bench.seconds(LONG);
    for (item, load) in ITEMS.into_iter().zip([post_report(&store), post_change(&store)]) {
        if !bench.wants(&[item]) {
            continue;
        }
        let measure = bench.measure(&server, &load);
        measure(seconds)?;
        let mut pairs = Vec::new();
        for _ in 0..bench.times() {
            let before = server.written()?;
            let ours = measure(seconds)?;
            #[expect(clippy::cast_precision_loss, reason = "far below 2^52 bytes")]
            let each = (server.written()? - before) as f64 / (ours.per_second * seconds as f64);
            let bytes = format!("{each:.0}");
            let mut device = bench.baseline(&["device", text(&store.folder)?, &bytes, &seconds.to_string()]);
            let pair = (ours.p99, figure(&mut device, "microseconds", seconds)?);
            eprintln!(
                "  {}: {:.0} µs at {:.0}/s, {bytes} bytes each, the disk {:.0} µs",
                item.work, pair.0, ours.per_second, pair.1
            );
            pairs.push(pair);
        }
        bench.record(Row::of_costs(item, &pairs, " µs"));
    }
    Ok(())
}
