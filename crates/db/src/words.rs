//! Searches by the beginnings of words, in the syntax of each engine.

use crate::Conn;

/// The words of a query that are searched; more would not narrow it.
const MOST_WORDS: usize = 8;

impl Conn {
    /// The query for rows that have a word with each of the beginnings in a text; `None` for a text without a word. Only
    /// letters and digits are left in it, so that nothing of the text is part of the syntax.
    #[must_use]
    pub fn words_query(&self, text: &str) -> Option<String> {
        let lower = text.to_lowercase();
        let is_mark = |letter: char| ('\u{300}'..='\u{36f}').contains(&letter);
        let words = lower.split(|letter: char| !letter.is_alphanumeric() && !is_mark(letter));
        let words = words.filter(|word| !word.is_empty()).take(MOST_WORDS);
        let query: Vec<String> = match self {
            Self::Sqlite(_) => words.map(|word| format!("\"{word}\"*")).collect(),
            Self::Postgres(_) => words.map(str::to_owned).collect(),
        };
        (!query.is_empty()).then(|| query.join(" "))
    }
}
