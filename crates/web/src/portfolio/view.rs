//! The view of the portfolio, as its URL describes it. Missing and invalid parameters get their defaults.

use std::borrow::Cow;

use url::form_urlencoded::Serializer;

use crate::health::Health;
use crate::reader::Reader;
use base::clock::Date;
use domain::ids::UserId;
use domain::portfolio::overview::{Group, HealthFilter, Query, SortBy};
use domain::portfolio::weeks;
use domain::portfolio::weeks::Weeks;
use service::params::Params;

/// The numbers of weeks to choose from; the second is the default.
pub const PERIODS: [i64; 3] = [12, 26, 52];

/// What the page shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// One of [`PERIODS`].
    pub weeks: i64,
    /// A day of the last week; `None` for the current week.
    pub until: Option<Date>,
    /// How rows are grouped.
    pub group: Option<Group>,
    /// How rows are sorted.
    pub order: SortBy,
    /// A filter by health.
    pub health: Option<HealthFilter>,
    /// Only this status key.
    pub status: Option<i64>,
    /// Only workspaces led by the person with this id.
    pub lead: Option<UserId>,
    /// Words in title or description.
    pub words: String,
    /// Whether to show the table instead of the heatmap.
    pub is_table: bool,
    /// The number of the page, from 1.
    pub page: usize,
}

/// The name of a filter in the URL.
pub const fn filter_name(filter: HealthFilter) -> &'static str {
    match filter {
        HealthFilter::Color(color) => Health(color).name(),
        HealthFilter::Stale => "stale",
    }
}

fn filter_named(name: &str) -> Option<HealthFilter> {
    let colors = Health::ALL.into_iter().map(|health| HealthFilter::Color(health.0));
    colors.chain([HealthFilter::Stale]).find(|filter| filter_name(*filter) == name)
}

/// Groups, with their names in the URL and their messages.
pub const GROUPS: [(Group, &str, &str); 2] =
    [(Group::Lead, "lead", "portfolio-lead"), (Group::Status, "status", "portfolio-status")];

/// Orders, with their names in the URL and their messages.
pub const ORDERS: [(SortBy, &str, &str); 5] = [
    (SortBy::Name, "name", "portfolio-order-name"),
    (SortBy::Health, "health", "portfolio-order-health"),
    (SortBy::Age, "age", "portfolio-order-age"),
    (SortBy::Lead, "lead", "portfolio-order-lead"),
    (SortBy::Status, "status", "portfolio-order-status"),
];

fn named<T: Copy>(all: &[(T, &'static str, &'static str)], name: Option<Cow<'_, str>>) -> Option<T> {
    let name = name?;
    all.iter().find(|(_, own, _)| *own == name).map(|(one, ..)| *one)
}

impl View {
    /// Reads the parameters of a URL.
    pub fn read(params: &Params) -> Self {
        let number = |name: &str| params.text(name).and_then(|text| text.trim().parse::<i64>().ok());
        let page = number("page").and_then(|page| usize::try_from(page).ok());
        Self {
            weeks: number("weeks").filter(|weeks| PERIODS.contains(weeks)).unwrap_or(PERIODS[1]),
            until: params.text("until").and_then(|text| text.parse().ok()),
            group: named(&GROUPS, params.text("group")),
            order: named(&ORDERS, params.text("order")).unwrap_or_default(),
            health: params.text("health").and_then(|name| filter_named(&name)),
            status: number("status"),
            lead: number("lead").map(UserId),
            words: params.text("q").unwrap_or_default().trim().to_owned(),
            is_table: params.text("view").as_deref() == Some("table"),
            page: page.unwrap_or(1).max(1),
        }
    }

    /// The URL of this view, without parameters that have their defaults.
    pub fn address(&self, path: &str) -> String {
        let mut query = Serializer::new(String::new());
        let mut put = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                query.append_pair(name, &value);
            }
        };
        let group = GROUPS.iter().find(|(group, ..)| Some(*group) == self.group);
        let order = ORDERS.iter().find(|(order, ..)| *order == self.order && *order != SortBy::Name);
        put("weeks", (self.weeks != PERIODS[1]).then(|| self.weeks.to_string()));
        put("until", self.until.map(|until| until.to_string()));
        put("group", group.map(|(_, name, _)| (*name).to_owned()));
        put("order", order.map(|(_, name, _)| (*name).to_owned()));
        put("health", self.health.map(|filter| filter_name(filter).to_owned()));
        put("status", self.status.map(|key| key.to_string()));
        put("lead", self.lead.map(|id| id.to_string()));
        put("q", (!self.words.is_empty()).then(|| self.words.clone()));
        put("view", self.is_table.then(|| "table".to_owned()));
        put("page", (self.page > 1).then(|| self.page.to_string()));
        let query = query.finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }

    /// A changed view, from its first page.
    pub fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut view = Self { page: 1, ..self.clone() };
        change(&mut view);
        view
    }

    /// Whether a filter is set.
    pub fn is_narrowed(&self) -> bool {
        self.health.is_some() || self.status.is_some() || self.lead.is_some() || !self.words.is_empty()
    }

    /// Its weeks, in the reader's time zone; none begins in the future.
    pub fn weeks(&self, reader: &Reader) -> Weeks {
        let present = weeks::number_of(&reader.zone, reader.now);
        let last = self.until.map_or(present, |until| weeks::number(until.civil()).min(present));
        Weeks::until(reader.zone.clone(), last, self.weeks)
    }

    /// The query for the domain.
    pub fn query(&self) -> Query {
        Query {
            words: self.words.clone(),
            status_key: self.status,
            lead: self.lead,
            health: self.health,
            order: self.order,
            group: self.group,
        }
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
        let whole = "weeks=52&until=2026-01-31&group=lead&order=age&health=red&status=310&lead=7&q=a+%26+b\
            &view=table&page=3";
        assert_eq!(read(whole).address("/"), format!("/?{whole}"));
        for usual in
            ["", "weeks=26", "weeks=1000&until=soon&group=x&order=name&health=blue&page=0&view=grid&q=+"]
        {
            assert_eq!(read(usual).address("/"), "/", "{usual}");
        }
        assert_eq!(read(whole).with(|view| view.health = None).address("/").matches("page").count(), 0);
    }

    #[test]
    fn the_weeks_end_with_the_requested_one_and_none_is_in_the_future() {
        // Monday in UTC and still Sunday in Los Angeles.
        let now: Time = "2026-02-16T04:00:03Z".parse().expect("a time");
        for (zone, query, last) in [
            ("UTC", "", "2026-02-16"),
            ("UTC", "until=2026-02-15", "2026-02-09"),
            ("UTC", "until=2031-01-01", "2026-02-16"),
            ("America/Los_Angeles", "", "2026-02-09"),
            ("America/Los_Angeles", "until=2026-02-16", "2026-02-09"),
            ("America/Los_Angeles", "until=2026-02-08", "2026-02-02"),
        ] {
            let cookie = format!("zone={zone}").parse().expect("a header");
            let headers = [(header::COOKIE, cookie)].into_iter().collect();
            let weeks =
                read(query).weeks(&Reader::of(&Settings::default(), &headers, &Uri::from_static("/"), now));
            assert_eq!(weeks.count(), 26);
            let found = weeks.mondays().last().map(|date| date.to_string());
            assert_eq!(found.as_deref(), Some(last), "{zone} {query}");
        }
    }
}
