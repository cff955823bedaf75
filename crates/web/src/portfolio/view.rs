//! The view of the portfolio, as its URL describes it. Missing and invalid parameters get their defaults.

use std::borrow::Cow;
use std::str::FromStr;

use serde_json::Value;
use url::form_urlencoded::Serializer;

use crate::reader::Reader;
use base::clock::Date;
use domain::ids::UserId;
use domain::labels;
use domain::portfolio::query::{GroupBy, Query, SortBy};
use domain::portfolio::weeks;
use domain::portfolio::weeks::Weeks;
use domain::portfolio::{Level, Standing};
use domain::views::query::field_id;
use service::params::{Params, scalar};

/// The numbers of weeks to choose from; the second is the default.
pub const PERIODS: [i64; 3] = [12, 26, 52];

/// The number of rows that a page begins with; more follow as they are scrolled to.
pub const ROWS: usize = 50;

/// The maximum number of rows of a page.
pub const MOST_ROWS: usize = 1000;

/// The maximum number of values of a filter.
const MOST_VALUES: usize = 200;

/// The maximum number of own fields with a filter.
const MOST_FIELDS: usize = 20;

/// What the page shows. An empty list is no filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// One of [`PERIODS`].
    pub weeks: i64,
    /// The day as of which everything is shown; `None` for the present.
    pub as_of: Option<Date>,
    /// How rows are grouped.
    pub group: Option<GroupBy>,
    /// The keys of the groups whose rows are left out.
    pub folded: Vec<i64>,
    /// How rows are sorted.
    pub order: SortBy,
    /// Whether the order is reversed.
    pub is_reversed: bool,
    /// Only these standings.
    pub standings: Vec<Standing>,
    /// Only these status keys.
    pub statuses: Vec<i64>,
    /// Only workspaces led by the people with these ids.
    pub leads: Vec<UserId>,
    /// Only workspaces with these tags and values of own fields.
    pub labels: labels::Filter,
    /// Words in title or description.
    pub words: String,
    /// Whether to show the table instead of the heatmap.
    pub is_table: bool,
    /// The number of rows of a page: a multiple of [`ROWS`], up to [`MOST_ROWS`].
    pub rows: usize,
    /// From which [`ROWS`] on, counted from 1.
    pub page: usize,
}

/// Standings, with their names in the URL.
pub const STANDINGS: [(Standing, &str); 6] = [
    (Standing::Current(Level::Red), "red"),
    (Standing::Current(Level::Yellow), "yellow"),
    (Standing::Current(Level::Green), "green"),
    (Standing::Silent, "silent"),
    (Standing::Unreported, "none"),
    (Standing::Resting, "resting"),
];

/// Groups, with their names in the URL and their messages.
pub const GROUPS: [(GroupBy, &str, &str); 4] = [
    (GroupBy::Lead, "lead", "portfolio-lead"),
    (GroupBy::Status, "status", "portfolio-status"),
    (GroupBy::Health, "health", "portfolio-health-label"),
    (GroupBy::Tag, "tag", "labels-tag"),
];

/// Orders, with their names in the URL.
const ORDERS: [(SortBy, &str); 6] = [
    (SortBy::Name, "name"),
    (SortBy::Health, "health"),
    (SortBy::Age, "age"),
    (SortBy::Lead, "lead"),
    (SortBy::Status, "status"),
    (SortBy::Due, "due"),
];

/// The name of an order in the URL.
pub fn order_name(order: SortBy) -> &'static str {
    ORDERS.iter().find(|(one, _)| *one == order).map_or("", |(_, name)| name)
}

/// The texts of a parameter: a list (`name[]`), or one text with commas.
fn texts(params: &Params, name: &str) -> Vec<String> {
    let whole: Vec<String> = match params.value(name) {
        Some(Value::Array(items)) => items.iter().filter_map(scalar).map(Into::into).collect(),
        _ => params.text(name).map(Into::into).into_iter().collect(),
    };
    let parts = whole.iter().flat_map(|text: &String| text.split(','));
    parts.map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

fn values<T: PartialEq>(params: &Params, name: &str, read: impl Fn(&str) -> Option<T>) -> Vec<T> {
    let mut values = Vec::new();
    for value in texts(params, name).iter().filter_map(|text| read(text)).take(MOST_VALUES) {
        if !values.contains(&value) {
            values.push(value);
        }
    }
    values
}

/// The values of own fields, by field.
fn fields(params: &Params) -> Vec<(i64, String)> {
    let value = |name: &str| {
        let value = params.filled(name)?.trim().to_owned();
        Some((field_id(name)?, value))
    };
    let mut fields: Vec<(i64, String)> = params.names().filter_map(value).take(MOST_FIELDS).collect();
    fields.sort_by_key(|(id, _)| *id);
    fields
}

/// The name of a group in the URL.
pub fn group_name(group: GroupBy) -> String {
    match group {
        GroupBy::Field(id) => format!("field_{id}"),
        _ => GROUPS.iter().find(|(one, ..)| *one == group).map_or("", |(_, name, _)| name).to_owned(),
    }
}

fn number<T: FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

fn joined<T: ToString>(values: &[T]) -> Option<String> {
    let texts: Vec<String> = values.iter().map(ToString::to_string).collect();
    (!texts.is_empty()).then(|| texts.join(","))
}

impl View {
    /// Reads the parameters of a URL.
    pub fn read(params: &Params) -> Self {
        let one = |name: &str| params.text(name).and_then(|text| number::<i64>(text.trim()));
        let size = |name: &str| one(name).and_then(|number| usize::try_from(number).ok());
        let order = params.text("order").unwrap_or_default();
        let (name, is_reversed) = order.strip_prefix('-').map_or((&*order, false), |name| (name, true));
        let found = ORDERS.iter().find(|(_, own)| *own == name).map(|(order, _)| *order);
        let group = params.text("group").unwrap_or_default();
        let own = field_id(&group).map(GroupBy::Field);
        let group = GROUPS.iter().find(|(_, own, _)| *own == group).map(|(group, ..)| *group).or(own);
        let standing =
            |name: &str| STANDINGS.iter().find(|(_, own)| *own == name).map(|(standing, _)| *standing);
        Self {
            weeks: one("weeks").filter(|weeks| PERIODS.contains(weeks)).unwrap_or(PERIODS[1]),
            as_of: params.text("as_of").and_then(|text| text.trim().parse().ok()),
            folded: group.map(|_| values(params, "fold", number)).unwrap_or_default(),
            group,
            order: found.unwrap_or_default(),
            is_reversed: is_reversed && found.is_some(),
            standings: values(params, "health", standing),
            statuses: values(params, "status", number),
            leads: values(params, "lead", |text| number(text).map(UserId)),
            labels: labels::Filter {
                tags: values(params, "tag", |text| Some(text.to_owned())),
                fields: fields(params),
            },
            words: params.text("q").unwrap_or_default().trim().to_owned(),
            is_table: params.text("view").as_deref() == Some("table"),
            rows: size("rows").unwrap_or(ROWS).clamp(ROWS, MOST_ROWS).next_multiple_of(ROWS),
            page: size("page").unwrap_or(1).max(1),
        }
    }

    /// The parameters of this view's URL: those that differ from their defaults.
    pub fn parameters(&self) -> Vec<(Cow<'static, str>, String)> {
        let mut parameters = Vec::new();
        let mut put = |name: &'static str, value: Option<String>| {
            parameters.extend(value.map(|value| (Cow::Borrowed(name), value)));
        };
        let names: Vec<&str> = STANDINGS
            .iter()
            .filter(|(standing, _)| self.standings.contains(standing))
            .map(|(_, name)| *name)
            .collect();
        let order = format!("{}{}", if self.is_reversed { "-" } else { "" }, order_name(self.order));
        put("weeks", (self.weeks != PERIODS[1]).then(|| self.weeks.to_string()));
        put("as_of", self.as_of.map(|day| day.to_string()));
        put("group", self.group.map(group_name));
        put("fold", joined(&self.folded));
        put("order", (order != order_name(SortBy::Name)).then_some(order));
        put("health", joined(&names));
        put("status", joined(&self.statuses));
        put("lead", joined(&self.leads));
        put("tag", joined(&self.labels.tags));
        put("q", (!self.words.is_empty()).then(|| self.words.clone()));
        put("view", self.is_table.then(|| "table".to_owned()));
        put("rows", (self.rows != ROWS).then(|| self.rows.to_string()));
        put("page", (self.page > 1).then(|| self.page.to_string()));
        let fields = self.labels.fields.iter();
        parameters.extend(fields.map(|(id, value)| (Cow::Owned(format!("field_{id}")), value.clone())));
        parameters
    }

    /// The URL of this view.
    pub fn address(&self, path: &str) -> String {
        let query = Serializer::new(String::new()).extend_pairs(self.parameters()).finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }

    /// A changed view, from its first page.
    pub fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut view = Self { page: 1, rows: ROWS, ..self.clone() };
        change(&mut view);
        view
    }

    /// The number of rows before its first.
    pub const fn first(&self) -> usize {
        (self.page - 1).saturating_mul(ROWS)
    }

    /// The page that begins after a number of rows, a multiple of [`ROWS`].
    pub fn after(&self, rows: usize) -> Self {
        Self { page: rows / ROWS + 1, rows: ROWS, ..self.clone() }
    }

    /// This view with a standing added to its filter, or taken out.
    pub fn toggled(&self, standing: Standing) -> Self {
        self.with(|view| toggle(&mut view.standings, standing))
    }

    /// This view without its filters.
    pub fn unnarrowed(&self) -> Self {
        self.with(|view| {
            view.standings.clear();
            view.statuses.clear();
            view.leads.clear();
            view.labels = labels::Filter::default();
            view.words.clear();
        })
    }

    /// This view with a group folded, or unfolded.
    pub fn folding(&self, key: i64) -> Self {
        self.with(|view| toggle(&mut view.folded, key))
    }

    /// This view in an order; in the opposite direction if it has that order.
    pub fn sorted(&self, order: SortBy) -> Self {
        self.with(|view| {
            view.is_reversed = view.order == order && !view.is_reversed;
            view.order = order;
        })
    }

    /// Whether a filter is set.
    pub fn is_narrowed(&self) -> bool {
        self.unnarrowed() != self.with(|_| ())
    }

    /// Its weeks, in the reader's time zone, up to the week of the page.
    pub fn weeks(&self, reader: &Reader) -> Weeks {
        Weeks::until(reader.zone.clone(), weeks::number_of(&reader.zone, reader.now), self.weeks)
    }

    /// The query for the domain.
    pub fn query(&self) -> Query {
        Query {
            words: self.words.clone(),
            status_keys: self.statuses.clone(),
            leads: self.leads.clone(),
            standings: self.standings.clone(),
            labels: self.labels.clone(),
            fields: Vec::new(),
            order: self.order,
            is_reversed: self.is_reversed,
            group: self.group,
            folded: if self.is_table { Vec::new() } else { self.folded.clone() },
        }
    }
}

fn toggle<T: PartialEq>(list: &mut Vec<T>, value: T) {
    match list.iter().position(|own| *own == value) {
        Some(place) => drop(list.remove(place)),
        None => list.push(value),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{Uri, header};

    use super::*;
    use base::clock::Time;
    use service::form;
    use service::settings::Settings;

    fn read(query: &str) -> View {
        View::read(&Params::new(form::decode(query.as_bytes()).expect("a query")).expect("parameters"))
    }

    #[test]
    fn a_url_has_the_parameters_that_differ_from_their_defaults() {
        let whole = "weeks=52&as_of=2026-01-31&group=lead&fold=7%2C0&order=-age&health=red%2Csilent&status=310%2C100&lead=7\
            &tag=key%2C2026&q=a+%26+b&view=table&rows=300&page=3&field_3=x&field_12=Acme%2C+Inc";
        assert_eq!(read(whole).address("/"), format!("/?{whole}"));
        for usual in [
            "",
            "weeks=26",
            "weeks=1000&as_of=soon&group=x&fold=7&order=name&health=blue&page=0&rows=1&view=grid&q=+",
            "order=-&status=x&lead=&rows=-4",
        ] {
            assert_eq!(read(usual).address("/"), "/", "{usual}");
        }
        assert_eq!(read("group=field_12&field_0=x&field_x=1&field_3=+").address("/"), "/?group=field_12");
        assert_eq!(read("status[]=310&status[]=100&status[]=310").address("/"), "/?status=310%2C100");
        assert_eq!(read("rows=101").rows, 150);
        assert_eq!(read("rows=18446744073709551615").rows, ROWS);
        assert_eq!(read("rows=9223372036854775807").rows, MOST_ROWS);
        let whole = read(whole);
        assert!(whole.is_narrowed() && !whole.unnarrowed().is_narrowed());
        assert_eq!(whole.with(|view| view.statuses.clear()).address("/").matches("page").count(), 0);
        assert_eq!(whole.toggled(Standing::Silent).standings, [Standing::Current(Level::Red)]);
        assert_eq!(whole.folding(0).folding(9).folded, [7, 9]);
        let sorted = whole.sorted(SortBy::Due);
        assert_eq!((sorted.order, sorted.is_reversed), (SortBy::Due, false));
        assert!(sorted.sorted(SortBy::Due).is_reversed);
    }

    #[test]
    fn the_weeks_end_with_the_requested_one_and_none_is_in_the_future() {
        // Monday in UTC and still Sunday in Los Angeles.
        let now: Time = "2026-02-16T04:00:03Z".parse().expect("a time");
        for (zone, query, last) in [
            ("UTC", "", "2026-02-16"),
            ("UTC", "as_of=2026-02-15", "2026-02-09"),
            ("UTC", "as_of=2026-02-16", "2026-02-16"),
            ("UTC", "as_of=2031-01-01", "2026-02-16"),
            ("America/Los_Angeles", "", "2026-02-09"),
            ("America/Los_Angeles", "as_of=2026-02-16", "2026-02-09"),
            ("America/Los_Angeles", "as_of=2026-02-08", "2026-02-02"),
        ] {
            let cookie = format!("zone={zone}").parse().expect("a header");
            let headers = [(header::COOKIE, cookie)].into_iter().collect();
            let mut reader = Reader::of(&Settings::default(), &headers, &Uri::from_static("/"), now);
            reader
                .travel(&Params::new(form::decode(query.as_bytes()).expect("a query")).expect("parameters"));
            let weeks = read(query).weeks(&reader);
            assert_eq!(weeks.count(), 26);
            let found = weeks.mondays().last().map(|date| date.to_string());
            assert_eq!(found.as_deref(), Some(last), "{zone} {query}");
        }
    }
}
