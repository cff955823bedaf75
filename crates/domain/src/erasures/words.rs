//! Finding the words of a person in texts, and replacing them. The same text has the same replacement everywhere, so that the
//! events of the log still lead to the rows of the store.

use std::collections::HashSet;

use serde_json::Value;

/// What replaces words that are neither a name nor an address.
const MARK: &str = "[erased]";

/// The words to replace.
#[derive(Clone, Debug, Default)]
pub struct Words(Vec<Term>);

/// A word, a phrase, a name or an address.
#[derive(Clone, Debug)]
struct Term {
    /// In lower case, with one space for each run of white space.
    letters: Vec<char>,
    /// Its longest run of letters and digits, in lower case, which a text with the term contains.
    probe: String,
    is_address: bool,
    mark: String,
    /// How the query of a URL has a space, if this is a term as it is there.
    space: Option<&'static str>,
}

/// A letter of a text in lower case, and the bytes of the text that it stands for.
#[derive(Clone, Copy, Debug)]
struct Letter {
    lower: char,
    start: usize,
    end: usize,
}

/// How the texts of a column or of a member of a record are stored.
#[derive(Clone, Copy, Debug)]
pub enum Form {
    /// As they are.
    Text,
    /// As the query of a URL.
    Query,
    /// In JSON, as members with one of these names; every text if there is no name.
    Json(&'static [&'static str]),
    /// In lower case, for comparing.
    Key,
    /// In lower case, a title in the first line and a description after it.
    SearchText,
    /// A JSON list of texts in lower case.
    Keys,
}

impl Words {
    /// Adds words that become a mark of their own, such as a name, also as they are in the query of a URL.
    pub fn add(&mut self, text: &str, mark: &str) {
        self.add_form(text, mark, None);
        for space in ["+", "%20"] {
            self.add_form(&encoded(text.trim(), space), mark, Some(space));
        }
    }

    fn add_form(&mut self, text: &str, mark: &str, space: Option<&'static str>) {
        let letters: Vec<char> = folded(text.trim()).into_iter().map(|letter| letter.lower).collect();
        let term: String = letters.iter().collect();
        let runs = term.split(|letter: char| !letter.is_alphanumeric());
        let probe = runs.max_by_key(|run| run.len()).unwrap_or_default().to_owned();
        if probe.is_empty() || self.0.iter().any(|known| known.letters == letters) {
            return;
        }
        let is_address = text.contains('@') && !text.contains(char::is_whitespace);
        self.0.push(Term { letters, probe, is_address, mark: mark.to_owned(), space });
        // The longest term at a place wins.
        self.0.sort_by_key(|term| std::cmp::Reverse(term.letters.len()));
    }

    /// Adds words of any kind.
    pub fn add_all(&mut self, words: &[String]) {
        for word in words {
            self.add(word, MARK);
        }
    }

    /// Whether a text may contain one of the words; quick, for the many texts that do not.
    pub fn may_be_in(&self, text: &str) -> bool {
        let ascii = text.to_ascii_lowercase();
        let mut lower: Option<String> = None;
        self.0.iter().any(|term| {
            if term.probe.is_ascii() {
                ascii.contains(&term.probe)
            } else {
                lower.get_or_insert_with(|| text.to_lowercase()).contains(&term.probe)
            }
        })
    }

    /// The text without the words; `None` if it has none of them.
    pub fn replaced(&self, text: &str) -> Option<String> {
        self.replaced_by(text, |term| match term.space {
            Some(space) => encoded(&term.mark, space),
            None => term.mark.clone(),
        })
    }

    fn replaced_by(&self, text: &str, mark: impl Fn(&Term) -> String) -> Option<String> {
        if !self.may_be_in(text) {
            return None;
        }
        let letters = folded(text);
        let (mut done, mut copied, mut at) = (String::new(), 0, 0);
        while at < letters.len() {
            let Some(term) = self.0.iter().find(|term| term.is_at(&letters, at)) else {
                at += 1;
                continue;
            };
            let last = at + term.letters.len() - 1;
            done.push_str(&text[copied..letters[at].start.max(copied)]);
            done.push_str(&mark(term));
            copied = letters[last].end;
            at = last + 1;
        }
        (copied > 0).then(|| done + &text[copied..])
    }

    /// The content of a column without the words; `None` if it has none of them.
    pub fn replaced_in(&self, form: Form, content: &str) -> Option<String> {
        if !self.may_be_in(content) {
            return None;
        }
        match form {
            Form::Text => self.replaced(content),
            Form::Query => self.replaced_by(content, |term| encoded(&term.mark, "+")),
            Form::Key => self.replaced(content).map(|text| text.to_lowercase()),
            Form::SearchText => {
                let (title, description) = content.split_once('\n')?;
                let parts = [title, description];
                let replaced = parts.map(|part| self.replaced(part));
                replaced.iter().any(Option::is_some).then(|| {
                    let [title, description] = replaced;
                    let title = title.as_deref().unwrap_or(parts[0]);
                    format!("{title}\n{}", description.as_deref().unwrap_or(parts[1])).to_lowercase()
                })
            }
            Form::Json(names) => {
                let mut value: Value = serde_json::from_str(content).ok()?;
                self.replace_in_value(&mut value, names).then(|| value.to_string())
            }
            Form::Keys => {
                let mut value: Value = serde_json::from_str(content).ok()?;
                self.replace_in_value(&mut value, &[]).then(|| value.to_string().to_lowercase())
            }
        }
    }

    /// Replaces the words in a member of a record. Returns whether it had any.
    pub fn replace_in_member(&self, form: Form, value: &mut Value) -> bool {
        match (form, &mut *value) {
            (Form::Text | Form::Query, Value::String(text)) => {
                let Some(replaced) = self.replaced_in(form, text) else { return false };
                *text = replaced;
                true
            }
            (Form::Json(names), _) => self.replace_in_value(value, names),
            _ => false,
        }
    }

    /// Replaces the words in texts of a value: of members with one of some names, or of all if there is no name.
    fn replace_in_value(&self, value: &mut Value, names: &[&str]) -> bool {
        match value {
            Value::String(text) if names.is_empty() => {
                let Some(replaced) = self.replaced(text) else { return false };
                *text = replaced;
                true
            }
            Value::Array(items) => {
                let found =
                    items.iter_mut().fold(false, |found, item| self.replace_in_value(item, names) | found);
                if found {
                    // Two tags may have become the same.
                    let mut seen = HashSet::new();
                    items.retain(|item| item.as_str().is_none_or(|text| seen.insert(text.to_lowercase())));
                }
                found
            }
            Value::Object(members) => members.iter_mut().fold(false, |found, (name, member)| {
                let own: &[&str] = if names.contains(&name.as_str()) { &[] } else { names };
                self.replace_in_value(member, own) | found
            }),
            _ => false,
        }
    }
}

impl Term {
    /// Whether the term is at a place of a text, as a whole word.
    fn is_at(&self, letters: &[Letter], at: usize) -> bool {
        let end = at + self.letters.len();
        let Some(here) = letters.get(at..end) else { return false };
        if here.iter().map(|letter| letter.lower).ne(self.letters.iter().copied()) {
            return false;
        }
        let is_word = |letter: Option<&Letter>| letter.is_some_and(|letter| letter.lower.is_alphanumeric());
        let before = at.checked_sub(1).and_then(|before| letters.get(before));
        let [after, next] = [letters.get(end), letters.get(end + 1)];
        if self.is_address {
            let goes_on = before.is_some_and(|letter| "._%+-".contains(letter.lower));
            let is_longer = after.is_some_and(|letter| ".-".contains(letter.lower)) && is_word(next);
            return !is_word(before) && !goes_on && !is_word(after) && !is_longer;
        }
        // The genitive of a name in German, and a plural: Ada Parks.
        let is_genitive = after.is_some_and(|letter| letter.lower == 's') && !is_word(next);
        !is_word(before) && (!is_word(after) || is_genitive)
    }
}

/// A text as the query of a URL has it.
fn encoded(text: &str, space: &str) -> String {
    let byte = |byte: u8| match byte {
        b' ' => space.to_owned(),
        b'*' | b'-' | b'.' | b'_' => char::from(byte).to_string(),
        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}

/// The letters of a text in lower case, with one space for each run of white space.
fn folded(text: &str) -> Vec<Letter> {
    let mut letters: Vec<Letter> = Vec::with_capacity(text.len());
    for (start, own) in text.char_indices() {
        let end = start + own.len_utf8();
        if own.is_whitespace() {
            match letters.last_mut() {
                Some(last) if last.lower == ' ' => last.end = end,
                _ => letters.push(Letter { lower: ' ', start, end }),
            }
        } else {
            letters.extend(own.to_lowercase().map(|lower| Letter { lower, start, end }));
        }
    }
    letters
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> Words {
        let mut words = Words::default();
        words.add("Ada Park", "P");
        words.add("ada@example.com", "A");
        words.add_all(&["ankle".into(), "Çelik".into(), "שלום".into()]);
        words
    }

    #[test]
    fn words_are_replaced_as_whole_words_ignoring_case() {
        for (text, replaced) in [
            ("Ada Park will do it.", "P will do it."),
            ("ADA\n  park, and ada park", "P, and P"),
            ("Ada Parks Bericht", "Ps Bericht"),
            ("Mail ada@example.com, or <ADA@example.com>.", "Mail A, or <A>."),
            ("@ada@example.com asks", "@A asks"),
            ("q=Ada+Park&lead=ada%40example.com&tag=%C3%87elik", "q=P&lead=A&tag=%5Berased%5D"),
            ("ÇELIK ankle שלום", "[erased] [erased] [erased]"),
            ("Çelik, ANKLE", "[erased], [erased]"),
        ] {
            assert_eq!(words().replaced(text).as_deref(), Some(replaced), "{text}");
        }
        for text in
            ["", "Ada Parker", "Nada Park", "nada@example.com", "ada@example.com.au", "rankle", "Ada, Park"]
        {
            assert_eq!(words().replaced(text), None, "{text}");
        }
    }

    #[test]
    fn only_the_texts_of_json_are_replaced() {
        let mut words = Words::default();
        words.add_all(&["green".into()]);
        let details =
            r#"[{"color":"green","description":"all Green","n":1.5},{"color":"green","description":null}]"#;
        assert_eq!(
            words.replaced_in(Form::Json(&["description"]), details).as_deref(),
            Some(
                r#"[{"color":"green","description":"all [erased]","n":1.5},{"color":"green","description":null}]"#
            )
        );
        assert_eq!(
            words.replaced_in(Form::Json(&[]), r#"["Green","red"]"#).as_deref(),
            Some(r#"["[erased]","red"]"#)
        );
        assert_eq!(
            words.replaced_in(Form::Keys, r##"["#green","3=red"]"##).as_deref(),
            Some(r##"["#[erased]","3=red"]"##)
        );
        assert_eq!(
            words.replaced_in(Form::Json(&[]), r#"["Green","green"]"#).as_deref(),
            Some(r#"["[erased]"]"#)
        );
        assert_eq!(words.replaced_in(Form::Query, "q=Green").as_deref(), Some("q=%5Berased%5D"));
        assert_eq!(words.replaced_in(Form::SearchText, "a green\nred").as_deref(), Some("a [erased]\nred"));
    }
}
