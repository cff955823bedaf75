//! The people of an account, for its administrators: the list, and adding one or many.

pub mod erasure;
pub mod person;

use std::collections::HashMap;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use sha2::{Digest, Sha256};

use self::person::{require_administrator, show_link};
use super::error_page::PageResult;
use super::form_errors::{FormErrors, Labels, words};
use super::layout::Layout;
use super::response::page;
use super::signed_in::{SignedIn, SubmittedForm};
use crate::form::QueryParams;
use base::clock::Time;
use base::rng::random_bytes;
use db::Scope;
use domain::error::Error;
use domain::ids::UserId;
use domain::invitations;
use domain::invitations::{MOST, NewPerson};
use domain::participations;
use domain::users::{NewUser, User, store};
use domain::work;
use service::app::App;
use service::origin::base_url;
use service::params::Params;

/// The number of people on a page.
const PEOPLE: usize = 50;

/// The maximum number of people who are searched and sorted.
const ALL: i64 = 10_000;

const LABELS: &Labels = &[("full_name", "people-name"), ("email_address", "people-email")];

/// A person in the list.
struct Line {
    user: User,
    last_used: Option<Time>,
    projects: i64,
}

/// The input of the form.
#[derive(Default)]
struct Fields {
    name: String,
    email: String,
    administrator: bool,
}

/// The view of the list.
#[derive(Clone, Debug, Default)]
struct View {
    search: String,
    active: Option<bool>,
    number: usize,
}

#[derive(Template)]
#[template(path = "users/index.html")]
struct Index {
    layout: Layout,
    view: View,
    lines: Vec<Line>,
    count: usize,
    fields: Fields,
    form_errors: FormErrors,
    key: String,
    /// The rows of people that were refused as a whole.
    rows: String,
    wrong: Option<String>,
}

/// The outcome of adding many: those added, each with a link, and the rows that failed.
#[derive(Template)]
#[template(path = "users/many.html")]
struct Many {
    layout: Layout,
    added: Vec<(String, String)>,
    expires_at: Option<Time>,
    failed: Vec<(usize, String, String)>,
}

impl View {
    fn read(query: &Params) -> Self {
        let number = query.text("page").and_then(|text| text.parse().ok()).unwrap_or(1);
        Self {
            search: query.text("q").unwrap_or_default().trim().to_owned(),
            active: match query.text("show").as_deref() {
                Some("active") => Some(true),
                Some("deactivated") => Some(false),
                _ => None,
            },
            number: number.clamp(1, usize::MAX / PEOPLE),
        }
    }

    const fn show(&self) -> &'static str {
        match self.active {
            Some(true) => "active",
            Some(false) => "deactivated",
            None => "",
        }
    }

    fn passes(&self, user: &User, folded: &str) -> bool {
        self.active.is_none_or(|active| user.active == active)
            && [&user.full_name, &user.email_address].iter().any(|own| own.to_lowercase().contains(folded))
    }
}

impl Index {
    fn has_more(&self) -> bool {
        self.view.number.saturating_mul(PEOPLE) < self.count
    }

    fn page(&self, number: usize) -> String {
        let path = "/people?";
        let mut query = url::form_urlencoded::Serializer::for_suffix(path.to_owned(), path.len());
        for (name, value) in [("q", self.view.search.as_str()), ("show", self.view.show())] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        query.append_pair("page", &number.to_string());
        query.finish()
    }

    fn shows(&self) -> [(&'static str, &'static str, bool); 3] {
        [("", "people-all"), ("active", "people-active"), ("deactivated", "people-deactivated")]
            .map(|(value, key)| (value, key, value == self.view.show()))
    }
}

/// `GET /people`
pub async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    QueryParams(query): QueryParams,
) -> PageResult {
    require_administrator(&signed_in)?;
    list(&app, signed_in, StatusCode::OK, View::read(&query), Input::default()).await
}

/// The input of the page's forms, and what is wrong with it.
#[derive(Default)]
struct Input {
    fields: Fields,
    form_errors: FormErrors,
    rows: String,
    wrong: Option<String>,
}

/// `POST /people`: the response shows the link with which the person chooses a password.
pub async fn create(State(app): State<App>, headers: HeaderMap, submitted: SubmittedForm) -> PageResult {
    let signed_in = submitted.signed_in;
    require_administrator(&signed_in)?;
    let text = |name: &str| submitted.form.text(name).unwrap_or_default().trim().to_owned();
    let fields = Fields {
        name: text("full_name"),
        email: text("email_address"),
        administrator: submitted.form.has("administrator"),
    };
    let (change, name, email) = (signed_in.change(&app), fields.name.clone(), fields.email.clone());
    let (administrator, secret) = (fields.administrator, hex::encode(random_bytes()));
    let path = invitations::path(&secret);
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| {
            let (full_name, email_address) = (name.as_str(), email.as_str());
            let new =
                NewUser { full_name, email_address, headline: None, administrator, password_hash: None };
            invitations::store::add_person(conn, &change, &new, &secret).await
        }),
    );
    match work.await {
        Ok(invited) => {
            let is_mailed = app.settings.mail.is_some();
            Ok(show_link(&signed_in, base_url(&app.settings, &headers) + &path, &invited, is_mailed))
        }
        Err(error) => {
            let form_errors = FormErrors::of(error, LABELS, signed_in.reader.language)?;
            let input = Input { fields, form_errors, ..Input::default() };
            let view = View { number: 1, ..View::default() };
            list(&app, signed_in, StatusCode::UNPROCESSABLE_ENTITY, view, input).await
        }
    }
}

/// `POST /people/invitations`: adds the people of pasted rows. The response shows their links, and which rows fail.
pub async fn create_many(State(app): State<App>, headers: HeaderMap, submitted: SubmittedForm) -> PageResult {
    let SubmittedForm { signed_in, form } = submitted;
    require_administrator(&signed_in)?;
    let text = form.text("rows").unwrap_or_default().into_owned();
    let people = NewPerson::read(&text);
    let layout = signed_in.layout();
    let wrong = match people.len() {
        0 => Some(layout.t("people-many-nothing").into_owned()),
        count if count > MOST => Some(layout.say("import-too-many", "count", MOST)),
        _ => None,
    };
    let refused = |wrong: String, rows: String| {
        let input = Input { rows, wrong: Some(wrong), ..Input::default() };
        (View { number: 1, ..View::default() }, input)
    };
    if let Some(wrong) = wrong {
        let (view, input) = refused(wrong, text);
        return list(&app, signed_in, StatusCode::UNPROCESSABLE_ENTITY, view, input).await;
    }
    let rows: Vec<_> = people.into_iter().map(|person| (person, hex::encode(random_bytes()))).collect();
    let secrets: HashMap<usize, String> =
        rows.iter().map(|(person, secret)| (person.number, secret.clone())).collect();
    let base = base_url(&app.settings, &headers);
    let key = form.text("key").unwrap_or_default();
    let write = signed_in.write_once(&app, &key, Sha256::digest(&text).into())?;
    let done = write.run(
        &app,
        work!(|conn, write| invitations::store::add_people(conn, &write.change, rows).await),
        move |rows| {
            let mut many = Many { layout, added: Vec::new(), expires_at: None, failed: Vec::new() };
            for (person, outcome) in rows {
                match outcome {
                    Ok((user, invitation)) => {
                        let secret = secrets.get(&person.number).map_or("", String::as_str);
                        many.expires_at = Some(invitation.expires_at);
                        many.added.push((user.full_name, format!("{base}{}", invitations::path(secret))));
                    }
                    Err(violations) => {
                        let language = many.layout.reader.language;
                        let label =
                            |field| LABELS.iter().find(|(own, _)| *own == field).map_or("", |(_, key)| key);
                        let reasons = violations.iter().map(|violation| {
                            let label = many.layout.t(label(violation.field));
                            format!("{label}: {}", words(&violation.problem, language))
                        });
                        let reasons = reasons.collect::<Vec<_>>().join(" ");
                        let text = [person.full_name, person.email_address].join(" ");
                        many.failed.push((person.number, text.trim().to_owned(), reasons));
                    }
                }
            }
            page(StatusCode::OK, &many)
        },
    );
    match done.await {
        Err(Error::KeyReused) => {
            let wrong = signed_in.layout().t("people-many-again").into_owned();
            let (view, input) = refused(wrong, text);
            list(&app, signed_in, StatusCode::CONFLICT, view, input).await
        }
        done => Ok(done?),
    }
}

async fn list(app: &App, signed_in: SignedIn, status: StatusCode, view: View, input: Input) -> PageResult {
    let (caller, wanted) = (signed_in.caller(), view.clone());
    // The list shows the latest uses.
    domain::auth::uses::write(&app.uses, &app.db).await;
    let work = app.db.read(work!(|conn| {
        let (mut users, _) = store::seen(conn, &caller, None, ALL, 0).await?;
        let folded = wanted.search.to_lowercase();
        users.retain(|user| wanted.passes(user, &folded));
        users.sort_by_cached_key(|user| (user.full_name.to_lowercase(), user.id));
        let count = users.len();
        let users: Vec<User> = users.into_iter().skip((wanted.number - 1) * PEOPLE).take(PEOPLE).collect();
        let ids: db::List<UserId> = users.iter().map(|user| user.id).collect();
        let last: HashMap<UserId, Time> =
            store::last_uses(conn, caller.account_id, &ids).await?.into_iter().collect();
        let projects = participations::store::count_of_users(conn, caller.account_id, &ids).await?;
        let projects: HashMap<UserId, i64> = projects.into_iter().collect();
        let line = |user: User| Line {
            last_used: last.get(&user.id).copied(),
            projects: projects.get(&user.id).copied().unwrap_or_default(),
            user,
        };
        Ok((users.into_iter().map(line).collect::<Vec<_>>(), count))
    }));
    let (lines, count) = work.await?;
    let Input { fields, form_errors, rows, wrong } = input;
    let (layout, key) = (signed_in.layout(), hex::encode(random_bytes()));
    Ok(page(status, &Index { layout, view, lines, count, fields, form_errors, key, rows, wrong }))
}
