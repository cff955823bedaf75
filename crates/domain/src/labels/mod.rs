//! The labels of workspaces: tags, and the values of the account's own [fields](crate::fields); and filters by them.

pub mod archive;
pub mod store;

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

use crate::error::{Problem, Violation};
use crate::fields::{Field, Kind, broken_line};
use crate::ids::{AccountId, WorkspaceId};
use base::clock::Time;

/// The maximum number of tags of a workspace.
pub const MOST_TAGS: usize = 20;
/// The maximum length of a tag, in characters.
pub const TAG_LIMIT: usize = 40;
/// The maximum length of a value, in characters.
pub const VALUE_LIMIT: usize = 200;
/// The maximum number of values in an archive line; the rest of deleted fields.
const MOST_VALUES: usize = 1_000;

/// The problem of one tag too many.
pub const TOO_MANY_TAGS: Problem = Problem::Sentence("A project has at most 20 tags");
/// The problem of a tag that is not one line without commas, or blank.
pub const BROKEN_TAG: Problem = Problem::Sentence("A tag is one line without commas");
/// The problem of two tags that are the same.
pub const SAME_TAG: Problem = Problem::Sentence("Each tag occurs once");

/// The tags and the values of a workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Labels {
    /// Unique in the store.
    pub id: i64,
    /// The account.
    pub account_id: AccountId,
    /// The workspace, which has one of these at most.
    pub workspace_id: WorkspaceId,
    /// The tags in their order, each once ignoring case.
    pub tags: Vec<String>,
    /// The values that are not empty, by field.
    pub fields: Vec<Value>,
    /// When they were first written.
    pub created_at: Time,
    /// When they last changed.
    pub updated_at: Time,
}

/// The value of a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Value {
    /// The field, which may be deleted.
    pub field_id: i64,
    /// A line of text.
    pub value: String,
}

/// Labels in a request, which replace those of the workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// The tags.
    pub tags: Vec<String>,
    /// The values by the ids of their fields, as they were sent; an empty one is none.
    pub fields: BTreeMap<String, String>,
}

/// A filter by labels: a workspace passes with one of the tags, and with every one of the values, ignoring case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// One of these tags; any if empty.
    pub tags: Vec<String>,
    /// A field with its value.
    pub fields: Vec<(i64, String)>,
}

/// What a tag is compared by. A value's key begins with a digit.
fn tag_key(tag: &str) -> String {
    format!("#{}", tag.trim().to_lowercase())
}

/// What the value of a field is compared by.
fn value_key(field_id: i64, value: &str) -> String {
    format!("{field_id}={}", value.trim().to_lowercase())
}

impl Labels {
    /// The labels of a workspace that has none.
    pub const fn blank(account_id: AccountId, workspace_id: WorkspaceId, at: Time) -> Self {
        Self {
            id: 0,
            account_id,
            workspace_id,
            tags: Vec::new(),
            fields: Vec::new(),
            created_at: at,
            updated_at: at,
        }
    }

    /// The value of a field; empty without one.
    pub fn value(&self, field_id: i64) -> &str {
        self.fields.iter().find(|own| own.field_id == field_id).map_or("", |own| &own.value)
    }

    /// What filters compare.
    fn keys(&self) -> Vec<String> {
        let values = self.fields.iter().map(|own| value_key(own.field_id, &own.value));
        self.tags.iter().map(|tag| tag_key(tag)).chain(values).collect()
    }

    /// The first rule that the tags break.
    fn broken_tags(&self) -> Option<Problem> {
        if self.tags.len() > MOST_TAGS {
            return Some(TOO_MANY_TAGS);
        }
        let mut seen = HashSet::new();
        self.tags.iter().find_map(|tag| match broken_line(tag, TAG_LIMIT) {
            Some(Problem::TooLong(limit)) => Some(Problem::TooLong(limit)),
            Some(_) => Some(BROKEN_TAG),
            None if tag.contains(',') => Some(BROKEN_TAG),
            None => (!seen.insert(tag.to_lowercase())).then_some(SAME_TAG),
        })
    }
}

impl Draft {
    /// The labels after this change, and its violations. A value that stays as it was breaks no rule.
    fn apply(&self, before: &Labels, fields: &[Field]) -> (Labels, Vec<Violation>) {
        let mut after = before.clone();
        let mut broken = None;
        after.tags = self.tags.iter().map(|tag| tag.trim().to_owned()).collect();
        after.fields = fields
            .iter()
            .filter_map(|field| {
                let value = self.fields.get(&field.id.to_string())?.trim().to_owned();
                (!value.is_empty()).then_some(Value { field_id: field.id, value })
            })
            .collect();
        after.fields.sort_by_key(|own| own.field_id);
        let is_known = |id: &String| fields.iter().any(|field| field.id.to_string() == *id);
        if !self.fields.keys().all(is_known) {
            broken = Some(Problem::Missing);
        }
        for own in after.fields.iter().filter(|own| before.value(own.field_id) != own.value) {
            let field = fields.iter().find(|field| field.id == own.field_id);
            let is_choice =
                field.is_none_or(|field| field.kind == Kind::Text || field.choices.contains(&own.value));
            let wrong = broken_line(&own.value, VALUE_LIMIT);
            broken = broken.or(wrong).or((!is_choice).then_some(Problem::NotIncluded));
        }
        let tags = after.broken_tags().map(|problem| Violation::new("tags", problem));
        let values = broken.map(|problem| Violation::new("fields", problem));
        (after, tags.into_iter().chain(values).collect())
    }
}

impl Filter {
    /// Whether every workspace passes.
    pub const fn is_empty(&self) -> bool {
        self.tags.is_empty() && self.fields.is_empty()
    }

    /// The keys of which a workspace has to have one, for each of its conditions.
    fn conditions(&self) -> Vec<Vec<String>> {
        let tags: Vec<String> = self.tags.iter().map(|tag| tag_key(tag)).collect();
        let tags = (!tags.is_empty()).then_some(tags);
        let fields = self.fields.iter().map(|(id, value)| vec![value_key(*id, value)]);
        tags.into_iter().chain(fields).collect()
    }

    /// The conditions as JSON, for the SQL of lists; none if every workspace passes.
    pub fn bound(&self) -> Option<String> {
        (!self.is_empty()).then(|| serde_json::json!(self.conditions()).to_string())
    }

    /// Whether a workspace with these labels passes.
    pub fn passes(&self, labels: Option<&Labels>) -> bool {
        if self.is_empty() {
            return true;
        }
        let keys = labels.map(Labels::keys).unwrap_or_default();
        self.conditions().iter().all(|one| one.iter().any(|key| keys.contains(key)))
    }
}

/// The condition that a workspace `w` has the labels of [`Filter::bound`], which are bound as `:labels`.
macro_rules! labelled {
    () => {
        "(cast(:labels as text) is null or ((:administrator or me.side = 'provider') and not exists (
            select 1 from json_each(cast(:labels as text)) as asked where not exists (
                select 1 from workspace_labels l cross join json_each(l.keys) as own
                    join json_each(cast(asked.value as text)) as one on one.value = own.value
                where l.account_id = w.account_id and l.workspace_id = w.id))))"
    };
}
pub(crate) use labelled;

#[cfg(test)]
mod tests {
    use super::*;

    fn field(id: i64, choices: &[&str]) -> Field {
        Field {
            id,
            account_id: AccountId(1),
            name: format!("Field {id}"),
            kind: if choices.is_empty() { Kind::Text } else { Kind::Choice },
            choices: choices.iter().map(|choice| (*choice).to_owned()).collect(),
            position: id,
            created_at: Time(0),
            updated_at: Time(0),
        }
    }

    fn draft(tags: &[&str], fields: &[(&str, &str)]) -> Draft {
        Draft {
            tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
            fields: fields.iter().map(|(id, value)| ((*id).to_owned(), (*value).to_owned())).collect(),
        }
    }

    #[test]
    fn labels_have_bounds_and_old_values_stay() {
        let fields = [field(10, &[]), field(9, &["North", "South"])];
        let blank = Labels::blank(AccountId(1), WorkspaceId(2), Time(0));
        let (after, violations) =
            draft(&[" Key account ", "2026"], &[("10", " Acme "), ("9", "North")]).apply(&blank, &fields);
        assert_eq!(violations, []);
        assert_eq!(
            (after.tags[0].as_str(), after.fields[0].field_id, after.value(10)),
            ("Key account", 9, "Acme")
        );
        let problems = |draft: Draft, before: &Labels, fields: &[Field]| -> Vec<Problem> {
            draft.apply(before, fields).1.into_iter().map(|one| one.problem).collect()
        };
        for (tags, problem) in [
            (vec!["x"; 21], TOO_MANY_TAGS),
            (vec!["a,b"], BROKEN_TAG),
            (vec![" "], BROKEN_TAG),
            (vec!["a", "A "], SAME_TAG),
        ] {
            assert_eq!(problems(draft(&tags, &[]), &blank, &fields), [problem]);
        }
        let long = "x".repeat(41);
        assert_eq!(problems(draft(&[&long], &[]), &blank, &fields), [Problem::TooLong(40)]);
        assert_eq!(problems(draft(&[], &[("11", "x")]), &blank, &fields), [Problem::Missing]);
        assert_eq!(problems(draft(&[], &[("9", "West")]), &blank, &fields), [Problem::NotIncluded]);
        assert_eq!(problems(draft(&[], &[("10", "a\nb")]), &blank, &fields), [crate::fields::BROKEN]);
        // A choice that went stays where it was, and the value of a field that went goes.
        let now = [field(9, &["West"])];
        assert_eq!(problems(draft(&[], &[("9", "North")]), &after, &now), []);
        assert_eq!(draft(&[], &[("9", "North")]).apply(&after, &now).0.fields.len(), 1);
    }

    #[test]
    fn a_filter_takes_one_of_the_tags_and_all_values() {
        let fields = [field(10, &[]), field(9, &[])];
        let blank = Labels::blank(AccountId(1), WorkspaceId(2), Time(0));
        let labels = draft(&["Key", "2026"], &[("10", "Acme"), ("9", "North")]).apply(&blank, &fields).0;
        let passes = |tags: &[&str], fields: &[(i64, &str)]| {
            let tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
            let fields = fields.iter().map(|(id, value)| (*id, (*value).to_owned())).collect();
            Filter { tags, fields }.passes(Some(&labels))
        };
        assert!(passes(&[], &[]) && Filter::default().passes(None));
        assert!(passes(&["other", "KEY"], &[]) && passes(&["key"], &[(10, "acme"), (9, "North")]));
        assert!(!passes(&["other"], &[]) && !passes(&["key"], &[(10, "Acme"), (9, "South")]));
        assert!(!passes(&["10=acme"], &[]) && !passes(&[], &[(1, "0=acme")]));
    }
}
