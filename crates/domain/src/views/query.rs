//! The query of the portfolio's page in a saved view: its parameters in one order, without those of a moment.

use std::collections::BTreeMap;

use url::form_urlencoded::{Serializer, parse};

use crate::error::Problem;

/// The maximum length, in bytes.
pub const LIMIT: usize = 2_000;

/// The parameters of the portfolio's page that a view keeps, in their order; those of own fields follow.
pub const NAMES: [&str; 10] =
    ["weeks", "group", "fold", "order", "health", "status", "lead", "tag", "q", "view"];
/// The parameters that a view leaves out: the part of the list, and the day of a page of the past.
const MOMENTARY: [&str; 3] = ["as_of", "page", "rows"];
/// The parameters that have several values, with commas between.
const LISTS: [&str; 5] = ["fold", "health", "status", "lead", "tag"];

/// The problem of a query that the portfolio does not have.
pub const UNKNOWN: Problem = Problem::Sentence("The query has a parameter that the portfolio does not have");

/// The id of the own field in the name of a parameter, such as `field_12`.
pub fn field_id(name: &str) -> Option<i64> {
    let digits = name.strip_prefix("field_")?;
    let is_plain = !digits.is_empty() && digits.len() < 19 && !digits.starts_with('0');
    (is_plain && digits.bytes().all(|byte| byte.is_ascii_digit())).then(|| digits.parse().ok()).flatten()
}

/// A query in its normal form, with or without its question mark.
///
/// # Errors
/// [`Problem::TooLong`], [`Problem::Malformed`], [`UNKNOWN`]
pub fn normal(text: &str) -> Result<String, Problem> {
    let text = text.trim();
    let text = text.strip_prefix('?').unwrap_or(text);
    if text.len() > LIMIT {
        return Err(Problem::TooLong(LIMIT));
    }
    let mut found: BTreeMap<usize, String> = BTreeMap::new();
    let mut fields: BTreeMap<i64, String> = BTreeMap::new();
    for (name, value) in parse(text.as_bytes()) {
        let name = name.strip_suffix("[]").unwrap_or(&name);
        if value.contains('\0') {
            return Err(Problem::Malformed);
        }
        if let Some(id) = field_id(name) {
            if !value.trim().is_empty() {
                fields.entry(id).or_insert_with(|| value.trim().to_owned());
            }
        } else if let Some(place) = NAMES.iter().position(|own| *own == name) {
            let kept = found.entry(place).or_default();
            if kept.is_empty() {
                value.trim().clone_into(kept);
            } else if LISTS.contains(&name) && !value.trim().is_empty() {
                kept.push(',');
                kept.push_str(value.trim());
            }
        } else if !MOMENTARY.contains(&name) {
            return Err(UNKNOWN);
        }
    }
    let mut query = Serializer::new(String::new());
    for (place, value) in found.iter().filter(|(_, value)| !value.is_empty()) {
        query.append_pair(NAMES[*place], value);
    }
    for (id, value) in fields {
        query.append_pair(&format!("field_{id}"), &value);
    }
    let query = query.finish();
    if query.len() > LIMIT { Err(Problem::TooLong(LIMIT)) } else { Ok(query) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_query_has_the_known_parameters_in_one_order() {
        for (text, expected) in [
            ("", ""),
            ("?health=red,silent&group=lead", "group=lead&health=red%2Csilent"),
            ("status%5B%5D=310&status[]=100&page=3&rows=100&as_of=2026-01-01", "status=310%2C100"),
            ("field_12=Acme+%26+Co&q=+&field_3=x&tag=a", "tag=a&field_3=x&field_12=Acme+%26+Co"),
            ("q=a&q=b&view=table", "q=a&view=table"),
            ("q=%zz", "q=%25zz"),
        ] {
            assert_eq!(normal(text).as_deref(), Ok(expected), "{text}");
        }
        for unknown in
            ["x=1", "fields_1=x", "field_=x", "field_x=1", "field_0=1", "field_1234567890123456789=x"]
        {
            assert_eq!(normal(unknown), Err(UNKNOWN), "{unknown}");
        }
        assert_eq!(normal("q=%00"), Err(Problem::Malformed));
        assert_eq!(normal(&format!("q={}", "x".repeat(LIMIT))), Err(Problem::TooLong(LIMIT)));
    }

    proptest! {
        #[test]
        fn the_normal_form_of_a_normal_form_is_itself(
            pairs in prop::collection::vec(("(q|tag|health\\[\\]|field_[1-9]|page|group)", "\\PC{0,12}"), 0..8)
        ) {
            let text = Serializer::new(String::new()).extend_pairs(pairs).finish();
            if let Ok(once) = normal(&text) {
                prop_assert_eq!(normal(&once), Ok(once.clone()));
            }
        }
    }
}
