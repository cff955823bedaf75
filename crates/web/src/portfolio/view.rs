//! What the page shows, as its address says it: what the address does not say, or says wrongly, is as usual.

use std::borrow::Cow;

use url::form_urlencoded::Serializer;

use crate::health::Health;
use crate::reader::Reader;
use base::clock::{Date, Time};
use domain::portfolio::overview::Row;
use domain::portfolio::weeks;
use domain::portfolio::weeks::Weeks;
use domain::status_reports::Color;
use service::params::Params;

/// How many weeks one may see; the second is usual.
pub const PERIODS: [i64; 3] = [12, 26, 52];

/// What a view is narrowed to, of the workspaces' health.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Narrow {
    /// The last report's colour, or that there is none.
    Health(Health),
    /// See [`Row::is_stale`].
    Stale,
}

/// What rows come in groups by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named as on the page")]
pub enum Group {
    Lead,
    Status,
}

/// What rows are ordered by; ties go by name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "named as on the page")]
pub enum Order {
    #[default]
    Name,
    /// Red first.
    Health,
    /// The oldest report first.
    Age,
    Lead,
    Status,
}

/// What is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// One of [`PERIODS`].
    pub weeks: i64,
    /// A day of the last week; the present one otherwise.
    pub until: Option<Date>,
    /// Groups of rows.
    pub group: Option<Group>,
    /// The order of rows.
    pub order: Order,
    /// Health.
    pub narrow: Option<Narrow>,
    /// A status key.
    pub status: Option<i64>,
    /// Who leads.
    pub lead: Option<i64>,
    /// Words in title or description.
    pub words: String,
    /// Numbers and words in place of the heatmap.
    pub is_table: bool,
    /// Which page, from 1.
    pub page: usize,
}

impl Narrow {
    /// As in the address.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Health(health) => health.name(),
            Self::Stale => "stale",
        }
    }

    fn named(name: &str) -> Option<Self> {
        let healths = Health::ALL.into_iter().map(Self::Health);
        healths.chain([Self::Stale]).find(|narrow| narrow.name() == name)
    }

    fn passes(self, row: &Row) -> bool {
        match self {
            Self::Health(health) => Health::of(row) == health,
            Self::Stale => row.is_stale,
        }
    }
}

impl Group {
    /// As in the address, with the message for it.
    pub const ALL: [(Self, &'static str, &'static str); 2] =
        [(Self::Lead, "lead", "portfolio-lead"), (Self::Status, "status", "portfolio-status")];
}

impl Order {
    /// As [`Group::ALL`].
    pub const ALL: [(Self, &'static str, &'static str); 5] = [
        (Self::Name, "name", "portfolio-order-name"),
        (Self::Health, "health", "portfolio-order-health"),
        (Self::Age, "age", "portfolio-order-age"),
        (Self::Lead, "lead", "portfolio-order-lead"),
        (Self::Status, "status", "portfolio-order-status"),
    ];
}

fn named<T: Copy>(all: &[(T, &'static str, &'static str)], name: Option<Cow<'_, str>>) -> Option<T> {
    let name = name?;
    all.iter().find(|(_, own, _)| *own == name).map(|(one, ..)| *one)
}

impl View {
    /// What an address asks for.
    pub fn read(params: &Params) -> Self {
        let number = |name: &str| params.text(name).and_then(|text| text.trim().parse::<i64>().ok());
        let page = number("page").and_then(|page| usize::try_from(page).ok());
        Self {
            weeks: number("weeks").filter(|weeks| PERIODS.contains(weeks)).unwrap_or(PERIODS[1]),
            until: params.text("until").and_then(|text| text.parse().ok()),
            group: named(&Group::ALL, params.text("group")),
            order: named(&Order::ALL, params.text("order")).unwrap_or_default(),
            narrow: params.text("health").and_then(|name| Narrow::named(&name)),
            status: number("status"),
            lead: number("lead"),
            words: params.text("q").unwrap_or_default().trim().to_owned(),
            is_table: params.text("view").as_deref() == Some("table"),
            page: page.unwrap_or(1).max(1),
        }
    }

    /// The address of it below a path; what is as usual is left out.
    pub fn address(&self, path: &str) -> String {
        let mut query = Serializer::new(String::new());
        let mut put = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                query.append_pair(name, &value);
            }
        };
        let group = Group::ALL.iter().find(|(group, ..)| Some(*group) == self.group);
        let order = Order::ALL.iter().find(|(order, ..)| *order == self.order && *order != Order::Name);
        put("weeks", (self.weeks != PERIODS[1]).then(|| self.weeks.to_string()));
        put("until", self.until.map(|until| until.to_string()));
        put("group", group.map(|(_, name, _)| (*name).to_owned()));
        put("order", order.map(|(_, name, _)| (*name).to_owned()));
        put("health", self.narrow.map(|narrow| narrow.name().to_owned()));
        put("status", self.status.map(|key| key.to_string()));
        put("lead", self.lead.map(|id| id.to_string()));
        put("q", (!self.words.is_empty()).then(|| self.words.clone()));
        put("view", self.is_table.then(|| "table".to_owned()));
        put("page", (self.page > 1).then(|| self.page.to_string()));
        let query = query.finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }

    /// The first page of this view, changed.
    pub fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut view = Self { page: 1, ..self.clone() };
        change(&mut view);
        view
    }

    /// Whether it leaves rows out.
    pub fn is_narrowed(&self) -> bool {
        self.narrow.is_some() || self.status.is_some() || self.lead.is_some() || !self.words.is_empty()
    }

    /// Its weeks, in the reader's zone; none begins in the future.
    pub fn weeks(&self, reader: &Reader) -> Weeks {
        let present = weeks::number_of(&reader.zone, reader.now);
        let last = self.until.map_or(present, |until| weeks::number(until.civil()).min(present));
        Weeks::until(reader.zone.clone(), last, self.weeks)
    }

    /// Whether it shows a row, its health aside.
    pub fn passes(&self, row: &Row) -> bool {
        self.status.is_none_or(|key| row.status_key == key)
            && self.lead.is_none_or(|id| row.lead.as_ref().is_some_and(|(own, _)| *own == id))
    }

    /// The rows that it shows, in its order; those of a group together.
    pub fn arranged<'r>(&self, rows: &'r [Row]) -> Vec<&'r Row> {
        let is_shown = |row: &&Row| self.passes(row) && self.narrow.is_none_or(|narrow| narrow.passes(row));
        let mut shown: Vec<&Row> = rows.iter().filter(is_shown).collect();
        // They come by name, which a stable order keeps for ties.
        match self.order {
            Order::Name => {}
            Order::Health => shown.sort_by_key(|row| match row.last.map(|mark| mark.color) {
                Some(Color::Red) => 0,
                Some(Color::Yellow) => 1,
                Some(Color::Green) => 2,
                None => 3,
            }),
            Order::Age => shown.sort_by_key(|row| row.last.map_or(Time::MIN, |mark| mark.created_at)),
            Order::Lead => shown.sort_by_key(|row| row.lead_name()),
            Order::Status => shown.sort_by_key(|row| row.status_key),
        }
        match self.group {
            None => {}
            Some(Group::Lead) => shown.sort_by_key(|row| row.lead_name()),
            Some(Group::Status) => shown.sort_by_key(|row| row.status_key),
        }
        shown
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{Uri, header};

    use super::*;
    use service::form;
    use service::settings::Settings;

    fn read(query: &str) -> View {
        View::read(&Params::new(form::decode(query.as_bytes()).expect("a query")).expect("parameters"))
    }

    #[test]
    fn an_address_says_what_is_shown_and_no_more() {
        let whole = "weeks=52&until=2026-01-31&group=lead&order=age&health=red&status=310&lead=7&q=a+%26+b\
            &view=table&page=3";
        assert_eq!(read(whole).address("/"), format!("/?{whole}"));
        for usual in
            ["", "weeks=26", "weeks=1000&until=soon&group=x&order=name&health=blue&page=0&view=grid&q=+"]
        {
            assert_eq!(read(usual).address("/"), "/", "{usual}");
        }
        assert_eq!(read(whole).with(|view| view.narrow = None).address("/").matches("page").count(), 0);
    }

    #[test]
    fn the_weeks_end_with_the_one_asked_for_and_none_is_in_the_future() {
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
