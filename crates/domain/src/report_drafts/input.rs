//! Drafts in requests: the sentences with their sources, and the text that they make.

use serde::Deserialize;
use url::Url;

use super::{Sentence, Source};
use crate::error::{Error, Problem, Violation};
use crate::ids::WorkspaceId;
use crate::status_reports;
use crate::status_reports::{Category, DraftDetail};

/// The maximum number of sentences of a draft.
pub const SENTENCES: usize = 100;
/// The maximum length of a sentence, in characters.
pub const SENTENCE_LIMIT: usize = 2_000;
/// The maximum number of sources of a sentence.
pub const SOURCES: usize = 10;
/// The maximum number of different sources of a draft.
pub const ALL_SOURCES: usize = 50;
/// The maximum length of an address, in characters.
pub const URL_LIMIT: usize = 2_000;

const NO_SOURCE: &str = "must each have sources: at least one and at most 10";
const NO_RECORD: &str = "must each rest on records, with `type` and `id`, or on addresses, with `url` alone";
const NO_ADDRESS: &str = "must rest on addresses that begin with http:// or https://";
const TOO_MANY_SOURCES: &str = "must not rest on more than 50 different sources";

/// A draft in a request.
#[derive(Clone, Debug, Default)]
pub struct NewDraft {
    /// The workspace.
    pub workspace_id: WorkspaceId,
    /// The name of a colour.
    pub color: Option<String>,
    /// The sentences of the description; none if they have the wrong form.
    pub sentences: Option<Vec<NewSentence>>,
    /// The health of categories.
    pub details: Vec<NewDetail>,
}

/// A sentence in a request.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewSentence {
    /// The text.
    pub text: String,
    /// What it rests on.
    pub sources: Vec<Source>,
}

/// The health of a category in a request.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewDetail {
    /// The name of a category.
    pub category: String,
    /// The name of a colour.
    pub color: String,
    /// Why.
    #[serde(default)]
    pub sentences: Vec<NewSentence>,
}

impl NewDraft {
    /// The violations, in the order of the members.
    pub fn violations(&self) -> Vec<Violation> {
        let mut violations: Vec<_> = self
            .request()
            .violations(true)
            .into_iter()
            // The description is made of the sentences.
            .filter(|violation| violation.field != "description")
            .collect();
        let mut add = |field, problem| violations.push(Violation::new(field, problem));
        let own = self.sentences.as_deref().unwrap_or_default();
        if own.iter().all(|sentence| sentence.text.trim().is_empty()) {
            add("sentences", Problem::Blank);
        }
        own.iter().filter_map(NewSentence::problem).take(1).for_each(|problem| add("sentences", problem));
        let of_details = self.details.iter().flat_map(|detail| &detail.sentences);
        of_details.filter_map(NewSentence::problem).take(1).for_each(|problem| add("details", problem));
        let all = self.sentences();
        if all.len() > SENTENCES {
            add("sentences", Problem::Sentence("must not be more than 100"));
        }
        if sources(&all).len() > ALL_SOURCES {
            add("sentences", Problem::Sentence(TOO_MANY_SOURCES));
        }
        violations
    }

    /// The report that it asks for.
    pub fn request(&self) -> status_reports::Draft {
        let detail = |detail: &NewDetail| DraftDetail {
            category: Some(detail.category.clone()),
            color: Some(detail.color.clone()),
            description: Some(text(&detail.sentences)).filter(|text| !text.is_empty()),
        };
        status_reports::Draft {
            workspace_id: Some(self.workspace_id),
            color: self.color.clone(),
            description: self.sentences.as_deref().map(text),
            details: Some(Some(self.details.iter().map(detail).collect())),
            external_reference: None,
            checks_hints: false,
        }
    }

    /// All sentences, those of the description first.
    pub fn sentences(&self) -> Vec<Sentence> {
        let of = |category: Option<Category>, sentences: &[NewSentence]| -> Vec<Sentence> {
            let make = |one: &NewSentence| Sentence {
                category,
                text: one.text.trim().to_owned(),
                sources: one.sources.clone(),
            };
            sentences.iter().map(make).collect()
        };
        let mut all = of(None, self.sentences.as_deref().unwrap_or_default());
        for detail in &self.details {
            all.extend(of(Category::named(&detail.category), &detail.sentences));
        }
        all
    }
}

impl NewSentence {
    fn problem(&self) -> Option<Problem> {
        if self.text.trim().is_empty() {
            return Some(Problem::Sentence("must not have blank sentences"));
        }
        if self.text.chars().count() > SENTENCE_LIMIT {
            return Some(Problem::Sentence("must not have sentences of more than 2000 characters"));
        }
        if self.sources.is_empty() || self.sources.len() > SOURCES {
            return Some(Problem::Sentence(NO_SOURCE));
        }
        self.sources.iter().find_map(Source::problem)
    }
}

impl Source {
    /// The rule that it breaks.
    pub fn problem(&self) -> Option<Problem> {
        match (self.kind, self.id, &self.url) {
            (Some(_), Some(_), None) => None,
            (None, None, Some(url)) => (!is_address(url)).then_some(Problem::Sentence(NO_ADDRESS)),
            _ => Some(Problem::Sentence(NO_RECORD)),
        }
    }
}

fn is_address(text: &str) -> bool {
    text.chars().count() <= URL_LIMIT
        && !text.chars().any(|letter| letter.is_control() || letter.is_whitespace())
        && Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// The different sources of some sentences.
pub fn sources(sentences: &[Sentence]) -> Vec<&Source> {
    let mut all: Vec<_> = sentences.iter().flat_map(|sentence| &sentence.sources).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// The text that sentences make: with a space between, or what one of them has for it, such as an empty line.
fn text(sentences: &[NewSentence]) -> String {
    let mut text = String::new();
    for sentence in sentences {
        let has_break = text.ends_with('\n') || sentence.text.starts_with('\n');
        if !text.is_empty() && !has_break {
            text.push(' ');
        }
        text.push_str(sentence.text.trim_matches(' '));
    }
    text.trim().to_owned()
}

/// Returns the error of sources that do not exist, or that the person does not see.
pub fn missing() -> Error {
    Error::invalid("sentences", Problem::Sentence("must rest on records that exist and that you can see"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report_drafts::SourceKind;

    fn source() -> Source {
        Source { kind: Some(SourceKind::StatusReport), id: Some(907), url: None }
    }

    fn sentence(text: &str) -> NewSentence {
        NewSentence { text: text.into(), sources: vec![source()] }
    }

    fn draft(sentences: Vec<NewSentence>) -> NewDraft {
        NewDraft {
            workspace_id: WorkspaceId(1),
            color: Some("red".into()),
            sentences: Some(sentences),
            details: Vec::new(),
        }
    }

    #[test]
    fn sentences_make_a_text() {
        let all = [sentence("The crane waits."), sentence(" It needs a part."), sentence("\n\n- Ask.")];
        assert_eq!(text(&all), "The crane waits. It needs a part.\n\n- Ask.");
        assert_eq!(text(&[]), "");
    }

    #[test]
    fn every_sentence_has_sources() {
        assert_eq!(draft(vec![sentence("It waits.")]).violations(), []);
        let wrong = |change: &dyn Fn(&mut NewSentence)| {
            let mut one = sentence("It waits.");
            change(&mut one);
            draft(vec![sentence("So."), one]).violations().len()
        };
        assert_eq!(wrong(&|one| one.sources.clear()), 1);
        assert_eq!(wrong(&|one| one.sources = vec![source(); SOURCES + 1]), 1);
        assert_eq!(wrong(&|one| one.text = " ".into()), 1);
        assert_eq!(wrong(&|one| one.text = "é".repeat(SENTENCE_LIMIT + 1)), 1);
        assert_eq!(wrong(&|one| one.sources[0].id = None), 1);
        assert_eq!(wrong(&|one| one.sources[0].url = Some("https://a.example/".into())), 1);
        for (url, problems) in [
            ("https://a.example/x?y", 0),
            ("http://[::1]/", 0),
            ("javascript:alert(1)", 1),
            ("https:// a", 1),
            ("/x", 1),
        ] {
            let of_url = |one: &mut NewSentence| {
                one.sources = vec![Source { kind: None, id: None, url: Some(url.into()) }];
            };
            assert_eq!(wrong(&of_url), problems, "{url}");
        }
        assert_eq!(draft(Vec::new()).violations().len(), 1);
        assert_eq!(draft(vec![sentence("So."); SENTENCES + 1]).violations().len(), 1);
    }

    #[test]
    fn a_category_is_checked_as_in_a_report() {
        let detail = |category: &str| NewDetail {
            category: category.into(),
            color: "red".into(),
            sentences: vec![sentence("Late.")],
        };
        let with = |details| NewDraft { details, ..draft(vec![sentence("So.")]) };
        assert_eq!(with(vec![detail("Budget")]).violations(), []);
        assert_eq!(with(vec![detail("Mood")]).violations().len(), 1);
        assert_eq!(with(vec![detail("Budget"), detail("Budget")]).violations().len(), 1);
        assert_eq!(with(vec![detail("Budget")]).sentences()[1].category, Some(Category::Budget));
    }
}
