//! Statuses: the states that a work package of an account can be in.

pub mod archive;
pub mod store;

use serde::{Deserialize, Serialize};

/// A state that a work package can be in (contract of OpenProject, section c).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Status {
    /// Unique in the store.
    pub id: i64,
    /// The account whose status it is.
    pub account_id: i64,
    /// Unique in the account, ignoring case; 1 to 256 characters.
    pub name: String,
    /// Work packages in it count as closed.
    pub is_closed: bool,
    /// `#RRGGBB`, upper case.
    pub color: Option<String>,
    /// Given to new work packages; one status of an account at the most.
    pub is_default: bool,
    /// Freezes work packages; never together with `is_default`.
    pub is_readonly: bool,
    /// Left out of the sums of work.
    pub excluded_from_totals: bool,
    /// The share that counts as done, 0 to 100.
    pub default_done_ratio: i64,
    /// The place in the list; ties go by id.
    pub position: i64,
}

/// The longest name, in characters.
pub const NAME_LIMIT: usize = 256;

/// Name, colour, done ratio, default, closed of the statuses that an account starts with, in their order
/// (contract of OpenProject, section c, the product's standard edition).
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

/// The statuses that an account starts with; their ids are still to be given.
pub fn initial(account_id: i64) -> Vec<Status> {
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

/// The form in which names are compared.
pub fn name_key(name: &str) -> String {
    name.to_lowercase()
}
