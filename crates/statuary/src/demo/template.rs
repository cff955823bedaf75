//! The report template of the demo.

use base::clock::Time;
use domain::ids::AccountId;
use domain::report_templates::{ReportTemplate, Section};

/// The sections of the report template, with their hints.
const SECTIONS: [(&str, &str); 4] = [
    ("Done", "What was finished since the last report."),
    ("Next", "What is planned until the next one."),
    ("Risks", "What could delay the project, and what is done about it."),
    ("Decisions needed", "What you need, from whom and until when."),
];

/// The template with which new reports begin.
pub fn report_template(start: Time) -> ReportTemplate {
    let section =
        |&(heading, hint): &(&str, &str)| Section { heading: heading.to_owned(), hint: hint.to_owned() };
    ReportTemplate {
        id: 1,
        account_id: AccountId(1),
        name: "Weekly report".to_owned(),
        is_default: true,
        sections: SECTIONS.iter().map(section).collect(),
        created_at: start.second(),
        updated_at: start.second(),
    }
}
