//! What the portfolio shows, and in which order; and how its rows are grouped and counted.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::ops::Range;

use jiff::civil;

use super::{Mark, Standing};
use crate::fields::{Field, Kind};
use crate::ids::{UserId, WorkspaceId};
use crate::labels;
use crate::labels::Labels;
use base::clock::{Date, Time};

/// A workspace.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its id.
    pub id: WorkspaceId,
    /// Its title.
    pub title: String,
    /// Id and name of its lead.
    pub lead: Option<(UserId, String)>,
    /// Its status key.
    pub status_key: i64,
    /// Its start date.
    pub start: Option<Date>,
    /// Its due date.
    pub due: Option<Date>,
    /// Its last report.
    pub last: Option<Mark>,
    /// What its last report still says.
    pub standing: Standing,
    /// Its tags and its values of own fields.
    pub labels: Option<Labels>,
}

/// What the portfolio shows, and in which order. An empty list is no filter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// Words in title or description; empty for all workspaces.
    pub words: String,
    /// Only these status keys.
    pub status_keys: Vec<i64>,
    /// Only workspaces led by these people.
    pub leads: Vec<UserId>,
    /// Only these standings.
    pub standings: Vec<Standing>,
    /// Tags and values of own fields.
    pub labels: labels::Filter,
    /// The own fields of the account, for the order of groups.
    pub fields: Vec<Field>,
    /// The order within a group.
    pub order: SortBy,
    /// Whether the order is reversed.
    pub is_reversed: bool,
    /// Groups of rows.
    pub group: Option<GroupBy>,
    /// The groups whose rows are left out, by their keys.
    pub folded: Vec<i64>,
}

/// How rows are grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named as on the page")]
pub enum GroupBy {
    Lead,
    Status,
    Health,
    /// The tags: a row is in the group of each of its tags.
    Tag,
    /// The values of the own field with this id.
    Field(i64),
}

/// How rows are sorted; ties go by title.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "named as on the page")]
pub enum SortBy {
    #[default]
    Name,
    /// Red first; see [`Standing`].
    Health,
    /// The oldest report first.
    Age,
    Lead,
    Status,
    /// The earliest due date first; without one at the end.
    Due,
}

/// The number of rows of each of [`Standing::ALL`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts([usize; Standing::ALL.len()]);

impl Counts {
    /// Counts rows.
    pub fn of<'r>(rows: impl Iterator<Item = &'r Row>) -> Self {
        let mut counts = Self::default();
        for row in rows {
            counts.0[place(row.standing)] += 1;
        }
        counts
    }

    /// The number of rows with a standing.
    pub fn get(&self, standing: Standing) -> usize {
        self.0[place(standing)]
    }
}

fn place(standing: Standing) -> usize {
    Standing::ALL.iter().position(|one| *one == standing).unwrap_or_default()
}

/// A group of rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The id of its lead (0 without one), its status key, its place in [`Standing::ALL`], or a number made of its value or
    /// tag.
    pub key: i64,
    /// The tag of its rows, in the spelling of the first one; empty without one, and where rows are not grouped by tags.
    pub tag: String,
    /// Its rows, as a range of [`Shown::rows`]; empty if it is folded.
    pub rows: Range<usize>,
    /// An index of one of its rows, folded or not.
    pub example: usize,
    /// All its rows, by standing.
    pub counts: Counts,
}

/// The rows that pass all filters.
#[derive(Clone, Debug, Default)]
pub struct Shown {
    /// The number of rows that pass, those of folded groups too.
    pub matching: usize,
    /// The indices of those that are not folded, in the requested order; a row with several tags is there once for each of
    /// their groups.
    pub rows: Vec<usize>,
    /// The groups, in order; empty unless rows are grouped.
    pub groups: Vec<Group>,
}

fn passes<T: PartialEq>(filter: &[T], value: &T) -> bool {
    filter.is_empty() || filter.contains(value)
}

impl Query {
    /// Whether a row passes the filters, apart from health.
    pub fn passes(&self, row: &Row) -> bool {
        passes(&self.status_keys, &row.status_key)
            && (self.leads.is_empty() || row.lead.as_ref().is_some_and(|(id, _)| self.leads.contains(id)))
            && self.labels.passes(row.labels.as_ref())
    }

    /// Takes the own fields of the account. Filters and groups by fields that it does not have, are none.
    pub fn take_fields(&mut self, fields: Vec<Field>) {
        let is_known = |id: i64| fields.iter().any(|field| field.id == id);
        self.labels.fields.retain(|(id, _)| is_known(*id));
        self.group = self.group.filter(|group| !matches!(group, GroupBy::Field(id) if !is_known(*id)));
        self.fields = fields;
    }

    /// The rows that pass all filters, grouped and sorted. The rows come sorted by title, which stable sorting keeps for
    /// ties.
    pub fn shown(&self, rows: &[Row]) -> Shown {
        let is_shown = |row: &Row| self.passes(row) && passes(&self.standings, &row.standing);
        let mut all: Vec<usize> = (0..rows.len()).filter(|index| is_shown(&rows[*index])).collect();
        let order = |one: &usize, other: &usize| {
            let ordering = match self.order {
                SortBy::Name => one.cmp(other),
                _ => self.order.compare(&rows[*one], &rows[*other]),
            };
            if self.is_reversed { ordering.reverse() } else { ordering }
        };
        all.sort_by(order);
        let Some(by) = self.group else {
            return Shown { matching: all.len(), rows: all, groups: Vec::new() };
        };
        if by == GroupBy::Tag {
            return self.by_tag(rows, &all);
        }
        let same = |one: &Row, other: &Row| by.key(one) == by.key(other);
        let field = self.fields.iter().find(|field| by == GroupBy::Field(field.id));
        match field {
            Some(field) => all.sort_by_cached_key(|index| value_order(field, &rows[*index])),
            None => all.sort_by(|one, other| by.compare(&rows[*one], &rows[*other])),
        }
        let mut shown = Shown { matching: all.len(), ..Shown::default() };
        for own in all.chunk_by(|one, other| same(&rows[*one], &rows[*other])) {
            self.add_group(&mut shown, (by.key(&rows[own[0]]), String::new()), rows, own);
        }
        shown
    }

    /// The rows in the groups of their tags, which are in the order of the alphabet; those without a tag are the last group.
    fn by_tag(&self, rows: &[Row], all: &[usize]) -> Shown {
        let mut groups: BTreeMap<(bool, String), (&str, Vec<usize>)> = BTreeMap::new();
        for index in all {
            let tags = rows[*index].labels.as_ref().map_or(&[][..], |labels| &labels.tags);
            let tags = tags.iter().map(|tag| ((false, tag.to_lowercase()), tag.as_str()));
            let none = rows[*index].labels.as_ref().is_none_or(|labels| labels.tags.is_empty());
            for (key, tag) in tags.chain(none.then(|| ((true, String::new()), ""))) {
                groups.entry(key).or_insert_with(|| (tag, Vec::new())).1.push(*index);
            }
        }
        let mut shown = Shown { matching: all.len(), ..Shown::default() };
        for ((_, folded), (tag, own)) in groups {
            self.add_group(&mut shown, (value_number(&folded), tag.to_owned()), rows, &own);
        }
        shown
    }

    /// Adds a group, whose rows are left out if it is folded.
    fn add_group(&self, shown: &mut Shown, (key, tag): (i64, String), rows: &[Row], own: &[usize]) {
        let start = shown.rows.len();
        if !self.folded.contains(&key) {
            shown.rows.extend(own);
        }
        let counts = Counts::of(own.iter().map(|index| &rows[*index]));
        shown.groups.push(Group { key, tag, rows: start..shown.rows.len(), example: own[0], counts });
    }
}

impl SortBy {
    fn compare(self, one: &Row, other: &Row) -> Ordering {
        match self {
            Self::Name => Ordering::Equal,
            Self::Health => health_order(one).cmp(&health_order(other)),
            Self::Age => reported(one).cmp(&reported(other)),
            Self::Lead => lead_name(one).cmp(&lead_name(other)),
            Self::Status => one.status_key.cmp(&other.status_key),
            Self::Due => due(one).cmp(&due(other)),
        }
    }
}

impl GroupBy {
    fn key(self, row: &Row) -> i64 {
        match self {
            Self::Lead => row.lead.as_ref().map_or(0, |(id, _)| id.0),
            Self::Status => row.status_key,
            Self::Health => i64::try_from(place(row.standing)).unwrap_or_default(),
            Self::Field(id) => value_number(&value(row, id)),
            // A row can have several.
            Self::Tag => 0,
        }
    }

    fn compare(self, one: &Row, other: &Row) -> Ordering {
        match self {
            Self::Lead => (lead_name(one), self.key(one)).cmp(&(lead_name(other), self.key(other))),
            Self::Status | Self::Health | Self::Tag | Self::Field(_) => self.key(one).cmp(&self.key(other)),
        }
    }
}

/// The place of the standing; among silent and resting rows, the worst last report comes first.
fn health_order(row: &Row) -> (usize, usize) {
    let color = row.last.map_or(0, |mark| place(Standing::Current(mark.color.into())));
    (place(row.standing), color)
}

fn reported(row: &Row) -> Time {
    row.last.map_or(Time::MIN, |mark| mark.created_at)
}

fn due(row: &Row) -> civil::Date {
    row.due.map_or(civil::Date::MAX, Date::civil)
}

fn lead_name(row: &Row) -> Option<String> {
    row.lead.as_ref().map(|(_, name)| name.to_lowercase())
}

/// The value of an own field, as groups compare it; empty without one.
fn value(row: &Row, field_id: i64) -> String {
    row.labels.as_ref().map_or("", |labels| labels.value(field_id)).to_lowercase()
}

/// Choices in their order, then other values by the alphabet, then none.
fn value_order(field: &Field, row: &Row) -> (usize, String) {
    let value = value(row, field.id);
    let place = match field.kind {
        Kind::Choice => field.choices.iter().position(|choice| choice.to_lowercase() == value),
        Kind::Text => None,
    };
    let after = if value.is_empty() { usize::MAX } else { field.choices.len() };
    (place.unwrap_or(after), value)
}

/// A number that stands for a value in addresses: 0 for none, else its hash (FNV-1a), of which no sign is left.
fn value_number(value: &str) -> i64 {
    if value.is_empty() {
        return 0;
    }
    let hash = value.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    i64::try_from(hash >> 16).unwrap_or_default()
}
