//! The rules that a form broke: in the reader's words, at the top of the form and beside each field.

use std::fmt::Write;

use super::messages::Language;
use domain::auth::store::TOO_MANY;
use domain::error::{Error, Problem, Violation};
use domain::statuses::READONLY_DEFAULT;

/// The fields of a form, as violations name them, with the messages that label them.
pub type Labels = [(&'static str, &'static str)];

/// What is wrong with a form that came back; each problem with the field that it is about, and that field's label.
#[derive(Clone, Debug, Default)]
pub struct FormErrors {
    title: String,
    problems: Vec<(&'static str, String, String)>,
}

impl FormErrors {
    /// What a room refused.
    ///
    /// # Errors
    /// Whatever it was, where it was nothing that the form could say better.
    pub fn of(error: Error, labels: &Labels, language: Language) -> Result<Self, Error> {
        let Error::Invalid(violations) = error else { return Err(error) };
        let problem = |violation: &Violation| {
            let label = labels.iter().find(|(field, _)| *field == violation.field);
            let label = label.map_or_else(String::new, |(_, label)| language.t(label).into_owned());
            (violation.field, label, words(&violation.problem, language))
        };
        let title = language.t("broken-title").into_owned();
        Ok(Self { title, problems: violations.iter().map(problem).collect() })
    }

    /// All that is wrong, as HTML that takes the focus; nothing where nothing is.
    pub fn summary(&self) -> String {
        if self.problems.is_empty() {
            return String::new();
        }
        let mut html = format!(
            "<div class=\"wrong\" role=\"alert\" tabindex=\"-1\" autofocus><p>{}</p><ul>",
            self.title
        );
        for (field, label, problem) in &self.problems {
            // All of it is ours, and free of what HTML would read otherwise.
            let written = if label.is_empty() {
                write!(html, "<li>{problem}</li>")
            } else {
                write!(html, "<li><a href=\"#{field}\">{label}</a>: {problem}</li>")
            };
            written.expect("a text takes everything");
        }
        html + "</ul></div>"
    }

    /// The attributes of a field that is wrong.
    pub fn attributes(&self, field: &str) -> String {
        if self.problems.iter().any(|(own, ..)| *own == field) {
            format!(" aria-invalid=\"true\" aria-describedby=\"{field}-problem\"")
        } else {
            String::new()
        }
    }

    /// What is wrong with a field, as HTML.
    pub fn beside(&self, field: &str) -> String {
        let problems: Vec<&str> =
            self.problems.iter().filter(|(own, ..)| *own == field).map(|(.., problem)| &**problem).collect();
        if problems.is_empty() {
            return String::new();
        }
        format!("<p class=\"problem\" id=\"{field}-problem\">{}</p>", problems.join(" "))
    }
}

fn words(problem: &Problem, language: Language) -> String {
    let plain = |key| language.t(key).into_owned();
    match problem {
        Problem::Blank | Problem::PartBlank(_) => plain("broken-blank"),
        Problem::NotIncluded | Problem::Malformed | Problem::PartNotIncluded(_) => plain("broken-malformed"),
        Problem::Missing => plain("broken-missing"),
        Problem::Taken => plain("broken-taken"),
        Problem::TooLong(most) => language.say("broken-long", [("count", (*most).into())]),
        Problem::OutOfRange(least, most) => {
            language.say("broken-range", [("least", (*least).into()), ("most", (*most).into())])
        }
        Problem::NotAbove(number) => language.say("broken-above", [("number", (*number).into())]),
        Problem::Sentence(TOO_MANY) => plain("broken-too-many-tokens"),
        Problem::Sentence(READONLY_DEFAULT) => plain("broken-readonly-default"),
        Problem::Sentence(text) => (*text).to_owned(),
    }
}
