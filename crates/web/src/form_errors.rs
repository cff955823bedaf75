//! Validation errors of a form: a summary at the top, and a message beside each field.

use std::fmt::Write;

use super::messages::Language;
use domain::auth::store::TOO_MANY;
use domain::calendar::{NOT_LATER, TOO_MANY_HOLIDAYS};
use domain::erasures;
use domain::error::{Error, Problem, Violation};
use domain::factors;
use domain::fields;
use domain::labels;
use domain::programmes;
use domain::programmes::rule;
use domain::report_templates as templates;
use domain::share_links::{OVER, WRONG_NUMBER};
use domain::statuses::READONLY_DEFAULT;
use domain::users::access::LAST_ADMINISTRATOR;
use domain::view_pins;
use domain::views;
use domain::views::query::UNKNOWN;
use domain::webhooks;
use domain::workspaces::store::leads::NOT_A_PROVIDER;

/// The fields of a form, by their names in violations, with the messages of their labels.
pub type Labels = [(&'static str, &'static str)];

/// The errors of a submitted form, each with its field and the label of the field.
#[derive(Clone, Debug, Default)]
pub struct FormErrors {
    title: String,
    problems: Vec<(&'static str, String, String)>,
}

impl FormErrors {
    /// The violations of an error of the domain.
    ///
    /// # Errors
    /// The error itself, if it is not [`Error::Invalid`].
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

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.problems.is_empty()
    }

    /// Replaces the message of a field that has an error by a more precise one, which contains no text of the client.
    pub fn explain(&mut self, field: &str, message: impl FnOnce() -> Option<String>) {
        if let Some((.., text)) = self.problems.iter_mut().find(|(own, ..)| *own == field)
            && let Some(message) = message()
        {
            *text = message;
        }
    }

    /// A summary of all errors, as HTML that takes the focus; empty without errors.
    pub fn summary(&self) -> String {
        if self.problems.is_empty() {
            return String::new();
        }
        let mut html = format!(
            "<div class=\"wrong\" role=\"alert\" tabindex=\"-1\" autofocus><p>{}</p><ul>",
            self.title
        );
        for (field, label, problem) in &self.problems {
            // These texts are our own, and need no escaping.
            let written = if label.is_empty() {
                write!(html, "<li>{problem}</li>")
            } else {
                write!(html, "<li><a href=\"#{field}\">{label}</a>: {problem}</li>")
            };
            written.expect("writing to a string succeeds");
        }
        html + "</ul></div>"
    }

    /// The attributes of a field that has an error.
    pub fn attributes(&self, field: &str) -> String {
        if self.problems.iter().any(|(own, ..)| *own == field) {
            format!(" aria-invalid=\"true\" aria-describedby=\"{field}-problem\"")
        } else {
            String::new()
        }
    }

    /// The errors of a field, as HTML.
    pub fn beside(&self, field: &str) -> String {
        let problems: Vec<&str> =
            self.problems.iter().filter(|(own, ..)| *own == field).map(|(.., problem)| &**problem).collect();
        if problems.is_empty() {
            return String::new();
        }
        format!("<p class=\"problem\" id=\"{field}-problem\">{}</p>", problems.join(" "))
    }
}

/// What is wrong with a value, in words.
pub fn words(problem: &Problem, language: Language) -> String {
    let plain = |key| language.t(key).into_owned();
    match problem {
        Problem::PartBlank("heading") => plain("templates-heading-blank"),
        Problem::Blank | Problem::PartBlank(_) => plain("broken-blank"),
        Problem::NotIncluded | Problem::Malformed | Problem::PartNotIncluded(_) | Problem::NotWritable(_) => {
            plain("broken-malformed")
        }
        Problem::Missing => plain("broken-missing"),
        Problem::Taken => plain("broken-taken"),
        Problem::TooLong(most) => language.say("broken-long", [("count", (*most).into())]),
        Problem::OutOfRange(least, most) => {
            language.say("broken-range", [("least", (*least).into()), ("most", (*most).into())])
        }
        Problem::NotAbove(number) => language.say("broken-above", [("number", (*number).into())]),
        Problem::Sentence(TOO_MANY) => plain("broken-too-many-tokens"),
        Problem::Sentence(READONLY_DEFAULT) => plain("broken-readonly-default"),
        Problem::Sentence(NOT_LATER) => plain("broken-not-later"),
        Problem::Sentence(TOO_MANY_HOLIDAYS) => plain("broken-holidays"),
        Problem::Sentence(NOT_A_PROVIDER) => plain("broken-lead"),
        Problem::Sentence(text) => match template(problem) {
            Some(key) => plain(key),
            None => (*text).to_owned(),
        },
    }
}

/// The message for a rule of a resource.
fn template(problem: &Problem) -> Option<&'static str> {
    let messages = [
        (WRONG_NUMBER, "broken-share-number"),
        (OVER, "broken-not-future"),
        (templates::TOO_MANY, "templates-too-many"),
        (templates::SECTIONS, "templates-count"),
        (templates::LONG_HEADING, "templates-heading-long"),
        (templates::BROKEN_HEADING, "templates-heading-line"),
        (templates::LONG_HINT, "templates-hint-long"),
        (templates::SAME_HEADING, "templates-heading-same"),
        (webhooks::NOT_A_URL, "webhooks-not-a-url"),
        (webhooks::PRIVATE_ADDRESS, "webhooks-private-url"),
        (webhooks::TOO_MANY, "webhooks-too-many"),
        (webhooks::EMPTY, "webhooks-count"),
        (webhooks::UNKNOWN_TYPE, "webhooks-unknown-type"),
        (webhooks::NO_SECRET, "webhooks-unsigned"),
        (webhooks::DISABLED, "webhooks-is-disabled"),
        (webhooks::LONG_REPLAY, "webhooks-long-replay"),
        (factors::TOO_MANY, "factors-too-many"),
        (fields::TOO_MANY, "fields-too-many"),
        (fields::CHOICES, "fields-choices-count"),
        (fields::SAME_CHOICE, "fields-choices-same"),
        (fields::BROKEN, "broken-line"),
        (labels::TOO_MANY_TAGS, "labels-too-many"),
        (labels::BROKEN_TAG, "labels-tag-line"),
        (labels::SAME_TAG, "labels-tag-same"),
        (view_pins::TOO_MANY, "views-too-many-pins"),
        (views::TOO_MANY, "views-too-many"),
        (views::TOO_MANY_SHARED, "views-too-many-shared"),
        (UNKNOWN, "views-unknown"),
        (programmes::TOO_MANY, "programmes-too-many"),
        (programmes::MEMBERS, "programmes-members-count"),
        (programmes::WEIGHT, "programmes-weight-range"),
        (rule::BOUNDS, "programmes-rule-bounds"),
        (erasures::TOO_MANY, "people-erase-too-many"),
        (erasures::SAME_NAMES, "people-erase-same"),
        (erasures::TOO_SHORT, "people-erase-too-short"),
        (Problem::Sentence(LAST_ADMINISTRATOR), "people-last-text"),
        (rule::LIMITS, "programmes-rule-limits"),
    ];
    messages.into_iter().find(|(own, _)| own == problem).map(|(_, key)| key)
}
