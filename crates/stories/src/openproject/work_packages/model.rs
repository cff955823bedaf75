//! Random trees of work packages, whose totals, filters, orders, groups and sums are compared with naive ones.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use domain::work_packages::hours::Hours;
use domain::work_packages::progress::Mode;
use macros::both_engines;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::{Packages, filters};
use crate::Engine;
use crate::native::random::Random;

const WRITES: usize = 60;
const LISTS: usize = 40;
/// Everything on one page.
const ALL: &str = "filters=%5B%5D&pageSize=-1";
const PEOPLE: [i64; 2] = [2545, 2551];
const DAYS: [&str; 4] = ["2026-02-10", "2026-02-16", "2026-02-20", "2026-03-01"];
const WORDS: [&str; 4] = ["Quay", "crane", "Berth", "PILOT"];

/// What the model knows of a work package: its members as they were written.
#[derive(Clone, Debug)]
struct One {
    id: i64,
    subject: String,
    kind: i64,
    status: i64,
    priority: i64,
    assignee: Option<i64>,
    parent: Option<i64>,
    due: Option<String>,
    work: Option<i64>,
    remaining: Option<i64>,
    percent: Option<i64>,
    shown: Value,
}

/// A status by id: its place, and whether it is closed and left out of totals, and its ratio.
type Statuses = BTreeMap<i64, (usize, bool, bool, i64)>;

fn id_of(link: &Value) -> Option<i64> {
    link["href"].as_str()?.rsplit('/').next()?.parse().ok()
}

/// Hundredths of an hour.
fn hundredths(value: &Value) -> Option<i64> {
    value.as_str().map(|text| Hours::parse(text).expect("a duration").0)
}

impl One {
    fn of(shown: &Value) -> Self {
        let links = &shown["_links"];
        let id = |name: &str| id_of(&links[name]);
        Self {
            id: shown["id"].as_i64().expect("an id"),
            subject: shown["subject"].as_str().expect("a subject").to_lowercase(),
            kind: id("type").expect("a type"),
            status: id("status").expect("a status"),
            priority: id("priority").expect("a priority"),
            assignee: id("assignee"),
            parent: id("parent"),
            due: shown["dueDate"].as_str().map(str::to_owned),
            work: hundredths(&shown["estimatedTime"]),
            remaining: hundredths(&shown["remainingTime"]),
            percent: shown["percentageDone"].as_i64(),
            shown: shown.clone(),
        }
    }
}

/// 100·(W−R)/W, half up.
fn percent(work: Option<i64>, remaining: Option<i64>) -> Option<i64> {
    let (work, remaining) = (work.filter(|work| *work > 0)?, remaining?);
    Some((200 * (work - remaining) + work).div_euclid(2 * work))
}

fn sum(values: impl Iterator<Item = Option<i64>>) -> Option<i64> {
    values.flatten().reduce(|one, other| one + other)
}

/// Total Work, Total remaining work and Total % complete of a work package, by d.3 of the contract.
fn totals(root: &One, all: &[One], statuses: &Statuses) -> (Option<i64>, Option<i64>, Option<i64>) {
    let (mut below, mut open) = (Vec::new(), vec![root.id]);
    while let Some(id) = open.pop() {
        for child in all.iter().filter(|one| one.parent == Some(id)) {
            below.push(child);
            open.push(child.id);
        }
    }
    if below.is_empty() {
        return (None, None, None);
    }
    below.push(root);
    below.retain(|one| !statuses[&one.status].2);
    let (work, remaining) =
        (sum(below.iter().map(|one| one.work)), sum(below.iter().map(|one| one.remaining)));
    (work, remaining, percent(work, remaining))
}

impl Packages {
    async fn statuses(&self) -> Statuses {
        let all = self.app.v3_get("root", "/statuses").await.elements();
        let of = |(place, one): (usize, &Value)| {
            let flags = (one["isClosed"] == true, one["excludedFromTotals"] == true);
            (
                one["id"].as_i64().expect("an id"),
                (place, flags.0, flags.1, one["defaultDoneRatio"].as_i64().expect("a ratio")),
            )
        };
        all.iter().enumerate().map(of).collect()
    }

    async fn everything(&self) -> Vec<One> {
        self.app
            .v3_get("ada", &format!("/work_packages?{ALL}"))
            .await
            .elements()
            .iter()
            .map(One::of)
            .collect()
    }

    /// A random write; refusals are as good as any.
    async fn write(&self, random: &mut Random, all: &[One], statuses: &Statuses, mode: Mode) {
        let ids: Vec<i64> = statuses.keys().copied().collect();
        let link = |kind: &str, id: Option<i64>| json!({"href": id.map(|id| format!("/api/v3/{kind}/{id}"))});
        let any = if all.is_empty() { None } else { Some(all[random.below(all.len())].clone()) };
        let mut body = json!({"_links": {}});
        if random.below(2) == 0 {
            body["_links"]["status"] = link("statuses", Some(random.one(&ids)));
        }
        if random.below(3) > 0 {
            body["_links"]["parent"] = link("work_packages", any.as_ref().map(|one| one.id));
        }
        if random.below(2) == 0 {
            let person = random.one(&[None, Some(PEOPLE[0]), Some(PEOPLE[1])]);
            body["_links"]["assignee"] = link("users", person);
        }
        for (name, values) in [
            ("estimatedTime", json!([null, "PT0S", "PT2H20M", "PT8H", "P1DT6H"])),
            ("remainingTime", json!([null, "PT0S", "PT1H", "PT3H30M"])),
            ("percentageDone", json!([null, 0, 25, 60, 100])),
            ("dueDate", json!([null, DAYS[0], DAYS[1], DAYS[2], DAYS[3]])),
        ] {
            // In the status mode, the status writes it.
            let is_refused = mode == Mode::Status && name == "percentageDone";
            if random.below(3) == 0 && !is_refused {
                body[name] = values[random.below(values.as_array().expect("values").len())].clone();
            }
        }
        match (random.below(10), any) {
            (0, _) => {
                let flags = json!({"isClosed": random.below(2) == 0, "excludedFromTotals": random.below(2) == 0,
                    "defaultDoneRatio": 10 * random.below(11)});
                self.app.v3_patch("root", &format!("/statuses/{}", random.one(&ids)), &flags).await;
            }
            (1, Some(one)) => drop(self.app.v3_delete("max", &format!("/work_packages/{}", one.id)).await),
            (2..=4, Some(one)) => drop(self.patch(one.id, body).await),
            _ => {
                body["subject"] = json!(format!("{} {}", random.one(&WORDS), random.one(&WORDS)));
                body["_links"]["type"] = link("types", Some(random.one(&[1, 3, 7])));
                body["_links"]["priority"] = link("priorities", Some(random.one(&[7, 8, 10])));
                self.app.v3_post("ada", "/projects/53760/work_packages", &body).await;
            }
        }
    }
}

/// A condition of a filter, and what it keeps.
type Condition = (Value, Box<dyn Fn(&One) -> bool + Send>);

/// A random condition.
fn condition(random: &mut Random, all: &[One], statuses: &Statuses) -> Condition {
    let of =
        |name: &str, operator: &str, values: Value| json!({name: {"operator": operator, "values": values}});
    let some = all[random.below(all.len())].clone();
    let is_not = random.below(2) == 0;
    let sign = if is_not { "!" } else { "=" };
    // `=` and `!` of a value that may be missing.
    let matches = move |own: Option<i64>, value: i64| (own == Some(value)) != is_not;
    let statuses = statuses.clone();
    match random.below(13) {
        0 => (of("status", "o", json!([])), Box::new(move |one| !statuses[&one.status].1)),
        1 => (of("status", "c", json!(null)), Box::new(move |one| statuses[&one.status].1)),
        2 => (
            of("status", sign, json!([some.status])),
            Box::new(move |one| matches(Some(one.status), some.status)),
        ),
        3 => (
            of("type", sign, json!([some.kind.to_string()])),
            Box::new(move |one| matches(Some(one.kind), some.kind)),
        ),
        4 => (
            of("priority", sign, json!([some.priority])),
            Box::new(move |one| matches(Some(one.priority), some.priority)),
        ),
        5 => {
            (of("assignee", sign, json!([PEOPLE[0]])), Box::new(move |one| matches(one.assignee, PEOPLE[0])))
        }
        6 => (
            of("assignee", if is_not { "!*" } else { "*" }, json!([])),
            Box::new(move |one| one.assignee.is_none() == is_not),
        ),
        7 => match some.parent {
            Some(parent) => {
                (of("parent", sign, json!([parent])), Box::new(move |one| matches(one.parent, parent)))
            }
            None => (of("parent", "!*", json!([])), Box::new(|one| one.parent.is_none())),
        },
        8 => (
            of("percentageDone", ">=", json!([25])),
            Box::new(|one| one.percent.is_some_and(|percent| percent >= 25)),
        ),
        9 => (
            of("estimatedTime", "<=", json!([2.5])),
            Box::new(|one| one.work.is_some_and(|work| work <= 250)),
        ),
        10 => {
            let word = random.one(&WORDS).to_lowercase();
            let keeps = (of("subject", if is_not { "!~" } else { "~" }, json!([word])), word);
            (keeps.0, Box::new(move |one| one.subject.contains(&keeps.1) != is_not))
        }
        11 => (
            of("dueDate", "<>d", json!([DAYS[1], DAYS[2]])),
            Box::new(|one| one.due.as_deref().is_some_and(|day| (DAYS[1]..=DAYS[2]).contains(&day))),
        ),
        _ => (of("remainingTime", "!*", json!([])), Box::new(|one| one.remaining.is_none())),
    }
}

/// Compares two values of which the missing ones are last, up or down.
fn compare<T: Ord>(one: Option<T>, other: Option<T>, is_down: bool) -> Ordering {
    match (one, other) {
        (Some(one), Some(other)) if is_down => other.cmp(&one),
        (Some(one), Some(other)) => one.cmp(&other),
        (one, other) => one.is_none().cmp(&other.is_none()),
    }
}

fn by(column: &str, (one, other): (&One, &One), is_down: bool, statuses: &Statuses) -> Ordering {
    let numbers = |of: fn(&One) -> Option<i64>| compare(of(one), of(other), is_down);
    match column {
        "subject" => compare(Some(&one.subject), Some(&other.subject), is_down),
        "type" => numbers(|one| Some(one.kind)),
        "status" => compare(Some(statuses[&one.status].0), Some(statuses[&other.status].0), is_down),
        "priority" => numbers(|one| Some(one.priority)),
        "dueDate" => compare(one.due.as_ref(), other.due.as_ref(), is_down),
        "estimatedTime" => numbers(|one| one.work),
        "percentageDone" => numbers(|one| one.percent),
        "parent" => numbers(|one| one.parent),
        _ => numbers(|one| Some(one.id)),
    }
}

/// A list with random filters, in a random order, in groups with sums.
async fn list(packages: &Packages, random: &mut Random, all: &[One], statuses: &Statuses, told: &str) {
    const COLUMNS: [&str; 9] = [
        "subject",
        "type",
        "status",
        "priority",
        "dueDate",
        "estimatedTime",
        "percentageDone",
        "parent",
        "id",
    ];
    let conditions: Vec<Condition> = (0..random.below(3)).map(|_| condition(random, all, statuses)).collect();
    let order: Vec<(&str, bool)> =
        (0..random.below(4)).map(|_| (random.one(&COLUMNS), random.below(2) == 0)).collect();
    let sort: Vec<_> =
        order.iter().map(|(column, is_down)| [*column, if *is_down { "desc" } else { "asc" }]).collect();
    let sort = utf8_percent_encode(&json!(sort).to_string(), NON_ALPHANUMERIC).to_string();
    let given: Vec<&Value> = conditions.iter().map(|(value, _)| value).collect();
    let told = format!("{told}: {given:?} {order:?}");
    let mut expected: Vec<&One> =
        all.iter().filter(|one| conditions.iter().all(|(_, keeps)| keeps(one))).collect();
    expected.sort_by(|one, other| {
        let criteria = order.iter().map(|(column, is_down)| by(column, (one, other), *is_down, statuses));
        criteria.fold(Ordering::Equal, Ordering::then).then(one.id.cmp(&other.id))
    });
    let path = format!("/work_packages?{}&sortBy={sort}", filters(&json!(given)));
    let found = packages.app.v3_get("ada", &format!("{path}&pageSize=-1")).await;
    assert_eq!(found.element_ids(), expected.iter().map(|one| one.id).collect::<Vec<_>>(), "{told}");
    let page = packages.app.v3_get("ada", &format!("{path}&pageSize=3&offset=2")).await;
    let second: Vec<i64> = expected.iter().skip(3).take(3).map(|one| one.id).collect();
    assert_eq!((page.element_ids(), &page.json()["total"]), (second, &json!(expected.len())), "{told}");

    let grouped =
        packages.app.v3_get("ada", &format!("{path}&groupBy=status&showSums=true&pageSize=-1")).await;
    let sums = |of: &[&One]| {
        let (work, remaining) = (sum(of.iter().map(|one| one.work)), sum(of.iter().map(|one| one.remaining)));
        (work, remaining)
    };
    let read = |shown: &Value| (hundredths(&shown["estimatedTime"]), hundredths(&shown["remainingTime"]));
    assert_eq!(read(&grouped.json()["totalSums"]), sums(&expected), "{told}");
    let groups = grouped.json()["groups"].as_array().expect("groups").clone();
    let ids: BTreeSet<(usize, i64)> =
        expected.iter().map(|one| (statuses[&one.status].0, one.status)).collect();
    let groups: Vec<_> = groups
        .iter()
        .map(|group| (id_of(&group["_links"]["valueLink"][0]), group["count"].as_u64(), read(&group["sums"])))
        .collect();
    let expected: Vec<_> = ids
        .iter()
        .map(|(_, id)| {
            let of: Vec<&One> = expected.iter().copied().filter(|one| one.status == *id).collect();
            (Some(*id), u64::try_from(of.len()).ok(), sums(&of))
        })
        .collect();
    assert_eq!(groups, expected, "{told}");
}

#[both_engines]
#[case::work(Mode::Work)]
#[case::status(Mode::Status)]
async fn lists_and_totals_of_random_trees_are_naive_ones(engine: Engine, #[case] mode: Mode) {
    for seed in 0..3 {
        let mut random = Random(seed);
        let mut packages = Packages::new(engine).await;
        packages.app = packages.app.set(|settings| settings.openproject_progress = mode);
        let mut statuses = packages.statuses().await;
        let mut all = Vec::new();
        for _ in 0..WRITES {
            packages.write(&mut random, &all, &statuses, mode).await;
            statuses = packages.statuses().await;
            all = packages.everything().await;
        }
        for one in &all {
            let told = format!("seed {seed}: {}", one.shown);
            let shown = &one.shown;
            let found = (
                hundredths(&shown["derivedEstimatedTime"]),
                hundredths(&shown["derivedRemainingTime"]),
                shown["derivedPercentageDone"].as_i64(),
            );
            assert_eq!(found, totals(one, &all, &statuses), "{told}");
            assert_eq!(*shown, without_embedded(&packages.get(one.id).await), "{told}");
            if mode == Mode::Status {
                let ratio = statuses[&one.status].3;
                let left = one.work.map(|work| (work * (100 - ratio) + 50).div_euclid(100));
                assert_eq!((one.percent, one.remaining), (Some(ratio), left), "{told}");
            } else if let Some(work) = one.work.filter(|work| *work > 0) {
                // % Complete says the same as the hours, except that only all or nothing is 0 or 100.
                let gone = one.remaining.map(|left| 100 * (work - left));
                let bounds = gone.map(|gone| (gone.div_euclid(work), gone.div_euclid(work) + 1));
                let fits =
                    |(low, high): (i64, i64)| one.percent.is_some_and(|own| (low..=high).contains(&own));
                assert!(bounds.is_none_or(fits), "{told}");
            }
        }
        assert!(all.len() > 10 && all.iter().any(|one| one.parent.is_some()), "seed {seed}: {}", all.len());
        for _ in 0..LISTS {
            list(&packages, &mut random, &all, &statuses, &format!("seed {seed}")).await;
        }
    }
}

/// A single work package as lists have it.
fn without_embedded(shown: &Value) -> Value {
    let mut shown = shown.clone();
    shown.as_object_mut().expect("an object").shift_remove("_embedded");
    shown
}
