//! The names of categories.

use crate::layout::Layout;
use domain::status_reports::Category;

/// The name of a category.
pub fn category(layout: &Layout, category: Category) -> String {
    layout.reader.language.category(category).into_owned()
}
