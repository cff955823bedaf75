//! Statuses: the states of an account's work packages. The OpenProject surface and the pages call this module.

pub mod archive;
pub mod store;

use serde::{Deserialize, Serialize};

use super::error::{Problem, Violation};
use crate::ids::AccountId;

/// A state that a work package can be in: `docs/contracts/openproject.md#status-fields`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Status {
    /// Unique in the store.
    pub id: i64,
    /// The account that owns it.
    pub account_id: AccountId,
    /// Unique in the account, ignoring case; 1 to 256 characters.
    pub name: String,
    /// Work packages in it count as closed.
    pub is_closed: bool,
    /// `#RRGGBB`, upper case.
    pub color: Option<String>,
    /// The status of new work packages; at most one per account.
    pub is_default: bool,
    /// Freezes work packages; never together with `is_default`.
    pub is_readonly: bool,
    /// Excluded from totals of work.
    pub excluded_from_totals: bool,
    /// The percentage that counts as done, 0 to 100.
    pub default_done_ratio: i64,
    /// The position in the list; ties go by id.
    pub position: i64,
}

/// The longest name, in characters.
pub const NAME_LIMIT: usize = 256;

/// Name, colour, done ratio, default, closed of the statuses that an account starts with, in their order:
/// `docs/contracts/openproject.md#standard-set`.
const INITIAL: [(&str, &str, i64, bool, bool); 14] = [
    ("New", "#1098AD", 0, true, false),
    ("In specification", "#A5D8FF", 10, false, false),
    ("Specified", "#A5D8FF", 20, false, false),
    ("Confirmed", "#D0BFFF", 20, false, false),
    ("To be scheduled", "#FFEC99", 20, false, false),
    ("Scheduled", "#D8F5A2", 20, false, false),
    ("In progress", "#CC5DE8", 40, false, false),
    ("Developed", "#8CE99A", 70, false, false),
    ("In testing", "#22B8CF", 80, false, false),
    ("Tested", "#12B886", 90, false, false),
    ("Test failed", "#FF6B6B", 70, false, false),
    ("Closed", "#DEE2E6", 100, false, true),
    ("On hold", "#FFC078", 0, false, false),
    ("Rejected", "#FFA8A8", 0, false, true),
];

/// The initial statuses of an account; the store sets their ids.
pub fn initial(account_id: AccountId) -> Vec<Status> {
    let status =
        |(position, &(name, color, ratio, is_default, is_closed)): (i64, &(&str, &str, i64, bool, bool))| {
            Status {
                id: 0,
                account_id,
                name: name.to_owned(),
                is_closed,
                color: Some(color.to_owned()),
                is_default,
                is_readonly: false,
                excluded_from_totals: false,
                default_done_ratio: ratio,
                position,
            }
        };
    (1..).zip(&INITIAL).map(status).collect()
}

/// A status in a request: an absent attribute keeps its value, or gets its default.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "named as the attributes")]
pub struct Draft {
    pub name: Option<String>,
    pub is_closed: Option<bool>,
    pub color: Option<Option<String>>,
    pub is_default: Option<bool>,
    pub is_readonly: Option<bool>,
    pub excluded_from_totals: Option<bool>,
    pub default_done_ratio: Option<i64>,
    pub position: Option<i64>,
}

/// Deleting the default status is refused: `docs/contracts/openproject.md#writable-statuses`.
pub const DEFAULT_STAYS: Violation =
    Violation::new("base", Problem::Sentence("The default status cannot be deleted."));

impl Draft {
    /// The status after this change, and its violations in the order of the fields. The store checks unique names and
    /// positions.
    pub fn apply(&self, before: &Status) -> (Status, Vec<Violation>) {
        let mut violations = Vec::new();
        let mut add = |field, problem| violations.push(Violation::new(field, problem));
        let name = self.name.clone().unwrap_or_else(|| before.name.clone());
        if name.trim().is_empty() {
            add("name", Problem::Blank);
        } else if name.chars().count() > NAME_LIMIT {
            add("name", Problem::TooLong(NAME_LIMIT));
        }
        let color = match &self.color {
            None => before.color.clone(),
            Some(None) => None,
            Some(Some(text)) => {
                let read = color(text);
                if read.is_none() {
                    add("color", Problem::Malformed);
                }
                read
            }
        };
        let after = Status {
            id: before.id,
            account_id: before.account_id,
            name,
            is_closed: self.is_closed.unwrap_or(before.is_closed),
            color,
            is_default: self.is_default.unwrap_or(before.is_default),
            is_readonly: self.is_readonly.unwrap_or(before.is_readonly),
            excluded_from_totals: self.excluded_from_totals.unwrap_or(before.excluded_from_totals),
            default_done_ratio: self.default_done_ratio.unwrap_or(before.default_done_ratio),
            position: before.position,
        };
        if after.is_default && after.is_readonly {
            add("is_readonly", Problem::Sentence(READONLY_DEFAULT));
        }
        if !DONE_RATIO.contains(&after.default_done_ratio) {
            add("default_done_ratio", Problem::OutOfRange(*DONE_RATIO.start(), *DONE_RATIO.end()));
        }
        if self.position.is_some_and(|position| position < 1) {
            add("position", Problem::NotAbove(0));
        }
        (after, violations)
    }
}

/// The range of done ratios, in percent.
pub const DONE_RATIO: std::ops::RangeInclusive<i64> = 0..=100;
/// Why a default status cannot be read-only.
pub const READONLY_DEFAULT: &str =
    "Work package read-only can not be activated for statuses that are marked default.";

/// A colour in its canonical form, `#RRGGBB` in upper case; three digits are doubled, a missing `#` is added.
pub fn color(text: &str) -> Option<String> {
    let digits = text.trim().trim_start_matches('#').to_ascii_uppercase();
    let digits = match digits.len() {
        3 => digits.chars().flat_map(|digit| [digit, digit]).collect(),
        _ => digits,
    };
    let is_color = digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    is_color.then(|| format!("#{digits}"))
}

/// Closes the gap at the position that a status left, unless another one shares the position; `others` are in order.
pub fn close(others: &mut [Status], left: i64) {
    if others.iter().all(|other| other.position != left) {
        others.iter_mut().filter(|other| other.position > left).for_each(|other| other.position -= 1);
    }
}

/// Makes room for a status and returns its position: the requested one, but at most the end of the list.
pub fn open(others: &mut [Status], asked: Option<i64>) -> i64 {
    let end = others.last().map_or(1, |last| last.position.saturating_add(1));
    let place = asked.map_or(end, |asked| asked.min(end));
    for other in others.iter_mut().filter(|other| other.position >= place) {
        other.position = other.position.saturating_add(1);
    }
    place
}

/// The list with a status moved to a position, counted from 1, and all positions without ties and gaps; `None` if the list
/// does not have the status.
pub fn arranged(mut all: Vec<Status>, id: i64, place: i64) -> Option<Vec<Status>> {
    let status = all.remove(all.iter().position(|status| status.id == id)?);
    let index = usize::try_from(place - 1).unwrap_or_default().min(all.len());
    all.insert(index, status);
    (1..).zip(&mut all).for_each(|(position, status)| status.position = position);
    Some(all)
}

/// The key by which names are compared.
pub fn name_key(name: &str) -> String {
    name.to_lowercase()
}
