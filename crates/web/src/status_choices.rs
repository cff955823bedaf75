//! The statuses of the table by their groups, for forms.

use super::messages::Language;
use domain::status_keys;
use domain::status_keys::Color;

/// The statuses of a group, for the form.
pub struct Choices {
    pub key: &'static str,
    pub statuses: Vec<(i64, String, bool)>,
}

/// The groups with their statuses, of which one is chosen.
pub fn choices(language: Language, chosen: i64) -> Vec<Choices> {
    let groups = [
        (Color::Grey, "group-grey"),
        (Color::LightGreen, "group-light-green"),
        (Color::Green, "group-green"),
        (Color::Yellow, "group-yellow"),
        (Color::Red, "group-red"),
        (Color::Blue, "group-blue"),
    ];
    let of = |color| {
        let own = status_keys::all().filter(move |status| status.color == color);
        let name = |key| language.status(key).unwrap_or_default();
        own.map(|status| (status.key, name(status.key), status.key == chosen)).collect()
    };
    groups.into_iter().map(|(color, key)| Choices { key, statuses: of(color) }).collect()
}
