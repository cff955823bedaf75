//! The form that shows a page as it was on a past day.

use askama::Template;

use super::layout::Layout;
use base::clock::Date;

/// The form, for a page whose address has no other parameters.
#[derive(Template)]
#[template(path = "layout/days.html")]
pub struct Days {
    layout: Layout,
    path: String,
    /// The last day that it takes.
    last: Option<Date>,
}

impl Days {
    /// The form of a page; `today` is the reader's present day.
    pub fn of(layout: &Layout, path: String, today: Option<Date>) -> Self {
        let last = today.and_then(|today| Date::from_civil(today.civil().yesterday().ok()?));
        Self { layout: layout.clone(), path, last }
    }
}
