//! Finding the people whom a text mentions: `@` with an e-mail address or a full name, ignoring case.

use std::collections::HashMap;

use crate::ids::UserId;

/// The maximum number of people whom one text mentions.
pub const MOST: usize = 100;
/// The number of `@` in a text that may begin a mention; those after them are text.
const MOST_SIGNS: usize = 1_000;
/// The maximum length of a name or an address, in characters.
const LONGEST: usize = 320;

/// The people who can be mentioned, by their folded names and addresses. Two people with one name are mentioned together.
#[derive(Debug, Default)]
pub struct Directory(HashMap<String, Vec<UserId>>);

impl Directory {
    /// Adds a name or an address of a person.
    pub fn add(&mut self, name: &str, id: UserId) {
        let name = name.trim().to_lowercase();
        let ids = self.0.entry(name).or_default();
        if !ids.contains(&id) {
            ids.push(id);
        }
    }

    /// The people whom a text mentions, in its order. The longest name counts.
    pub fn mentioned(&self, text: &str) -> Vec<UserId> {
        let text = text.to_lowercase();
        let mut found = Vec::new();
        for (at, _) in text.match_indices('@').take(MOST_SIGNS) {
            if text[..at].ends_with(is_of_word) {
                continue;
            }
            for id in self.at_start(&text[at + 1..]) {
                if found.len() < MOST && !found.contains(id) {
                    found.push(*id);
                }
            }
        }
        found
    }

    /// The people with the longest name at the start of a text.
    fn at_start(&self, text: &str) -> &[UserId] {
        let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]).take(LONGEST + 1);
        let ends: Vec<usize> = ends.filter(|end| *end > 0 && is_end(text, *end)).collect();
        ends.iter().rev().find_map(|end| self.0.get(&text[..*end])).map_or(&[], Vec::as_slice)
    }
}

/// Whether a character belongs to a word, so that an `@` after it is the middle of an e-mail address.
fn is_of_word(char: char) -> bool {
    char.is_alphanumeric() || char == '_'
}

/// Whether a name may end at a position: no word, address or compound name goes on there.
fn is_end(text: &str, at: usize) -> bool {
    let mut rest = text[at..].chars();
    match rest.next() {
        None => true,
        Some('.' | '-' | '@' | '+') => !rest.next().is_some_and(is_of_word),
        Some(next) => !is_of_word(next),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn directory() -> Directory {
        let mut directory = Directory::default();
        for (id, name, address) in [
            (1, "Ada Park", "ada@example.com"),
            (2, "Ada Park-Lind", "ada.park@example.com"),
            (3, "Bo", "bo@example.com"),
            (4, "Jürgen Groß", "jg@example.com.au"),
            (5, "Bo", "other.bo@example.com"),
        ] {
            directory.add(name, UserId(id));
            directory.add(address, UserId(id));
        }
        directory
    }

    #[track_caller]
    fn check(text: &str, ids: &[i64]) {
        let found: Vec<i64> = directory().mentioned(text).iter().map(|id| id.0).collect();
        assert_eq!(found, ids, "{text}");
    }

    #[test]
    fn an_at_sign_with_a_name_or_an_address_mentions() {
        check("@Ada Park", &[1]);
        check("Please look, @ada park.", &[1]);
        check("(@ADA@EXAMPLE.COM)", &[1]);
        check("@ada@example.com, @jürgen groß: see @Ada Park's report", &[1, 4]);
        check("@Ada Park-Lind and @Ada Park", &[2, 1]);
        check("@ada.park@example.com.", &[2]);
        check("@Bo", &[3, 5]);
        check("@other.bo@example.com", &[5]);
    }

    #[test]
    fn other_texts_mention_nobody() {
        for text in [
            "",
            "@",
            "@@@@",
            "Ada Park",
            "ada@example.com",
            "mail to x@ada park",
            "@Ada Parker",
            "@Ada Park-Smith",
            "@ada@example.com.de",
            "@jg@example.com",
            "@ Ada Park",
            "@Bob",
            "@bo_2",
        ] {
            check(text, &[]);
        }
    }

    #[test]
    fn a_text_of_signs_and_many_names_is_bounded() {
        let mut directory = Directory::default();
        for id in 0..500 {
            directory.add(&format!("p{id}"), UserId(id));
        }
        let text = (0..500).map(|id| format!("@p{id}")).collect::<Vec<_>>().join(" ");
        assert_eq!(directory.mentioned(&text).len(), MOST);
        let signs = format!("{}@p1", "@ ".repeat(MOST_SIGNS));
        assert!(directory.mentioned(&signs).is_empty());
        assert_eq!(directory.mentioned(&format!("@{} @p1", "x".repeat(9_000))), [UserId(1)]);
    }
}
