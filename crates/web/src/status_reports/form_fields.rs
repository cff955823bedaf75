//! The choices of colours and the fields of categories in the form of a report.

use super::card::HealthMark;
use super::category::category;
use super::form_input::FormInput;
use crate::health::Health;
use crate::layout::Layout;
use domain::status_reports::{Category, Color, StatusReport};

/// A colour option.
pub struct Choice {
    pub id: String,
    pub value: &'static str,
    pub health: HealthMark,
    pub is_own: bool,
    pub was_last: bool,
}

/// The fields of a category.
pub struct Fields {
    pub name: &'static str,
    pub label: String,
    pub choices: Vec<Choice>,
    pub words: String,
    pub last: Option<HealthMark>,
}

/// The fields of all categories.
pub fn fields(layout: &Layout, input: &FormInput, last: Option<&StatusReport>) -> Vec<Fields> {
    let of = |(own, (color, words)): (Category, &(String, String))| {
        let detail = last.and_then(|last| last.details.iter().find(|detail| detail.category == own));
        let was = detail.map(|detail| detail.color);
        Fields {
            name: own.name(),
            label: category(layout, own),
            choices: choices(layout, own.name(), color, was, true),
            words: words.clone(),
            last: was.map(|color| HealthMark::of(layout, Some(color))),
        }
    };
    Category::ALL.into_iter().zip(&input.details).map(of).collect()
}

/// The colours to choose from, and that there is none.
pub fn choices(layout: &Layout, name: &str, own: &str, last: Option<Color>, has_none: bool) -> Vec<Choice> {
    let none = has_none.then_some(None);
    let choice = |color: Option<Color>| {
        let value = color.map_or("", Color::name);
        let mut health = HealthMark::of(layout, color);
        if color.is_none() {
            health.word = layout.t("write-no-category").into_owned();
        }
        Choice {
            id: format!("{name}-{}", Health(color).name()),
            value,
            health,
            is_own: value == own && (has_none || color.is_some()),
            was_last: color.is_some() && color == last,
        }
    };
    Color::ALL.into_iter().map(Some).chain(none).map(choice).collect()
}
