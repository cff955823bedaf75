//! The page of a cadence: that of a project, and that of the account for projects without their own.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use crate::error_page::{Failure, PageResult};
use crate::form::{id, parsed};
use crate::form_errors::{FormErrors, Labels};
use crate::layout::Layout;
use crate::reader::zones;
use crate::response::{page, see_other};
use crate::signed_in::{SignedIn, SubmittedForm};
use db::{Conn, Scope};
use domain::auth::Caller;
use domain::cadences::draft::Draft;
use domain::cadences::{Cadence, Frequency, On, USUAL_GRACE, USUAL_TIME, store};
use domain::calendar::WorkingDay;
use domain::error::{Error, Problem, Result, Violation};
use domain::ids::{UserId, WorkspaceId};
use domain::participations;
use domain::participations::{Access, Side};
use domain::users;
use domain::users::User;
use domain::work;
use domain::workspaces::store::require_health;
use service::app::App;
use service::params::Params;

/// The maximum number of people to choose an owner from.
const OWNERS: i64 = 500;

const LABELS: &Labels = &[
    ("every", "cadence-every"),
    ("on", "cadence-on"),
    ("at", "cadence-at"),
    ("time_zone", "zone"),
    ("grace_hours", "cadence-grace"),
    ("owner_id", "cadence-owner"),
    ("paused_until", "cadence-paused"),
    ("starting", "cadence-starting"),
];

/// The input of the form.
#[derive(Clone, Debug)]
struct Fields {
    /// The name of a frequency; empty for no cadence.
    every: String,
    weekday: String,
    day: String,
    at: String,
    time_zone: String,
    grace_hours: String,
    owner: String,
    paused_until: String,
    starting: String,
}

/// Whose cadence it is, and what a reader may do with it.
struct Subject {
    workspace: Option<(WorkspaceId, String)>,
    may_write: bool,
    found: Option<Cadence>,
    /// Whether the account has a cadence, for a project without its own.
    has_usual: bool,
    people: Vec<User>,
}

#[derive(Template)]
#[template(path = "desk/cadence.html")]
struct Edit {
    layout: Layout,
    subject: Subject,
    fields: Fields,
    form_errors: FormErrors,
    is_saved: bool,
    zones: Vec<(String, Vec<String>)>,
}

impl Edit {
    fn frequencies(&self) -> [(&'static str, &'static str, bool); 4] {
        let none = if self.subject.workspace.is_some() && self.subject.has_usual {
            "cadence-usual"
        } else {
            "cadence-none"
        };
        [("", none), ("week", "cadence-week"), ("two_weeks", "cadence-two-weeks"), ("month", "cadence-month")]
            .map(|(value, key)| (value, key, self.fields.every == value))
    }

    fn weekdays(&self) -> [(&'static str, bool); 7] {
        WorkingDay::ALL.map(|day| (day.name(), self.fields.weekday == day.name()))
    }

    fn is_chosen(&self, zone: &str) -> bool {
        self.fields.time_zone == zone
    }

    fn is_listed(&self) -> bool {
        self.zones.iter().any(|(_, names)| names.contains(&self.fields.time_zone))
    }

    fn is_owner(&self, user: &User) -> bool {
        self.fields.owner == user.id.to_string()
    }

    fn action(&self) -> String {
        path(self.subject.workspace.as_ref().map(|(id, _)| *id))
    }
}

fn path(id: Option<WorkspaceId>) -> String {
    id.map_or_else(|| "/cadence".into(), |id| format!("/workspaces/{id}/cadence"))
}

impl Fields {
    /// Those of a cadence, or those with which a new one begins.
    fn of(cadence: Option<&Cadence>, zone: &str) -> Self {
        let terms = cadence.map(Cadence::current);
        let day = |date: Option<base::clock::Date>| date.map(|date| date.to_string()).unwrap_or_default();
        let on = terms.map(|terms| terms.on);
        Self {
            every: terms.map(|terms| terms.every.name().to_owned()).unwrap_or_default(),
            weekday: match on {
                Some(On::Weekday(day)) => day.name().into(),
                _ => WorkingDay::Friday.name().into(),
            },
            day: match on {
                Some(On::Day(day)) => day.to_string(),
                _ => "1".into(),
            },
            at: terms.map_or_else(|| USUAL_TIME.into(), |terms| terms.at.clone()),
            time_zone: terms.map_or_else(|| zone.to_owned(), |terms| terms.time_zone.clone()),
            grace_hours: terms.map_or(USUAL_GRACE, |terms| terms.grace_hours).to_string(),
            owner: cadence.and_then(|one| one.owner_id).map(|id| id.to_string()).unwrap_or_default(),
            paused_until: day(terms.and_then(|terms| terms.paused_until)),
            starting: day(terms.and_then(|terms| terms.starting)),
        }
    }

    fn read(form: &Params) -> Self {
        let text = |name: &str| form.text(name).unwrap_or_default().trim().to_owned();
        Self {
            every: text("every"),
            weekday: text("weekday"),
            day: text("day"),
            at: text("at"),
            time_zone: text("time_zone"),
            grace_hours: text("grace_hours"),
            owner: text("owner_id"),
            paused_until: text("paused_until"),
            starting: text("starting"),
        }
    }

    /// The draft of a cadence.
    ///
    /// # Errors
    /// [`Error::Invalid`] with the texts that are no numbers and no days, or else with the rules that are broken.
    fn draft(&self) -> Result<Draft> {
        let mut violations = Vec::new();
        let is_month = Frequency::named(&self.every) == Some(Frequency::Month);
        let on = if is_month {
            parsed("on", &self.day, &mut violations).and_then(On::day)
        } else {
            On::weekday(&self.weekday)
        };
        if on.is_none() && violations.is_empty() {
            violations.push(Violation::new("on", Problem::NotIncluded));
        }
        let draft = Draft {
            every: Some(self.every.clone()),
            on,
            at: Some(self.at.clone()),
            time_zone: Some(self.time_zone.clone()),
            grace_hours: parsed("grace_hours", &self.grace_hours, &mut violations),
            owner_id: parsed::<UserId>("owner_id", &self.owner, &mut violations),
            paused_until: parsed("paused_until", &self.paused_until, &mut violations),
            starting: parsed("starting", &self.starting, &mut violations),
        };
        for violation in draft.violations() {
            if violations.iter().all(|other| other.field != violation.field) {
                violations.push(violation);
            }
        }
        Error::check(violations)?;
        Ok(draft)
    }
}

async fn read(conn: &mut Conn, caller: &Caller, id: Option<WorkspaceId>) -> Result<Subject> {
    let account_id = caller.account_id;
    let (workspace, may_write, people) = if let Some(id) = id {
        let visible = require_health(conn, caller, id, Access::View).await?;
        let parts = participations::store::of_workspaces(conn, account_id, &[id].into(), OWNERS).await?;
        let ids: Vec<UserId> =
            parts.iter().filter(|part| part.side == Side::Provider).map(|part| part.user_id).collect();
        let people = users::store::of_account(conn, account_id, &ids.into()).await?;
        (Some((id, visible.workspace.title)), visible.access >= Access::Admin, people)
    } else {
        caller.require_administrator()?;
        (None, true, users::store::seen(conn, caller, None, OWNERS, 0).await?.0)
    };
    let found = store::find(conn, account_id, id).await?;
    let has_usual = id.is_some() && store::find(conn, account_id, None).await?.is_some();
    let mut people: Vec<User> = people.into_iter().filter(|user| user.active).collect();
    // The owner stays selected, even one who could not be chosen now.
    if let Some(owner) = found.as_ref().and_then(|found| found.owner_id)
        && people.iter().all(|user| user.id != owner)
    {
        people.extend(users::store::of_account(conn, account_id, &[owner].into()).await?);
    }
    people.sort_by_cached_key(|user| user.full_name.to_lowercase());
    Ok(Subject { workspace, may_write, found, has_usual, people })
}

async fn form(
    app: &App,
    signed_in: &SignedIn,
    id: Option<WorkspaceId>,
    input: Option<(Fields, FormErrors)>,
) -> std::result::Result<Response, Failure> {
    let caller = signed_in.caller();
    let subject = app.db.read(work!(|conn| read(conn, &caller, id).await)).await?;
    let status = if input.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let usual = || (Fields::of(subject.found.as_ref(), signed_in.reader.zone_name()), FormErrors::default());
    let (fields, form_errors) = input.unwrap_or_else(usual);
    let edit = Edit {
        layout: signed_in.layout(),
        is_saved: signed_in.reader.path.ends_with("?saved"),
        zones: zones(),
        subject,
        fields,
        form_errors,
    };
    Ok(page(status, &edit))
}

async fn write(app: &App, submitted: SubmittedForm, id: Option<WorkspaceId>) -> PageResult {
    let SubmittedForm { signed_in, form: sent } = submitted;
    let fields = Fields::read(&sent);
    let (caller, change, input) = (signed_in.caller(), signed_in.change(app), fields.clone());
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| {
            store::check_access(conn, &caller, id, Access::Admin).await?;
            if !input.every.is_empty() {
                return store::put(conn, &caller, &change, id, &input.draft()?).await.map(drop);
            }
            match store::delete(conn, &caller, &change, id).await {
                // Nothing was there to delete.
                Ok(()) | Err(Error::NotFound) => Ok(()),
                Err(error) => Err(error),
            }
        }),
    );
    if let Err(error) = work.await {
        let form_errors = FormErrors::of(error, LABELS, signed_in.reader.language)?;
        return form(app, &signed_in, id, Some((fields, form_errors))).await;
    }
    Ok(see_other(&format!("{}?saved", path(id))))
}

/// `GET /workspaces/{id}/cadence`
pub async fn show(State(app): State<App>, signed_in: SignedIn, Path(text): Path<String>) -> PageResult {
    form(&app, &signed_in, Some(id(&text)?), None).await
}

/// `POST /workspaces/{id}/cadence`
pub async fn update(
    State(app): State<App>,
    Path(text): Path<String>,
    submitted: SubmittedForm,
) -> PageResult {
    write(&app, submitted, Some(id(&text)?)).await
}

/// `GET /cadence`
pub async fn show_usual(State(app): State<App>, signed_in: SignedIn) -> PageResult {
    form(&app, &signed_in, None, None).await
}

/// `POST /cadence`
pub async fn update_usual(State(app): State<App>, submitted: SubmittedForm) -> PageResult {
    write(&app, submitted, None).await
}
