//! The pages of work packages: what they say about their project, their list, and one of them with its history.

pub mod evidence;
pub mod index;
pub mod show;

use super::layout::Layout;
use base::clock::Date;
use domain::statuses::Status;
use domain::work_packages::WorkPackage;
use domain::work_packages::evidence::{is_begun, unchanged_since};

/// The color of a status, for the swatch before its name; empty without one.
fn color_of(status: Option<&Status>) -> String {
    status.and_then(|status| status.color.clone()).unwrap_or_default()
}

/// The name of a status.
fn name_of(status: Option<&Status>) -> String {
    status.map(|status| status.name.clone()).unwrap_or_default()
}

/// A number of percent as the language writes it, or a dash without one.
fn percent(layout: &Layout, value: Option<i64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| layout.say("percent", "count", value))
}

/// Whether a day has passed and the status of the work package is open.
fn is_overdue(layout: &Layout, due: Option<Date>, status: Option<&Status>) -> bool {
    let is_open = status.is_some_and(|status| !status.is_closed);
    is_open && due.zip(layout.reader.today()).is_some_and(|(due, today)| due < today)
}

/// Whether the work package was begun, and nobody has changed it for weeks.
fn is_unchanged(layout: &Layout, package: &WorkPackage, status: Option<&Status>) -> bool {
    status.is_some_and(is_begun) && package.updated_at < unchanged_since(layout.reader.now)
}
