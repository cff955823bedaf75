//! The arithmetic of programmes: which colour a rule gives to projects, and the smallest change of projects that gives it
//! another one. It knows nothing of workspaces and of time.

use serde::{Deserialize, Serialize};

use crate::error::Problem;
use crate::portfolio::Level;

/// The highest weight of a project.
pub const MOST_WEIGHT: i64 = 10;
/// The maximum number of projects of a programme, which is the highest number that a rule counts, too.
pub const MOST_MEMBERS: usize = 500;

/// The problem of a limit of yellow below that of red.
pub const LIMITS: Problem = Problem::Sentence("The limit of yellow is not below that of red");
/// The problem of numbers that no rule has.
pub const BOUNDS: Problem =
    Problem::Sentence("A rule has counts from 1 to 500 and percentages from 0 to 100");

/// How the colours of projects make one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Rule {
    /// The worst colour of a project.
    Worst {},
    /// The mean score, by weight, in percent: green counts 100, yellow 50 and red 0.
    Weighted {
        /// Red below this score.
        red_below: i64,
        /// Yellow below this score, unless it is red.
        yellow_below: i64,
    },
    /// Red and yellow by how many projects have these colours.
    Threshold {
        /// How many red projects make it red.
        red: AtLeast,
        /// How many yellow or red projects make it yellow, unless it is red.
        yellow: AtLeast,
    },
}

impl Default for Rule {
    fn default() -> Self {
        Self::Worst {}
    }
}

/// A number of projects, or their part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AtLeast {
    /// This number of projects.
    Count(i64),
    /// This part of the projects that are counted, in percent.
    Percent(i64),
}

/// A project that is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Input {
    /// Its colour.
    pub level: Level,
    /// Its weight, from 1 to [`MOST_WEIGHT`].
    pub weight: i64,
}

/// The smallest change that gives another colour: the fewest projects, and for these the fewest steps between colours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flip {
    /// The colour after it.
    pub to: Level,
    /// The projects that change, by their place among the inputs, each with its new colour.
    pub changes: Vec<(usize, Level)>,
    /// The number of steps: one between colours that are neighbours.
    pub steps: usize,
}

/// The levels, the worst first.
const LEVELS: [Level; 3] = [Level::Red, Level::Yellow, Level::Green];

const fn place(level: Level) -> usize {
    match level {
        Level::Red => 0,
        Level::Yellow => 1,
        Level::Green => 2,
    }
}

impl AtLeast {
    /// Whether a number of projects, out of all, reaches the limit.
    fn is_met(self, count: usize, all: usize) -> bool {
        let (count, all) = (wide(count), wide(all));
        match self {
            Self::Count(least) => count >= least,
            Self::Percent(least) => count > 0 && 100 * count >= least * all,
        }
    }

    fn is_broken(self) -> bool {
        match self {
            Self::Count(count) => !(1..=wide(MOST_MEMBERS)).contains(&count),
            Self::Percent(percent) => !(1..=100).contains(&percent),
        }
    }
}

fn wide(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

impl Rule {
    /// The name of its kind.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Worst {} => "worst",
            Self::Weighted { .. } => "weighted",
            Self::Threshold { .. } => "threshold",
        }
    }

    /// The first bound that its numbers break.
    pub fn broken(&self) -> Option<Problem> {
        match *self {
            Self::Worst {} => None,
            Self::Weighted { red_below, yellow_below } => {
                let is_percent = |limit: i64| (0..=100).contains(&limit);
                if !is_percent(red_below) || !is_percent(yellow_below) {
                    Some(BOUNDS)
                } else {
                    (yellow_below < red_below).then_some(LIMITS)
                }
            }
            Self::Threshold { red, yellow } => (red.is_broken() || yellow.is_broken()).then_some(BOUNDS),
        }
    }

    /// The colour of projects; none without any.
    pub fn color(&self, inputs: &[Input]) -> Option<Level> {
        if inputs.is_empty() {
            return None;
        }
        Some(match *self {
            Self::Weighted { .. } => self.of_score(score(inputs), total(inputs)),
            Self::Worst {} | Self::Threshold { .. } => self.of_counts(counts(inputs)),
        })
    }

    /// The mean score in percent, rounded down; none without projects.
    pub fn percent(inputs: &[Input]) -> Option<i64> {
        (50 * score(inputs)).checked_div(total(inputs))
    }

    /// The smallest changes to each other colour that can be reached, the smallest first.
    pub fn flips(&self, inputs: &[Input]) -> Vec<Flip> {
        let Some(now) = self.color(inputs) else { return Vec::new() };
        let others = LEVELS.into_iter().filter(|level| *level != now);
        let mut flips: Vec<Flip> = match *self {
            Self::Weighted { .. } => {
                let costs = Costs::of(inputs);
                let total = total(inputs);
                let best = |to| costs.best(inputs, to, |score| self.of_score(score, total) == to);
                others.filter_map(best).collect()
            }
            Self::Worst {} | Self::Threshold { .. } => {
                let now = counts(inputs);
                others.filter_map(|to| Some(moved(inputs, to, self.nearest(now, to)?))).collect()
            }
        };
        flips.sort_by_key(|flip| (flip.changes.len(), flip.steps, flip.to));
        flips
    }

    /// The colour of a score, which is the sum of 0, 1 or 2 times the weight of each project.
    fn of_score(&self, score: i64, total: i64) -> Level {
        match *self {
            Self::Weighted { red_below, .. } if 50 * score < red_below * total => Level::Red,
            Self::Weighted { yellow_below, .. } if 50 * score < yellow_below * total => Level::Yellow,
            _ => Level::Green,
        }
    }

    /// The colour of numbers of projects, by [`place`].
    fn of_counts(&self, [red, yellow, green]: [usize; 3]) -> Level {
        let (all, either) = (red + yellow + green, red + yellow);
        match *self {
            Self::Threshold { red: least, .. } if least.is_met(red, all) => Level::Red,
            Self::Threshold { yellow: least, .. } if least.is_met(either, all) => Level::Yellow,
            Self::Worst {} if red > 0 => Level::Red,
            Self::Worst {} if yellow > 0 => Level::Yellow,
            _ => Level::Green,
        }
    }

    /// The numbers of projects nearest to these that give a colour.
    fn nearest(&self, now: [usize; 3], to: Level) -> Option<[usize; 3]> {
        let all: usize = now.iter().sum();
        let each =
            (0..=all).flat_map(|red| (0..=all - red).map(move |yellow| [red, yellow, all - red - yellow]));
        let cost = |then: &[usize; 3]| {
            let changed: usize = std::iter::zip(now, then).map(|(now, then)| now.abs_diff(*then)).sum();
            (changed / 2, steps(now, *then))
        };
        each.filter(|then| self.of_counts(*then) == to).min_by_key(cost)
    }
}

/// The steps between numbers of projects: each step moves a project over one of the two borders between colours.
fn steps(now: [usize; 3], then: [usize; 3]) -> usize {
    now[0].abs_diff(then[0]) + now[2].abs_diff(then[2])
}

/// The change of the first projects that have to change for other numbers of projects.
fn moved(inputs: &[Input], to: Level, then: [usize; 3]) -> Flip {
    let now = counts(inputs);
    let mut spare: [usize; 3] = std::array::from_fn(|at| now[at].saturating_sub(then[at]));
    let mut lacking: [usize; 3] = std::array::from_fn(|at| then[at].saturating_sub(now[at]));
    let mut changes = Vec::new();
    for (index, input) in inputs.iter().enumerate() {
        let from = place(input.level);
        if spare[from] == 0 {
            continue;
        }
        let Some(target) = (0..3).filter(|at| lacking[*at] > 0).min_by_key(|at| at.abs_diff(from)) else {
            break;
        };
        spare[from] -= 1;
        lacking[target] -= 1;
        changes.push((index, LEVELS[target]));
    }
    Flip { to, changes, steps: steps(now, then) }
}

fn counts(inputs: &[Input]) -> [usize; 3] {
    LEVELS.map(|level| inputs.iter().filter(|input| input.level == level).count())
}

fn score(inputs: &[Input]) -> i64 {
    inputs.iter().map(|input| wide(place(input.level)) * input.weight).sum()
}

fn total(inputs: &[Input]) -> i64 {
    inputs.iter().map(|input| input.weight).sum()
}

/// For each score that projects can have, the cheapest change to it: one row of choices for each project.
struct Costs {
    /// The cost of each score: [`Costs::PROJECT`] for each project that changes, and 1 for each step.
    costs: Vec<u32>,
    /// For each project and score, the place of the project's colour.
    chosen: Vec<Vec<u8>>,
}

impl Costs {
    /// More than the steps of all projects.
    const PROJECT: u32 = 4_096;

    fn of(inputs: &[Input]) -> Self {
        let most = usize::try_from(2 * total(inputs)).unwrap_or_default();
        let mut costs = vec![u32::MAX; most + 1];
        costs[0] = 0;
        let mut chosen = Vec::with_capacity(inputs.len());
        for input in inputs {
            let weight = usize::try_from(input.weight).unwrap_or_default();
            let own = place(input.level);
            let mut next = vec![u32::MAX; most + 1];
            let mut row = vec![0; most + 1];
            for (score, cost) in costs.iter().enumerate().filter(|(_, cost)| **cost != u32::MAX) {
                for (to, place) in (0_u8..3).zip(0_usize..) {
                    let steps = u32::try_from(own.abs_diff(place)).unwrap_or_default();
                    let cost = cost + steps + u32::from(steps > 0) * Self::PROJECT;
                    let at = score + place * weight;
                    if cost < next[at] {
                        (next[at], row[at]) = (cost, to);
                    }
                }
            }
            costs = next;
            chosen.push(row);
        }
        Self { costs, chosen }
    }

    /// The cheapest change to a score that is as wanted.
    fn best(&self, inputs: &[Input], to: Level, is_wanted: impl Fn(i64) -> bool) -> Option<Flip> {
        let reached = self.costs.iter().enumerate().filter(|(_, cost)| **cost != u32::MAX);
        let (mut score, cost) =
            reached.filter(|(score, _)| is_wanted(wide(*score))).min_by_key(|(_, cost)| **cost)?;
        let mut changes = Vec::new();
        for (index, (input, row)) in std::iter::zip(inputs, &self.chosen).enumerate().rev() {
            let place = usize::from(row[score]);
            score -= place * usize::try_from(input.weight).unwrap_or_default();
            if LEVELS[place] != input.level {
                changes.push((index, LEVELS[place]));
            }
        }
        changes.reverse();
        Some(Flip { to, changes, steps: usize::try_from(cost % Self::PROJECT).unwrap_or_default() })
    }
}

#[cfg(test)]
mod tests;
