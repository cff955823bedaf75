//! What narrows the portfolio: the chips of health, the filters with their values, and how the rows are laid out.

use super::rows;
use super::view::{GROUPS, PERIODS, STANDINGS, View};
use crate::health::Health;
use crate::layout::Layout;
use domain::portfolio::Standing;
use domain::portfolio::query::{Counts, Row};
use domain::status_keys;
use domain::status_keys::Color;

/// A filter by health, with the number of rows that pass it.
pub struct Chip {
    /// The name in the URL; empty for all rows.
    pub name: &'static str,
    pub href: String,
    pub is_current: bool,
    /// The mark, as HTML.
    pub mark: String,
    pub word: String,
    /// The message that explains it; empty without one.
    pub help: &'static str,
    pub count: usize,
}

/// An option of a form: value, label, and whether it is selected.
type Choice = (String, String, bool);

/// A field of the form with options.
pub struct Select {
    pub name: &'static str,
    pub label: &'static str,
    pub choices: Vec<Choice>,
}

/// A filter of which several values can be chosen.
pub struct Picker {
    pub name: &'static str,
    pub label: &'static str,
    /// The message of the field that searches the values.
    pub find: &'static str,
    pub options: Vec<Picked>,
}

/// A value of a filter.
pub struct Picked {
    pub value: String,
    pub label: String,
    /// What tells it from others with the same label; empty without one.
    pub group: String,
    pub is_chosen: bool,
}

/// The chips of health, with the numbers of the rows that pass the other filters.
pub fn chips(layout: &Layout, view: &View, rows: &[Row]) -> Vec<Chip> {
    let query = view.query();
    let counts = Counts::of(rows.iter().filter(|row| query.passes(row)));
    let counted = |(standing, name): (Standing, &'static str)| Chip {
        name,
        href: view.toggled(standing).address("/"),
        is_current: view.standings.contains(&standing),
        mark: mark(layout, standing),
        word: rows::standing(layout, standing),
        help: match standing {
            Standing::Silent => "portfolio-silent-help",
            Standing::Resting => "portfolio-resting-help",
            Standing::Current(_) => "portfolio-current-help",
            Standing::Unreported => "",
        },
        count: counts.get(standing),
    };
    let all = Chip {
        name: "",
        href: view.with(|view| view.standings.clear()).address("/"),
        is_current: view.standings.is_empty(),
        mark: String::new(),
        word: layout.t("portfolio-all").into_owned(),
        help: "",
        count: Standing::ALL.iter().map(|standing| counts.get(*standing)).sum(),
    };
    let chips = STANDINGS.into_iter().map(counted);
    // Few portfolios have projects that rest, so that this chip is shown for those.
    let chips = chips.filter(|chip| chip.name != "resting" || chip.count > 0 || chip.is_current);
    std::iter::once(all).chain(chips).collect()
}

fn mark(layout: &Layout, standing: Standing) -> String {
    match standing {
        Standing::Current(level) => rows::health_of(level).mark(layout.reader.language),
        Standing::Unreported => Health(None).mark(layout.reader.language),
        Standing::Silent => "<span class=\"h o\" aria-hidden=true></span>".to_owned(),
        Standing::Resting => String::new(),
    }
}

/// The values that filters other than health have, in words, each with the URL without it.
pub fn taken(layout: &Layout, view: &View, rows: &[Row]) -> Vec<(String, String)> {
    let said = |label: &str, value: &str| format!("{}: {value}", layout.t(label));
    let status = |key: &i64| {
        let address = view.with(|view| view.statuses.retain(|own| own != key)).address("/");
        (said("portfolio-status", &rows::status(layout, *key)), address)
    };
    let lead = |id: &domain::ids::UserId| {
        let name = rows.iter().filter_map(|row| row.lead.as_ref()).find(|(own, _)| own == id);
        let name = name.map_or_else(|| id.to_string(), |(_, name)| name.clone());
        (said("portfolio-lead", &name), view.with(|view| view.leads.retain(|own| own != id)).address("/"))
    };
    view.statuses.iter().map(status).chain(view.leads.iter().map(lead)).collect()
}

/// The filters with several values.
pub fn pickers(layout: &Layout, view: &View, rows: &[Row]) -> [Picker; 2] {
    [
        Picker {
            name: "status[]",
            label: "portfolio-status",
            find: "portfolio-find-status",
            options: statuses(layout, view, rows),
        },
        Picker {
            name: "lead[]",
            label: "portfolio-lead",
            find: "portfolio-find-lead",
            options: leads(view, rows),
        },
    ]
}

/// How the rows are laid out.
pub fn selects(layout: &Layout, view: &View) -> [Select; 2] {
    let period =
        |weeks: i64| (weeks.to_string(), layout.say("portfolio-weeks", "count", weeks), weeks == view.weeks);
    let group = |(one, name, key): (_, &str, &str)| {
        (name.to_owned(), layout.t(key).into_owned(), view.group == Some(one))
    };
    let none = (String::new(), layout.t("portfolio-group-none").into_owned(), false);
    [
        Select { name: "weeks", label: "portfolio-period", choices: PERIODS.map(period).into() },
        Select {
            name: "group",
            label: "portfolio-group",
            choices: std::iter::once(none).chain(GROUPS.map(group)).collect(),
        },
    ]
}

/// The statuses of the rows, and those that are chosen, by name; several keys have the same name.
fn statuses(layout: &Layout, view: &View, rows: &[Row]) -> Vec<Picked> {
    let mut keys: Vec<i64> = rows.iter().map(|row| row.status_key).chain(view.statuses.clone()).collect();
    keys.sort_unstable();
    keys.dedup();
    let mut options: Vec<Picked> = keys
        .into_iter()
        .filter_map(|key| {
            let status = status_keys::find(key)?;
            Some(Picked {
                value: key.to_string(),
                label: layout.reader.language.status(key)?,
                group: layout.t(group(status.color)).into_owned(),
                is_chosen: view.statuses.contains(&key),
            })
        })
        .collect();
    options.sort_by(|one, other| one.label.cmp(&other.label));
    options
}

/// The message of a group of statuses.
const fn group(color: Color) -> &'static str {
    match color {
        Color::Grey => "status-group-grey",
        Color::LightGreen => "status-group-light-green",
        Color::Green => "status-group-green",
        Color::Yellow => "status-group-yellow",
        Color::Red => "status-group-red",
        Color::Blue => "status-group-blue",
    }
}

fn leads(view: &View, rows: &[Row]) -> Vec<Picked> {
    let mut leads: Vec<_> = rows.iter().filter_map(|row| row.lead.clone()).collect();
    leads.sort_by_key(|(id, name)| (name.to_lowercase(), *id));
    leads.dedup();
    let picked = |(id, label): (domain::ids::UserId, String)| Picked {
        value: id.to_string(),
        label,
        group: String::new(),
        is_chosen: view.leads.contains(&id),
    };
    leads.into_iter().map(picked).collect()
}

/// The filters in words, for print.
pub fn words(layout: &Layout, view: &View, selects: &[Select], taken: &[(String, String)]) -> Vec<String> {
    let t = |key| layout.t(key);
    let words = Some(&view.words).filter(|words| !words.is_empty());
    let words = words.map(|words| format!("{}: {words}", t("portfolio-search-label")));
    let healths = Standing::ALL.into_iter().filter(|standing| view.standings.contains(standing));
    let healths: Vec<_> = healths.map(|standing| rows::standing(layout, standing)).collect();
    let healths =
        (!healths.is_empty()).then(|| format!("{}: {}", t("portfolio-health-label"), healths.join(", ")));
    let chosen = selects.iter().filter_map(|select| {
        let (_, words, _) = select.choices.iter().find(|(value, _, is_own)| *is_own && !value.is_empty())?;
        Some(format!("{}: {words}", t(select.label)))
    });
    let taken = taken.iter().map(|(words, _)| words.clone());
    words.into_iter().chain(healths).chain(taken).chain(chosen).collect()
}
