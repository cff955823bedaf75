//! The names of categories.

use crate::layout::Layout;
use domain::status_reports::Category;

/// The name of a category.
pub fn category(layout: &Layout, category: Category) -> String {
    let key = match category {
        Category::Scope => "category-scope",
        Category::Budget => "category-budget",
        Category::Schedule => "category-schedule",
        Category::Client => "category-client",
    };
    layout.t(key).into_owned()
}
