//! The page of the working calendar of an account, for its administrators.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::error_page::PageResult;
use super::form_errors::{FormErrors, Labels};
use super::layout::Layout;
use super::reader::zones;
use super::response::{page, see_other};
use super::signed_in::{SignedIn, SubmittedForm};
use base::clock::Date;
use db::Scope;
use domain::calendar::{Calendar, Draft, WorkingDay, store};
use domain::work;
use service::app::App;
use service::params::Params;

const LABELS: &Labels = &[
    ("time_zone", "zone"),
    ("working_days", "calendar-days"),
    ("from", "calendar-from"),
    ("to", "calendar-to"),
    ("holidays", "calendar-holidays"),
];

/// The days of a week, as fields and as messages.
const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// The input of the form.
struct Fields {
    time_zone: String,
    /// Each day with whether people work on it.
    days: [(WorkingDay, bool); 7],
    from: String,
    to: String,
    /// A date in each line.
    holidays: String,
}

#[derive(Template)]
#[template(path = "calendar/form.html")]
struct Edit {
    layout: Layout,
    fields: Fields,
    form_errors: FormErrors,
    is_saved: bool,
    zones: Vec<(String, Vec<String>)>,
}

impl Edit {
    /// The days of a week, each with whether people work on it.
    fn days(&self) -> [(&'static str, bool); 7] {
        std::array::from_fn(|place| (DAYS[place], self.fields.days[place].1))
    }

    fn is_chosen(&self, zone: &str) -> bool {
        self.fields.time_zone == zone
    }

    /// Whether the zone is one of those to choose from.
    fn is_listed(&self) -> bool {
        self.zones.iter().any(|(_, names)| names.contains(&self.fields.time_zone))
    }
}

impl Fields {
    fn of(calendar: &Calendar) -> Self {
        let holidays: Vec<_> = calendar.holidays.iter().map(ToString::to_string).collect();
        Self {
            time_zone: calendar.time_zone.clone(),
            days: WorkingDay::ALL.map(|day| (day, calendar.working_days.contains(&day))),
            from: calendar.opens.clone(),
            to: calendar.closes.clone(),
            holidays: holidays.join("\n"),
        }
    }

    fn read(form: &Params) -> Self {
        let text = |name: &str| form.text(name).unwrap_or_default().trim().to_owned();
        Self {
            time_zone: text("time_zone"),
            days: WorkingDay::ALL.map(|day| (day, form.has(day.name()))),
            from: text("from"),
            to: text("to"),
            holidays: text("holidays"),
        }
    }

    fn draft(&self) -> Draft {
        let days = self.days.iter().filter(|(_, is_working)| *is_working);
        let holidays = self.holidays.lines().flat_map(dates);
        Draft {
            time_zone: Some(self.time_zone.clone()),
            working_days: Some(days.map(|(day, _)| day.name().to_owned()).collect()),
            opens: Some(self.from.clone()),
            closes: Some(self.to.clone()),
            holidays: Some(holidays.map(str::to_owned).collect()),
        }
    }
}

impl Fields {
    /// The number of the first line that has something else than dates, from 1.
    fn line_without_dates(&self) -> Option<usize> {
        let is_wrong = |line: &str| dates(line).any(|text| text.parse::<Date>().is_err());
        self.holidays.lines().position(is_wrong).map(|index| index + 1)
    }
}

/// The texts between separators in a line of holidays.
fn dates(line: &str) -> impl Iterator<Item = &str> {
    line.split([' ', ',', ';', '\r']).filter(|text| !text.is_empty())
}

fn shown(signed_in: &SignedIn, fields: Fields, form_errors: FormErrors) -> Response {
    let is_wrong = !form_errors.summary().is_empty();
    let status = if is_wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let edit = Edit {
        layout: signed_in.layout(),
        fields,
        form_errors,
        is_saved: signed_in.reader.path.ends_with("?saved"),
        zones: zones(),
    };
    page(status, &edit)
}

/// `GET /calendar`
pub async fn show(State(app): State<App>, signed_in: SignedIn) -> PageResult {
    signed_in.caller().require_administrator()?;
    let account_id = signed_in.account.id;
    let calendar = app.db.read(work!(|conn| Ok(store::of_account(conn, account_id).await?))).await?;
    Ok(shown(&signed_in, Fields::of(&calendar), FormErrors::default()))
}

/// `POST /calendar`
pub async fn update(State(app): State<App>, submitted: SubmittedForm) -> PageResult {
    let SubmittedForm { signed_in, form } = submitted;
    let fields = Fields::read(&form);
    let (caller, change, draft) = (signed_in.caller(), signed_in.change(&app), fields.draft());
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| store::set(conn, &caller, &change, &draft, false).await),
    );
    if let Err(error) = work.await {
        let language = signed_in.reader.language;
        let mut form_errors = FormErrors::of(error, LABELS, language)?;
        form_errors.explain("holidays", || {
            let line = fields.line_without_dates()?;
            Some(language.say("calendar-not-a-date", [("line", line.into())]))
        });
        return Ok(shown(&signed_in, fields, form_errors));
    }
    Ok(see_other("/calendar?saved"))
}
