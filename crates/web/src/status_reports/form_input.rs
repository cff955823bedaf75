//! The input of the form of a report.

use sha2::{Digest, Sha256};

use domain::error::Error;
use domain::ids::{ReportId, WorkspaceId};
use domain::report_templates::{ReportTemplate, without_empty_sections};
use domain::status_reports::{Category, Detail, Draft, DraftDetail, StatusReport};
use service::params::Params;

/// The report that a form creates or changes.
#[derive(Clone, Copy, Debug)]
pub enum Target {
    /// A new report of this workspace.
    New(WorkspaceId),
    /// The existing report with this id.
    Edit(ReportId),
}

/// The values of the fields.
#[derive(Clone, Debug, Default)]
pub struct FormInput {
    pub color: String,
    pub description: String,
    /// The colour and the comment of each of [`Category::ALL`].
    pub details: [(String, String); 4],
    /// The idempotency key of the form: it creates one report, however often it is submitted.
    pub key: String,
    /// `updated_at` of the edited report when the form was shown.
    pub state: String,
    /// The id of the chosen template, or nothing.
    pub template: String,
}

impl FormInput {
    pub fn of(report: &StatusReport) -> Self {
        let of = |category| {
            let detail = report.details.iter().find(|detail| detail.category == category);
            let words = |detail: &Detail| detail.description.clone().unwrap_or_default();
            detail.map(|detail| (detail.color.name().to_owned(), words(detail))).unwrap_or_default()
        };
        Self {
            color: report.color.name().to_owned(),
            description: report.description.clone(),
            details: Category::ALL.map(of),
            key: String::new(),
            state: report.updated_at.to_string(),
            template: String::new(),
        }
    }

    pub fn read(form: &Params) -> Self {
        // Browsers send line breaks as CRLF.
        let text = |name: &str| form.text(name).unwrap_or_default().replace("\r\n", "\n");
        let detail = |category: Category| {
            let name = category.name();
            (text(name), text(&format!("{name}_words")).trim().to_owned())
        };
        Self {
            color: text("color"),
            description: text("description"),
            details: Category::ALL.map(detail),
            key: text("key"),
            state: text("state"),
            template: text("template"),
        }
    }

    /// The input as it is published: without sections of templates that have no words.
    pub fn published(&self, templates: &[ReportTemplate]) -> Self {
        Self { description: without_empty_sections(&self.description, templates), ..self.clone() }
    }

    /// Chooses the template that a new report begins with, by its id or as the account does, and inserts it.
    ///
    /// # Errors
    /// [`Error::NotFound`]
    pub fn begin(&mut self, asked: Option<&str>, templates: &[ReportTemplate]) -> Result<(), Error> {
        let usual = || templates.iter().find(|template| template.is_default);
        self.template = match asked {
            Some(asked) => asked.to_owned(),
            None => usual().map(|template| template.id.to_string()).unwrap_or_default(),
        };
        if !self.template.is_empty() {
            let chosen = self.chosen(templates).ok_or(Error::NotFound)?;
            self.description = chosen.fill(&self.description, templates);
        }
        Ok(())
    }

    /// Inserts the sections of the chosen template; the words stay.
    pub fn insert(&mut self, templates: &[ReportTemplate]) {
        self.description = match self.chosen(templates) {
            Some(template) => template.fill(&self.description, templates),
            None => without_empty_sections(&self.description, templates),
        };
    }

    /// Whether a template is the chosen one.
    pub fn is_chosen(&self, template: &ReportTemplate) -> bool {
        self.template == template.id.to_string()
    }

    /// The chosen one of some templates.
    pub fn chosen<'t>(&self, templates: &'t [ReportTemplate]) -> Option<&'t ReportTemplate> {
        let id = self.template.parse::<i64>().ok()?;
        templates.iter().find(|template| template.id == id)
    }

    pub fn draft(&self, target: Target) -> Draft {
        let is_there =
            |(_, (color, words)): &(Category, &(String, String))| !color.is_empty() || !words.is_empty();
        let detail = |(category, (color, words)): (Category, &(String, String))| DraftDetail {
            category: Some(category.name().to_owned()),
            color: Some(color.clone()),
            description: Some(words.clone()).filter(|words| !words.is_empty()),
        };
        let details = Category::ALL.into_iter().zip(&self.details).filter(is_there).map(detail).collect();
        Draft {
            workspace_id: match target {
                Target::New(id) => Some(id),
                Target::Edit(_) => None,
            },
            color: Some(self.color.clone()),
            description: Some(self.description.clone()),
            details: Some(Some(details)),
            external_reference: None,
            checks_hints: true,
        }
    }

    /// A digest of the input, to recognise another input with the same key. Null bytes, which no text contains, separate it.
    pub fn digest(&self, target: Target) -> [u8; 32] {
        let details = self.details.iter().flat_map(|(color, words)| [color, words]);
        let mut hash = Sha256::new().chain_update(format!("{target:?}"));
        for text in [&self.color, &self.description].into_iter().chain(details) {
            hash.update([0]);
            hash.update(text);
        }
        hash.finalize().into()
    }
}
