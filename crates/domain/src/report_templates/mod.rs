//! Report templates of an account: the sections that a report has as Markdown headings.

pub mod archive;
pub mod store;

use std::collections::HashSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::{Problem, Violation};
use crate::ids::AccountId;
use base::clock::Time;

/// The maximum length of a name and of a heading, in characters.
pub const NAME_LIMIT: usize = 80;
/// The maximum length of a hint, in characters.
pub const HINT_LIMIT: usize = 500;
/// The maximum number of sections of a template.
pub const MOST_SECTIONS: usize = 12;
/// The maximum number of templates of an account.
pub const MOST: usize = 20;

/// The problem of one template too many.
pub const TOO_MANY: Problem = Problem::Sentence("An account has at most 20 report templates");
/// The problem of a template without sections, or with too many.
pub const SECTIONS: Problem = Problem::Sentence("A report template has 1 to 12 sections");
/// The problem of a heading that is too long.
pub const LONG_HEADING: Problem = Problem::Sentence("A heading has at most 80 characters");
/// The problem of a heading that is not one line.
pub const BROKEN_HEADING: Problem = Problem::Sentence("A heading is one line");
/// The problem of a hint that is too long.
pub const LONG_HINT: Problem = Problem::Sentence("A hint has at most 500 characters");
/// The problem of two sections with one heading.
pub const SAME_HEADING: Problem = Problem::Sentence("Each heading occurs once");

/// What a line of a heading begins with.
const MARK: &str = "## ";

/// A report template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportTemplate {
    /// Unique in the store.
    pub id: i64,
    /// The account that it belongs to.
    pub account_id: AccountId,
    /// The name; not blank, unique in the account ignoring case.
    pub name: String,
    /// Whether new reports begin with it; at most one of an account.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_default: bool,
    /// The sections in their order.
    pub sections: Vec<Section>,
    /// When it was created.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
}

/// A section of a template.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// One line.
    pub heading: String,
    /// What to write there; empty without a hint.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub hint: String,
}

/// A template in a request: an absent attribute keeps its value.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// Required for a new one.
    pub name: Option<String>,
    /// Whether new reports begin with it.
    pub is_default: Option<bool>,
    /// Required for a new one; `Some(None)` is an error.
    pub sections: Option<Option<Vec<Section>>>,
}

impl Draft {
    /// The violations, in the order of the fields.
    pub fn violations(&self, is_new: bool) -> Vec<Violation> {
        let mut violations = Vec::new();
        match &self.name {
            None if !is_new => {}
            Some(name) if name.trim().chars().count() > NAME_LIMIT => {
                violations.push(Violation::new("name", Problem::TooLong(NAME_LIMIT)));
            }
            Some(name) if !name.trim().is_empty() => {}
            _ => violations.push(Violation::new("name", Problem::Blank)),
        }
        let broken = match &self.sections {
            None if !is_new => None,
            None => Some(Problem::Blank),
            Some(None) => Some(Problem::Malformed),
            Some(Some(sections)) => broken(sections),
        };
        violations.extend(broken.map(|problem| Violation::new("sections", problem)));
        violations
    }

    /// The template after this change, whose violations were checked.
    fn apply(&self, before: &ReportTemplate) -> ReportTemplate {
        let mut after = before.clone();
        if let Some(name) = &self.name {
            name.trim().clone_into(&mut after.name);
        }
        if let Some(is_default) = self.is_default {
            after.is_default = is_default;
        }
        if let Some(Some(sections)) = &self.sections {
            let trimmed = |section: &Section| Section {
                heading: section.heading.trim().to_owned(),
                hint: section.hint.trim().to_owned(),
            };
            after.sections = sections.iter().map(trimmed).collect();
        }
        after
    }
}

/// The first rule that sections break.
fn broken(sections: &[Section]) -> Option<Problem> {
    if sections.is_empty() || sections.len() > MOST_SECTIONS {
        return Some(SECTIONS);
    }
    let mut seen = HashSet::new();
    sections.iter().find_map(|section| {
        let heading = section.heading.trim();
        if heading.is_empty() {
            Some(Problem::PartBlank("heading"))
        } else if heading.chars().count() > NAME_LIMIT {
            Some(LONG_HEADING)
        } else if heading.contains(char::is_control) {
            Some(BROKEN_HEADING)
        } else if section.hint.trim().chars().count() > HINT_LIMIT {
            Some(LONG_HINT)
        } else {
            (!seen.insert(heading.to_lowercase())).then_some(SAME_HEADING)
        }
    })
}

/// A text without the sections of some templates that have a heading and no words. Other headings stay.
pub fn without_empty_sections(text: &str, templates: &[ReportTemplate]) -> String {
    let headings: HashSet<&str> = templates
        .iter()
        .flat_map(|template| &template.sections)
        .map(|section| section.heading.trim())
        .collect();
    let (mut kept, mut pending, mut fence) = (String::with_capacity(text.len()), Vec::new(), None);
    let mut has_dropped = false;
    for line in text.split_inclusive('\n') {
        let plain = line.trim();
        let mark = ["```", "~~~"].into_iter().find(|mark| plain.starts_with(mark));
        let is_code = fence.is_some();
        if let Some(mark) = mark {
            fence = match fence {
                None => Some(mark),
                Some(open) if open == mark => None,
                open => open,
            };
        }
        let is_heading = |start| !is_code && line.starts_with(start);
        if !pending.is_empty() {
            if plain.is_empty() {
                pending.push(line);
                continue;
            }
            if is_heading("# ") || is_heading(MARK) {
                pending.clear();
                has_dropped = true;
            }
        }
        let own = is_heading(MARK).then(|| line[MARK.len()..].trim());
        if own.is_some_and(|own| headings.contains(own)) {
            pending.push(line);
        } else {
            kept.extend(pending.drain(..));
            kept.push_str(line);
        }
    }
    has_dropped |= !pending.is_empty();
    if has_dropped { kept.trim_end().to_owned() } else { kept }
}

impl ReportTemplate {
    /// A text with the headings of all sections. The words of the text stay; empty sections of other templates go.
    pub fn fill(&self, text: &str, templates: &[ReportTemplate]) -> String {
        let mut filled = without_empty_sections(text, templates).trim_end().to_owned();
        let present: HashSet<String> =
            filled.lines().filter_map(|line| Some(line.strip_prefix(MARK)?.trim().to_owned())).collect();
        for section in self.sections.iter().filter(|section| !present.contains(&section.heading)) {
            if !filled.is_empty() && !filled.ends_with('\n') {
                filled.push_str("\n\n");
            }
            filled.push_str(MARK);
            filled.push_str(&section.heading);
            filled.push_str("\n\n\n");
        }
        filled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(headings: &[&str]) -> ReportTemplate {
        let section = |heading: &&str| Section { heading: (*heading).to_owned(), hint: String::new() };
        ReportTemplate {
            id: 1,
            account_id: AccountId(1),
            name: "Weekly".into(),
            is_default: true,
            sections: headings.iter().map(section).collect(),
            created_at: Time(0),
            updated_at: Time(0),
        }
    }

    #[test]
    fn empty_sections_are_left_out_and_nothing_else() {
        let templates = [template(&["Done", "Next", "Risks"])];
        let kept = |text: &str| without_empty_sections(text, &templates);
        assert_eq!(
            kept("## Done\n\nAll.\n\n\n## Next\n\n\n## Risks\n \nNone.\n"),
            "## Done\n\nAll.\n\n\n## Risks\n \nNone."
        );
        assert_eq!(kept("## Done\n\n\n## Next\n\n\n"), "");
        assert_eq!(kept("Words first.\n\n## Done\n"), "Words first.");
        for same in [
            "",
            "Plain.\n\n",
            "## Own\n\n## Other\n",
            "## Done\n### Part\n",
            "## Done\nWords\n\n\n",
            "```\n## Done\n\n## Next\n```\n",
            "### Done\n\n",
            "## Done and more\n",
        ] {
            assert_eq!(kept(same), same);
        }
        assert_eq!(kept("## Done\n```\n## Next\n```\n## Risks\n"), "## Done\n```\n## Next\n```");
    }

    #[test]
    fn a_template_adds_its_headings_and_keeps_words() {
        let (weekly, steering) = (template(&["Done", "Next"]), template(&["Next", "Decisions"]));
        let all = [weekly.clone(), steering.clone()];
        let blank = weekly.fill("", &all);
        assert_eq!(blank, "## Done\n\n\n## Next\n\n\n");
        assert_eq!(weekly.fill(&blank, &all), blank);
        assert_eq!(steering.fill(&blank, &all), "## Next\n\n\n## Decisions\n\n\n");
        assert_eq!(weekly.fill("We shipped.\n", &all), "We shipped.\n\n## Done\n\n\n## Next\n\n\n");
        assert_eq!(
            steering.fill("## Done\n\nAll.\n\n\n## Next\n\n\n", &all),
            "## Done\n\nAll.\n\n## Next\n\n\n## Decisions\n\n\n"
        );
        assert_eq!(without_empty_sections(&blank, &all), "");
    }

    #[test]
    fn sections_have_bounds() {
        let broken = |headings: &[&str]| broken(&template(headings).sections);
        assert_eq!(broken(&["Done", "Next"]), None);
        assert_eq!(broken(&[]), Some(SECTIONS));
        assert_eq!(broken(&["x"; 13]), Some(SECTIONS));
        assert_eq!(broken(&["Done", " "]), Some(Problem::PartBlank("heading")));
        assert_eq!(broken(&["a\nb"]), Some(BROKEN_HEADING));
        assert_eq!(broken(&["Done", "done "]), Some(SAME_HEADING));
        assert_eq!(broken(&[&*"x".repeat(81)]), Some(LONG_HEADING));
    }
}
