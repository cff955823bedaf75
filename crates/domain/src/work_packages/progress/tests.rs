use super::*;

fn hours(text: &str) -> Option<Hours> {
    let hundredths = |hours: f64| Hours(format!("{:.0}", hours * 100.0).parse().expect("a number"));
    (text != "null").then(|| hundredths(text.parse().expect("a number")))
}

/// Reads `10/3/70`; `-` is unset altogether.
fn progress(text: &str) -> Progress {
    let [work, remaining, percent] = text.split('/').collect::<Vec<_>>().try_into().unwrap_or(["null"; 3]);
    Progress { work: hours(work), remaining: hours(remaining), percent: percent.parse().ok() }
}

/// Reads `W=10 %=25`.
fn given(text: &str) -> Given {
    let mut given = Given::default();
    for (name, value) in text.split(' ').filter_map(|part| part.split_once('=')) {
        match name {
            "W" => given.work = Some(hours(value)),
            "R" => given.remaining = Some(hours(value)),
            _ => given.percent = Some(value.parse().ok()),
        }
    }
    given
}

#[test]
fn what_is_not_given_is_derived() {
    for (stored, body, result) in [
        ("-", "W=10", "10/10/0"),
        ("-", "R=5", "5/5/0"),
        ("-", "%=50", "null/null/50"),
        ("-", "W=10 R=2.5", "10/2.5/75"),
        ("-", "W=10 %=25", "10/7.5/25"),
        ("-", "R=6 %=40", "10/6/40"),
        ("null/null/60", "W=10", "10/4/60"),
        ("10/3/70", "W=20", "20/13/35"),
        ("10/3/70", "W=8", "8/1/88"),
        ("10/3/70", "W=2", "2/0/100"),
        ("-", "W=20000 R=1", "20000/1/99"),
        ("-", "W=20000 R=19999", "20000/19999/1"),
        ("-", "W=10.12 R=5.68", "10.12/5.68/44"),
        ("10/3/70", "W=0", "0/0/null"),
        ("10/3/70", "W=null", "null/null/70"),
        ("10/3/70", "R=2", "10/2/80"),
        ("10/3/70", "R=null", "null/null/70"),
        ("10/3/70", "R=12 %=40", "20/12/40"),
        ("10/3/70", "%=40", "10/6/40"),
        ("10/3/70", "%=null", "10/null/null"),
        ("10/3/70", "W=20 %=70", "20/6/70"),
        ("10/3/70", "W=20 R=3", "20/3/85"),
        ("10/3/70", "W=8 R=null", "8/null/null"),
        ("10/3/70", "W=10 R=3 %=71", "10/3/71"),
        ("10/3/70", "", "10/3/70"),
    ] {
        let (before, expected) = (progress(stored), progress(result));
        let after = before.derive(given(body));
        assert_eq!(after, expected, "{stored}, {body}");
        assert_eq!(after.violations(before, Mode::Work), [], "{stored}, {body}");
    }
}

#[test]
fn what_does_not_agree_is_refused() {
    for (stored, body, expected) in [
        ("10/3/70", "R=12", &[(REMAINING, "Remaining work cannot be higher than Work.")][..]),
        (
            "10/3/70",
            "W=2 R=4",
            &[
                (WORK, "Work cannot be lower than Remaining work."),
                (REMAINING, "Remaining work cannot be higher than Work."),
            ],
        ),
        ("-", "W=10 R=3 %=50", &[(PERCENT_DONE, "% Complete does not match Work and Remaining work")]),
        ("-", "%=101", &[(PERCENT_DONE, "% Complete must be between 0 and 100.")]),
        ("-", "W=-1", &[(WORK, "Work must be greater than or equal to 0.")]),
        ("-", "R=-1", &[(REMAINING, "Remaining work must be greater than or equal to 0.")]),
        ("-", "W=0 %=50", &[(PERCENT_DONE, "% Complete cannot be set when Work is 0h")]),
        (
            "-",
            "W=10 R=3 %=100",
            &[(REMAINING, "Remaining work must be 0h when Work is set and % Complete is 100%.")],
        ),
        (
            "-",
            "W=null R=3 %=100",
            &[(REMAINING, "Remaining work must be empty when Work is empty and % Complete is 100%.")],
        ),
        ("-", "W=null R=3 %=50", &[(WORK, "Work required when Remaining work and % Complete are set.")]),
        (
            "-",
            "W=10 R=null %=50",
            &[(REMAINING, "Remaining work required when Work and % Complete are set.")],
        ),
        (
            "-",
            "W=10 R=3 %=null",
            &[(PERCENT_DONE, "% Complete required when Work and Remaining work are set.")],
        ),
    ] {
        let before = progress(stored);
        let found = before.derive(given(body)).violations(before, Mode::Work);
        let expected: Vec<_> = expected
            .iter()
            .map(|&(field, sentence)| Violation::new(field, Problem::Sentence(sentence)))
            .collect();
        assert_eq!(found, expected, "{stored}, {body}");
    }
}

#[test]
fn in_the_status_mode_the_status_decides() {
    let fresh = Progress::default().follow(Some(hours("10")), 50, true);
    assert_eq!(fresh, progress("10/5/50"));
    let moved = fresh.follow(None, 70, true);
    assert_eq!(moved, progress("10/3/70"));
    assert_eq!(moved.follow(Some(hours("8")), 70, false), progress("8/2.4/70"));
    assert_eq!(moved.follow(Some(None), 70, false), progress("null/null/70"));
    assert_eq!(moved.follow(None, 70, false), moved);
    for (before, after) in [
        ("10/5/50", "10/3/70"),
        ("null/6/40", "10/3/70"),
        ("null/6/100", "6/1.8/70"),
        ("null/6/null", "6/1.8/70"),
        ("-", "null/null/70"),
    ] {
        assert_eq!(progress(before).recompute(70), progress(after), "{before}");
    }
}

proptest::proptest! {
    /// Values that follow from each other are accepted, and stay when the request is sent again.
    #[test]
    fn derived_values_agree(
        work in proptest::option::of(0_i64..2000),
        remaining in proptest::option::of(0_i64..2000),
        percent in proptest::option::of(0_i64..=100),
        next in proptest::option::of(0_i64..2000),
        member in 0..3,
    ) {
        let given = Given {
            work: work.map(|work| Some(Hours(work))),
            remaining: remaining.map(|left| Some(Hours(left))),
            percent: percent.map(Some),
        };
        let first = Progress::default().derive(given);
        if !first.violations(Progress::default(), Mode::Work).is_empty() {
            return Ok(());
        }
        let mut change = Given::default();
        match member {
            0 => change.work = Some(next.map(Hours)),
            1 => change.remaining = Some(next.map(Hours)),
            _ => change.percent = Some(next.map(|next| next % 101)),
        }
        let second = first.derive(change);
        if second.violations(first, Mode::Work).is_empty() {
            proptest::prop_assert_eq!(second.derive(change), second);
            let all = Given {
                work: Some(second.work),
                remaining: Some(second.remaining),
                percent: Some(second.percent),
            };
            proptest::prop_assert_eq!(first.derive(all), second);
            proptest::prop_assert_eq!(first.derive(all).violations(first, Mode::Work), vec![]);
        }
    }
}
