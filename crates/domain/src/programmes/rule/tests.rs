//! The arithmetic of programmes against a twin that tries every combination of colours.

use proptest::prelude::*;

use super::*;

/// The colour by the words of the rule.
fn naive(rule: Rule, inputs: &[Input]) -> Level {
    let count = |level| wide(inputs.iter().filter(|input| input.level == level).count());
    let (all, red) = (wide(inputs.len()), count(Level::Red));
    let either = red + count(Level::Yellow);
    let is_met = |least, found: i64| match least {
        AtLeast::Count(least) => found >= least,
        AtLeast::Percent(percent) => found > 0 && found * 100 >= percent * all,
    };
    match rule {
        Rule::Worst {} => inputs.iter().map(|input| input.level).min().expect("an input"),
        Rule::Threshold { red: least, .. } if is_met(least, red) => Level::Red,
        Rule::Threshold { yellow: least, .. } if is_met(least, either) => Level::Yellow,
        Rule::Threshold { .. } => Level::Green,
        Rule::Weighted { red_below, yellow_below } => {
            let points: i64 = inputs
                .iter()
                .map(|input| match input.level {
                    Level::Red => 0,
                    Level::Yellow => 50 * input.weight,
                    Level::Green => 100 * input.weight,
                })
                .sum();
            let weights: i64 = inputs.iter().map(|input| input.weight).sum();
            if points < red_below * weights {
                Level::Red
            } else if points < yellow_below * weights {
                Level::Yellow
            } else {
                Level::Green
            }
        }
    }
}

fn after(inputs: &[Input], changes: &[(usize, Level)]) -> Vec<Input> {
    let mut after = inputs.to_vec();
    for (index, level) in changes {
        after[*index].level = *level;
    }
    after
}

fn cost(inputs: &[Input], after: &[Input]) -> (usize, usize) {
    let pairs =
        || std::iter::zip(inputs, after).map(|(one, other)| place(one.level).abs_diff(place(other.level)));
    (pairs().filter(|steps| *steps > 0).count(), pairs().sum())
}

/// The lowest cost of each other colour, from every combination.
fn cheapest(rule: Rule, inputs: &[Input]) -> Vec<(usize, usize, Level)> {
    let now = naive(rule, inputs);
    let mut best: Vec<(usize, usize, Level)> = Vec::new();
    for code in 0..3_usize.pow(u32::try_from(inputs.len()).expect("few")) {
        let mut rest = code;
        let mut other = inputs.to_vec();
        for input in &mut other {
            input.level = LEVELS[rest % 3];
            rest /= 3;
        }
        let level = naive(rule, &other);
        let (projects, steps) = cost(inputs, &other);
        match best.iter_mut().find(|(.., known)| *known == level) {
            _ if level == now => {}
            Some(known) => *known = (*known).min((projects, steps, level)),
            None => best.push((projects, steps, level)),
        }
    }
    best.sort_unstable();
    best
}

fn rules() -> impl Strategy<Value = Rule> {
    let least = prop_oneof![(1_i64..8).prop_map(AtLeast::Count), (1_i64..=100).prop_map(AtLeast::Percent)];
    let limits = (0_i64..=100, 0_i64..=100);
    prop_oneof![
        Just(Rule::Worst {}),
        limits.prop_map(|(one, other)| Rule::Weighted {
            red_below: one.min(other),
            yellow_below: one.max(other)
        }),
        (least.clone(), least).prop_map(|(red, yellow)| Rule::Threshold { red, yellow }),
    ]
}

fn inputs() -> impl Strategy<Value = Vec<Input>> {
    let input =
        (0_usize..3, 1..=MOST_WEIGHT).prop_map(|(level, weight)| Input { level: LEVELS[level], weight });
    prop::collection::vec(input, 1..7)
}

proptest! {
    #[test]
    fn colours_and_smallest_changes_are_those_of_the_naive_twin(rule in rules(), inputs in inputs()) {
        prop_assert_eq!(rule.broken(), None);
        prop_assert_eq!(rule.color(&inputs), Some(naive(rule, &inputs)));
        let flips = rule.flips(&inputs);
        let costs: Vec<_> = flips.iter().map(|flip| (flip.changes.len(), flip.steps, flip.to)).collect();
        prop_assert_eq!(costs, cheapest(rule, &inputs));
        for flip in flips {
            let after = after(&inputs, &flip.changes);
            prop_assert_eq!(rule.color(&after), Some(flip.to));
            prop_assert_eq!(cost(&inputs, &after), (flip.changes.len(), flip.steps));
        }
    }
}

#[test]
fn nothing_has_no_colour_and_the_largest_programme_is_counted() {
    assert_eq!((Rule::Worst {}.color(&[]), Rule::Worst {}.flips(&[])), (None, Vec::new()));
    assert_eq!(Rule::percent(&[]), None);
    let inputs = vec![Input { level: Level::Green, weight: MOST_WEIGHT }; MOST_MEMBERS];
    let rule = Rule::Weighted { red_below: 40, yellow_below: 75 };
    let flips = rule.flips(&inputs);
    let sizes: Vec<_> = flips.iter().map(|flip| (flip.to, flip.changes.len(), flip.steps)).collect();
    assert_eq!(sizes, [(Level::Yellow, 126, 251), (Level::Red, 301, 601)]);
    let rule = Rule::Threshold { red: AtLeast::Percent(10), yellow: AtLeast::Count(25) };
    let sizes: Vec<_> =
        rule.flips(&inputs).iter().map(|flip| (flip.to, flip.changes.len(), flip.steps)).collect();
    assert_eq!(sizes, [(Level::Yellow, 25, 25), (Level::Red, 50, 100)]);
}

#[test]
fn rules_have_bounds() {
    let weighted = |red_below, yellow_below| Rule::Weighted { red_below, yellow_below }.broken();
    assert_eq!((weighted(0, 100), weighted(50, 50)), (None, None));
    assert_eq!(
        (weighted(-1, 5), weighted(5, 101), weighted(60, 50)),
        (Some(BOUNDS), Some(BOUNDS), Some(LIMITS))
    );
    let threshold = |red| Rule::Threshold { red, yellow: AtLeast::Count(1) }.broken();
    assert_eq!((threshold(AtLeast::Count(500)), threshold(AtLeast::Percent(1))), (None, None));
    for wrong in [AtLeast::Count(0), AtLeast::Count(501), AtLeast::Percent(0), AtLeast::Percent(101)] {
        assert_eq!(threshold(wrong), Some(BOUNDS), "{wrong:?}");
    }
    let text = "{\"kind\":\"threshold\",\"red\":{\"count\":2},\"yellow\":{\"percent\":30}}";
    let rule: Rule = serde_json::from_str(text).expect("a rule");
    assert_eq!(serde_json::to_string(&rule).expect("JSON"), text);
    assert!(serde_json::from_str::<Rule>("{\"kind\":\"worst\",\"red\":1}").is_err());
}
