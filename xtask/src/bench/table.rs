//! Rows with their goals, and the table of them in `docs/explanation/performance.md`.

use std::fmt::Write;
use std::path::Path;

use anyhow::{Context, Result};

const FIRST: &str = "<!-- The last run: `cargo xtask bench` writes it. -->";
const LAST: &str = "<!-- The end of the last run. -->";

/// The goal of a ratio.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Goal {
    /// The least ratio of our rate to that of the baseline.
    AtLeast(f64),
    /// The largest ratio of our cost to that of the baseline.
    AtMost(f64),
    /// The largest cost, without a baseline.
    Within(f64),
}

/// Work that is measured next to its baseline.
#[derive(Clone, Copy, Debug)]
pub struct Item {
    pub work: &'static str,
    pub baseline: &'static str,
    pub goal: Goal,
}

/// A result. `ours` and `baseline` hold for this machine alone.
#[derive(Clone, Debug)]
pub struct Row {
    item: Item,
    ours: f64,
    baseline: f64,
    ratio: f64,
    unit: &'static str,
}

impl Goal {
    const fn is_met(self, ratio: f64, ours: f64) -> bool {
        match self {
            Self::AtLeast(goal) => ratio >= goal,
            Self::AtMost(goal) => ratio <= goal,
            Self::Within(goal) => ours <= goal,
        }
    }

    fn shown(self, unit: &str) -> String {
        match self {
            Self::AtLeast(goal) => format!("≥ {goal}"),
            Self::AtMost(goal) => format!("≤ {goal}"),
            Self::Within(goal) => format!("≤ {goal}{unit}"),
        }
    }
}

impl Row {
    /// A row of rates that were measured in turn, with the median of their ratios.
    pub fn of_rates(item: Item, pairs: &[(f64, f64)]) -> Self {
        let ratio = |(ours, baseline): &(f64, f64)| match item.goal {
            Goal::AtLeast(_) => ours / baseline,
            Goal::AtMost(_) | Goal::Within(_) => baseline / ours,
        };
        Self::of(item, pairs, "/s", ratio)
    }

    /// A row of costs: times or sizes.
    pub fn of_costs(item: Item, pairs: &[(f64, f64)], unit: &'static str) -> Self {
        Self::of(item, pairs, unit, |(ours, baseline)| ours / baseline)
    }

    fn of(item: Item, pairs: &[(f64, f64)], unit: &'static str, ratio: impl Fn(&(f64, f64)) -> f64) -> Self {
        Self {
            item,
            ours: median(pairs.iter().map(|pair| pair.0)),
            baseline: median(pairs.iter().map(|pair| pair.1)),
            ratio: median(pairs.iter().map(ratio)),
            unit,
        }
    }

    /// The row as a line of text.
    pub fn summary(&self) -> String {
        let (ours, baseline) = (shown(self.ours, self.unit), shown(self.baseline, self.unit));
        let (ratio, goal, met) = (self.ratio, self.item.goal.shown(self.unit), self.met());
        format!("{}: {ours} to {baseline}, ratio {ratio:.2}, goal {goal}, {met}", self.item.work)
    }

    const fn met(&self) -> &'static str {
        if self.item.goal.is_met(self.ratio, self.ours) { "met" } else { "missed" }
    }
}

/// The median of numbers.
pub fn median(numbers: impl Iterator<Item = f64>) -> f64 {
    let mut numbers: Vec<f64> = numbers.collect();
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}

fn shown(number: f64, unit: &str) -> String {
    if number < 100.0 { format!("{number:.1}{unit}") } else { format!("{number:.0}{unit}") }
}

/// The rows as Markdown.
pub fn table(rows: &[Row]) -> String {
    let mut text = String::from(
        "| work | baseline | ratio | goal | | result here | baseline here |\n| --- | --- | --: | --: | --- | --: | --: |\n",
    );
    for row in rows {
        let (work, baseline, goal) = (row.item.work, row.item.baseline, row.item.goal.shown(row.unit));
        let (ours, here) = (shown(row.ours, row.unit), shown(row.baseline, row.unit));
        let (ratio, met) = (row.ratio, row.met());
        writeln!(text, "| {work} | {baseline} | {ratio:.2} | {goal} | {met} | {ours} | {here} |")
            .expect("a text takes any line");
    }
    text
}

/// Replaces the table of the last run in a document.
pub fn write(file: &Path, found: &str) -> Result<()> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    std::fs::write(file, replaced(&text, found).context("the marks of the last run are gone")?)?;
    Ok(())
}

fn replaced(text: &str, found: &str) -> Option<String> {
    let (before, rest) = text.split_once(FIRST)?;
    let (_, after) = rest.split_once(LAST)?;
    Some(format!("{before}{FIRST}\n\n{found}\n{LAST}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Item = Item { work: "a list", baseline: "bare", goal: Goal::AtLeast(0.5) };
    const COST: Item = Item { goal: Goal::AtMost(1.2), ..RATE };

    #[test]
    fn the_ratio_is_the_median_of_ratios_and_not_the_ratio_of_medians() {
        let row = Row::of_rates(RATE, &[(50.0, 100.0), (90.0, 100.0), (60.0, 200.0)]);
        assert!((row.ratio - 0.5).abs() < 1e-9, "{row:?}");
        assert_eq!(row.summary(), "a list: 60.0/s to 100/s, ratio 0.50, goal ≥ 0.5, met");
    }

    #[test]
    fn a_cost_is_the_other_way_round() {
        let row = Row::of_rates(COST, &[(50.0, 100.0)]);
        assert!(row.summary().ends_with("ratio 2.00, goal ≤ 1.2, missed"), "{}", row.summary());
        assert_eq!(Row::of_costs(COST, &[(50.0, 100.0)], " ms").met(), "met");
        let alone = Item { goal: Goal::Within(50.0), ..RATE };
        assert!(Row::of_costs(alone, &[(51.0, 100.0)], " ms").summary().ends_with("goal ≤ 50 ms, missed"));
    }

    #[test]
    fn only_the_last_run_is_replaced() {
        let text = format!("Intro\n{FIRST}\nold\n{LAST}\nNotes\n");
        assert_eq!(replaced(&text, "new\n").unwrap(), format!("Intro\n{FIRST}\n\nnew\n\n{LAST}\nNotes\n"));
        assert_eq!(replaced("Intro", "new"), None);
    }
}
