//! The form of a programme, for administrators.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;

use super::find;
use crate::confirm::Confirm;
use crate::error_page::PageResult;
use crate::form::id;
use crate::form_errors::{FormErrors, Labels};
use crate::layout::Layout;
use crate::response::{page, see_other};
use crate::signed_in::{SignedIn, SubmittedForm};
use db::Scope;
use domain::error::{Error, Problem, Violation};
use domain::ids::WorkspaceId;
use domain::programmes::rule::{AtLeast, MOST_WEIGHT, Rule};
use domain::programmes::{DESCRIPTION_LIMIT, Draft, Member, NAME_LIMIT, Programme, store};
use domain::share_links::store::shareable;
use domain::work;
use domain::workspaces;
use service::app::App;
use service::params::Params;

const LABELS: &Labels = &[
    ("name", "programmes-name"),
    ("description", "programmes-description"),
    ("rule", "programmes-rule"),
    ("members", "share-projects"),
];

/// The number of projects to choose from; Statuary's own API takes any.
const PROJECTS: i64 = 1_000;

/// The kinds of rules with their messages.
const KINDS: [(&str, &str); 3] = [
    ("worst", "programmes-rule-worst"),
    ("weighted", "programmes-rule-weighted"),
    ("threshold", "programmes-rule-threshold"),
];
/// The units of a threshold with their messages.
const UNITS: [(&str, &str); 2] = [("count", "programmes-unit-count"), ("percent", "programmes-unit-percent")];

/// The input of the form.
struct Input {
    name: String,
    description: String,
    kind: String,
    red_below: String,
    yellow_below: String,
    /// The number and the unit of red, then of yellow.
    least: [(String, String); 2],
    /// The weight of each chosen project.
    members: BTreeMap<i64, String>,
}

#[derive(Template)]
#[template(path = "programmes/form.html")]
struct Edit {
    layout: Layout,
    id: Option<i64>,
    input: Input,
    projects: Vec<(WorkspaceId, String)>,
    form_errors: FormErrors,
    name_limit: usize,
    description_limit: usize,
    most_weight: i64,
}

impl Edit {
    const fn title(&self) -> &'static str {
        if self.id.is_some() { "programmes-edit" } else { "programmes-new" }
    }

    /// The kinds of rules: the name, the message, and whether it is chosen.
    fn kinds(&self) -> [(&'static str, &'static str, bool); 3] {
        KINDS.map(|(name, key)| (name, key, name == self.input.kind))
    }

    /// The thresholds of red and yellow: the name, the message, the number, and the units.
    fn thresholds(&self) -> [Threshold<'_>; 2] {
        let threshold = |name, label, (number, unit): &'_ (String, String)| Threshold {
            name,
            label,
            number: number.clone(),
            units: UNITS.map(|(own, key)| (own, key, own == unit)),
        };
        let [red, yellow] = &self.input.least;
        [
            threshold("red", "programmes-red-least", red),
            threshold("yellow", "programmes-yellow-least", yellow),
        ]
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates pass references")]
    fn weight(&self, id: &WorkspaceId) -> &str {
        self.input.members.get(&id.0).map_or("1", String::as_str)
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates pass references")]
    fn is_chosen(&self, id: &WorkspaceId) -> bool {
        self.input.members.contains_key(&id.0)
    }
}

/// The threshold of a colour in the form.
struct Threshold<'t> {
    name: &'static str,
    label: &'static str,
    number: String,
    units: [(&'t str, &'t str, bool); 2],
}

impl Input {
    fn of(programme: &Programme) -> Self {
        let mut input = Self {
            name: programme.name.clone(),
            description: programme.description.clone(),
            kind: programme.rule.name().to_owned(),
            red_below: "40".to_owned(),
            yellow_below: "75".to_owned(),
            least: [("1".to_owned(), "count".to_owned()), ("25".to_owned(), "percent".to_owned())],
            members: BTreeMap::new(),
        };
        let least = |least| match least {
            AtLeast::Count(count) => (count.to_string(), "count".to_owned()),
            AtLeast::Percent(percent) => (percent.to_string(), "percent".to_owned()),
        };
        match programme.rule {
            Rule::Worst {} => {}
            Rule::Weighted { red_below, yellow_below } => {
                (input.red_below, input.yellow_below) = (red_below.to_string(), yellow_below.to_string());
            }
            Rule::Threshold { red, yellow } => input.least = [least(red), least(yellow)],
        }
        let members = programme.members.iter();
        input.members = members.map(|member| (member.workspace_id.0, member.weight.to_string())).collect();
        input
    }

    fn read(form: &Params) -> Self {
        let text = |name: &str| form.text(name).unwrap_or_default().replace("\r\n", "\n").trim().to_owned();
        let chosen = form.names().filter_map(|name| name.strip_prefix("project_")?.parse::<i64>().ok());
        Self {
            name: text("name"),
            description: text("description"),
            kind: text("kind"),
            red_below: text("red_below"),
            yellow_below: text("yellow_below"),
            least: ["red", "yellow"].map(|name| (text(name), text(&format!("{name}_unit")))),
            members: chosen.map(|id| (id, text(&format!("weight_{id}")))).collect(),
        }
    }

    /// The rule; none if one of its numbers is none.
    fn rule(&self) -> Option<Rule> {
        let least = |(number, unit): &(String, String)| {
            let number = number.parse().ok()?;
            Some(if unit == "percent" { AtLeast::Percent(number) } else { AtLeast::Count(number) })
        };
        match self.kind.as_str() {
            "worst" => Some(Rule::Worst {}),
            "weighted" => Some(Rule::Weighted {
                red_below: self.red_below.parse().ok()?,
                yellow_below: self.yellow_below.parse().ok()?,
            }),
            "threshold" => {
                Some(Rule::Threshold { red: least(&self.least[0])?, yellow: least(&self.least[1])? })
            }
            _ => None,
        }
    }

    fn draft(&self) -> Result<Draft, Vec<Violation>> {
        let member = |(id, weight): (&i64, &String)| {
            let weight = if weight.is_empty() { Some(1) } else { weight.parse().ok() };
            Some(Member { workspace_id: WorkspaceId(*id), weight: weight? })
        };
        let members: Option<Vec<Member>> = self.members.iter().map(member).collect();
        let (rule, mut violations) = (self.rule(), Vec::new());
        if rule.is_none() {
            violations.push(Violation::new("rule", Problem::Malformed));
        }
        if members.is_none() {
            violations.push(Violation::new("members", Problem::Malformed));
        }
        let draft = Draft {
            name: Some(self.name.clone()),
            description: Some(self.description.clone()),
            rule,
            members,
        };
        if violations.is_empty() { Ok(draft) } else { Err(violations) }
    }
}

/// `GET /programmes/new`
pub async fn blank(State(app): State<App>, signed_in: SignedIn) -> PageResult {
    signed_in.caller().require_administrator()?;
    let now = app.clock.now();
    let programme = Programme {
        id: 0,
        account_id: signed_in.account.id,
        name: String::new(),
        description: String::new(),
        rule: Rule::default(),
        members: Vec::new(),
        created_at: now,
        updated_at: now,
    };
    let input = Input::of(&programme);
    edit_page(&app, &signed_in, StatusCode::OK, None, input, FormErrors::default()).await
}

/// `GET /programmes/{id}/edit`
pub async fn edit(State(app): State<App>, signed_in: SignedIn, Path(text): Path<String>) -> PageResult {
    let found = find(&app, &signed_in, id(&text)?, None).await?;
    signed_in.caller().require_administrator()?;
    let (id, input) = (Some(found.programme.id), Input::of(&found.programme));
    edit_page(&app, &signed_in, StatusCode::OK, id, input, FormErrors::default()).await
}

/// `POST /programmes`
pub async fn create(State(app): State<App>, submitted: SubmittedForm) -> PageResult {
    save(&app, submitted, None).await
}

/// `POST /programmes/{id}`
pub async fn update(
    State(app): State<App>,
    Path(text): Path<String>,
    submitted: SubmittedForm,
) -> PageResult {
    save(&app, submitted, Some(id(&text)?)).await
}

/// `GET /programmes/{id}/delete`: asks for confirmation.
pub async fn ask(State(app): State<App>, signed_in: SignedIn, Path(text): Path<String>) -> PageResult {
    let found = find(&app, &signed_in, id(&text)?, None).await?;
    signed_in.caller().require_administrator()?;
    let layout = signed_in.layout();
    let question = Confirm {
        title: layout.say("programmes-delete-title", "name", found.programme.name.as_str()),
        text: layout.t("programmes-delete-text").into_owned(),
        action: Some(format!("/programmes/{}/delete", found.programme.id)),
        button: "delete",
        back: &format!("/programmes/{}", found.programme.id),
        layout,
    };
    Ok(question.page(StatusCode::OK))
}

/// `POST /programmes/{id}/delete`
pub async fn delete(
    State(app): State<App>,
    Path(text): Path<String>,
    submitted: SubmittedForm,
) -> PageResult {
    let (signed_in, id) = (submitted.signed_in, id(&text)?);
    let (caller, change) = (signed_in.caller(), signed_in.change(&app));
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| store::delete(conn, &caller, &change, id).await),
    );
    work.await?;
    Ok(see_other("/programmes"))
}

/// The form with the projects to choose from: those that are not archived, and those that are chosen.
async fn edit_page(
    app: &App,
    signed_in: &SignedIn,
    status: StatusCode,
    id: Option<i64>,
    input: Input,
    form_errors: FormErrors,
) -> PageResult {
    let caller = signed_in.caller();
    let chosen: Vec<WorkspaceId> = input.members.keys().copied().map(WorkspaceId).collect();
    let work = app.db.read(work!(|conn| {
        let mut ids = shareable(conn, &caller, PROJECTS).await?;
        ids.extend(chosen);
        ids.sort_unstable();
        ids.dedup();
        Ok(workspaces::store::with_ids_seen(conn, &caller, &ids.into()).await?)
    }));
    let found = work.await?.into_iter().map(|seen| (seen.workspace.id, seen.workspace.title));
    let mut projects: Vec<(WorkspaceId, String)> = found.collect();
    projects
        .sort_by_cached_key(|(id, title)| (!input.members.contains_key(&id.0), title.to_lowercase(), *id));
    let edit = Edit {
        layout: signed_in.layout(),
        id,
        input,
        projects,
        form_errors,
        name_limit: NAME_LIMIT,
        description_limit: DESCRIPTION_LIMIT,
        most_weight: MOST_WEIGHT,
    };
    Ok(page(status, &edit))
}

/// Creates or changes a programme.
async fn save(app: &App, submitted: SubmittedForm, id: Option<i64>) -> PageResult {
    let SubmittedForm { signed_in, form } = submitted;
    let (caller, change) = (signed_in.caller(), signed_in.change(app));
    caller.require_administrator()?;
    let input = Input::read(&form);
    let draft = input.draft();
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| {
            let draft = draft.map_err(Error::Invalid)?;
            match id {
                Some(id) => store::update(conn, &caller, &change, id, &draft).await.map(|(one, _)| one),
                None => store::create(conn, &caller, &change, &draft).await,
            }
        }),
    );
    match work.await {
        Ok(programme) => Ok(see_other(&format!("/programmes/{}", programme.id))),
        Err(error) => {
            let form_errors = FormErrors::of(error, LABELS, signed_in.reader.language)?;
            edit_page(app, &signed_in, StatusCode::UNPROCESSABLE_ENTITY, id, input, form_errors).await
        }
    }
}
