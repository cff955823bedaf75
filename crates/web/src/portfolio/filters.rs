//! What narrows the portfolio: the chips of health, the filters with their values, and how the rows are laid out.

use super::rows;
use super::view::{GROUPS, PERIODS, STANDINGS, View, group_name};
use crate::health::Health;
use crate::layout::Layout;
use domain::fields::Field;
use domain::portfolio::Standing;
use domain::portfolio::query::{Counts, GroupBy, Query, Row};
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

/// The filter by an own field.
pub struct FieldSelect {
    pub id: i64,
    /// The name of the field.
    pub title: String,
    pub choices: Vec<Choice>,
}

/// The maximum number of values of an own field to choose from.
const MOST_CHOICES: usize = 200;

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
pub fn chips(layout: &Layout, view: &View, query: &Query, rows: &[Row]) -> Vec<Chip> {
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
pub fn taken(layout: &Layout, view: &View, fields: &[Field], rows: &[Row]) -> Vec<(String, String)> {
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
    let tag = |tag: &String| {
        let address = view.with(|view| view.labels.tags.retain(|own| own != tag)).address("/");
        (said("labels-tag", tag), address)
    };
    let field = |(id, value): &(i64, String)| {
        let name = &fields.iter().find(|field| field.id == *id)?.name;
        let address = view.with(|view| view.labels.fields.retain(|(own, _)| own != id)).address("/");
        Some((format!("{name}: {value}"), address))
    };
    let people = view.statuses.iter().map(status).chain(view.leads.iter().map(lead));
    let labels = view.labels.tags.iter().map(tag).chain(view.labels.fields.iter().filter_map(field));
    people.chain(labels).collect()
}

/// The filters with several values.
pub fn pickers(layout: &Layout, view: &View, rows: &[Row]) -> Vec<Picker> {
    let tags = tags(view, rows);
    let mut pickers = vec![
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
    ];
    if !tags.is_empty() {
        let find = "portfolio-find-tag";
        pickers.push(Picker { name: "tag[]", label: "labels-tags", find, options: tags });
    }
    pickers
}

/// Whether a row has a tag.
pub fn has_tags(rows: &[Row]) -> bool {
    rows.iter().filter_map(|row| row.labels.as_ref()).any(|labels| !labels.tags.is_empty())
}

/// The tags of the rows, and those that are chosen.
fn tags(view: &View, rows: &[Row]) -> Vec<Picked> {
    let own = rows.iter().filter_map(|row| row.labels.as_ref()).flat_map(|labels| &labels.tags);
    let mut tags: Vec<&String> = own.chain(&view.labels.tags).collect();
    tags.sort_by_cached_key(|tag| tag.to_lowercase());
    tags.dedup_by_key(|tag| tag.to_lowercase());
    let is_chosen =
        |tag: &String| view.labels.tags.iter().any(|own| own.to_lowercase() == tag.to_lowercase());
    let picked = |tag: &String| Picked {
        value: tag.clone(),
        label: tag.clone(),
        group: String::new(),
        is_chosen: is_chosen(tag),
    };
    tags.into_iter().map(picked).collect()
}

/// The filters by own fields that have a value in a row.
pub fn fields(layout: &Layout, view: &View, fields: &[Field], rows: &[Row]) -> Vec<FieldSelect> {
    let select = |field: &Field| {
        let chosen = view.labels.fields.iter().find(|(id, _)| *id == field.id).map(|(_, value)| value);
        let own = rows.iter().filter_map(|row| row.labels.as_ref()).map(|labels| labels.value(field.id));
        let own = own.filter(|value| !value.is_empty());
        let mut values: Vec<&str> = own.chain(chosen.map(String::as_str)).collect();
        values.sort_by_cached_key(|value| value.to_lowercase());
        values.dedup_by_key(|value| value.to_lowercase());
        values.sort_by_key(|value| {
            let place = field.choices.iter().position(|choice| choice == value);
            place.unwrap_or(usize::MAX)
        });
        let is_chosen = |value: &str| chosen.is_some_and(|own| own.to_lowercase() == value.to_lowercase());
        let choice = |value: &&str| ((*value).to_owned(), (*value).to_owned(), is_chosen(value));
        let all = (String::new(), layout.t("portfolio-all").into_owned(), false);
        let is_used = !values.is_empty();
        let choices = std::iter::once(all).chain(values.iter().take(MOST_CHOICES).map(choice)).collect();
        is_used.then(|| FieldSelect { id: field.id, title: field.name.clone(), choices })
    };
    fields.iter().filter_map(select).collect()
}

/// How the rows are laid out.
pub fn selects(layout: &Layout, view: &View, fields: &[Field], has_tags: bool) -> [Select; 2] {
    let period =
        |weeks: i64| (weeks.to_string(), layout.say("portfolio-weeks", "count", weeks), weeks == view.weeks);
    let group = |(one, name, key): (_, &str, &str)| {
        (name.to_owned(), layout.t(key).into_owned(), view.group == Some(one))
    };
    let by_field = |field: &Field| {
        let group = GroupBy::Field(field.id);
        (group_name(group), field.name.clone(), view.group == Some(group))
    };
    let is_useful = |one: GroupBy| one != GroupBy::Tag || has_tags || view.group == Some(one);
    let groups = GROUPS.into_iter().filter(|(one, ..)| is_useful(*one));
    let none = (String::new(), layout.t("portfolio-group-none").into_owned(), false);
    [
        Select { name: "weeks", label: "portfolio-period", choices: PERIODS.map(period).into() },
        Select {
            name: "group",
            label: "portfolio-group",
            choices: std::iter::once(none)
                .chain(groups.map(group))
                .chain(fields.iter().map(by_field))
                .collect(),
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
