//! Rules for the texts of all resources.

use serde_json::{Map, Value};

use super::error::{Error, Unreadable};

/// Returns `Ok` if no text of an object contains a NUL, which PostgreSQL cannot store.
///
/// # Errors
/// [`Error::Unreadable`]
pub fn without_nul(members: &Map<String, Value>) -> Result<(), Error> {
    if hold_nul(members) {
        return Err(Error::Unreadable(Unreadable::NullByte));
    }
    Ok(())
}

fn hold_nul(members: &Map<String, Value>) -> bool {
    members.iter().any(|(name, value)| name.contains('\0') || holds_nul(value))
}

fn holds_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(holds_nul),
        Value::Object(members) => hold_nul(members),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// The longest sentence that [`first_sentence`] returns, in characters.
const LONGEST_SENTENCE: usize = 160;

/// The first sentence of a text: up to a full stop, a question mark or an exclamation mark before a space, or to the end of
/// the line. A longer one is cut at the end of a word.
pub fn first_sentence(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let mut ends = line.char_indices().filter(|(_, letter)| ".!?…。！？".contains(*letter));
    let is_end = |(at, letter): &(usize, char)| {
        let rest = &line[at + letter.len_utf8()..];
        rest.is_empty()
            || "。！？".contains(*letter)
            || rest.starts_with(char::is_whitespace) && !is_short(&line[..*at])
    };
    let end = ends.find(is_end).map(|(at, letter)| at + letter.len_utf8());
    let sentence = &line[..end.unwrap_or(line.len())];
    let Some((cut, _)) = sentence.char_indices().nth(LONGEST_SENTENCE) else { return sentence.to_owned() };
    let cut = sentence[..cut].rfind(char::is_whitespace).unwrap_or(cut);
    format!("{} …", sentence[..cut].trim_end())
}

/// Whether a text ends with a number or a single letter, after which a full stop does not end the sentence, as in "on 3. May"
/// and "e. g."
fn is_short(text: &str) -> bool {
    let word = text.rsplit(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default();
    word.chars().count() == 1 || word.len() == 2 && word.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_ends_where_a_reader_would_stop() {
        for (text, sentence) in [
            ("", ""),
            ("  \n ", ""),
            ("Vendor slipped one week.", "Vendor slipped one week."),
            ("\n\nOn track. Next: tests.", "On track."),
            ("Version 2.1 is live! Well.", "Version 2.1 is live!"),
            ("Seit 3. Mai steht der Kran. Er wartet.", "Seit 3. Mai steht der Kran."),
            ("Delayed, e. g. by rain. More.", "Delayed, e. g. by rain."),
            ("Two lines\nwithout an end", "Two lines"),
            ("進捗は順調です。次は試験。", "進捗は順調です。"),
            ("Blocked?", "Blocked?"),
            ("The <quay>. And (so) on.", "The <quay>."),
        ] {
            assert_eq!(first_sentence(text), sentence, "{text:?}");
        }
        let long = first_sentence(&"Wörter ".repeat(90));
        assert!(long.ends_with("Wörter …") && long.chars().count() <= LONGEST_SENTENCE + 2, "{long}");
    }
}
