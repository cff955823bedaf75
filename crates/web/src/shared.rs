//! What people without a login read by a share link: a page, a sheet and a badge. None of them sets a cookie or counts on one.

use std::borrow::Cow;
use std::fmt::Write;

use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::error_page;
use super::error_page::{Failure, PageResult};
use super::form::Form;
use super::health::Health;
use super::layout::Layout;
use super::prose;
use super::reader::Reader;
use super::response::page;
use super::status_reports::category::category;
use base::clock::Time;
use db::Scope;
use domain::error::Error;
use domain::portfolio::{Cell, runs};
use domain::share_links::view::{Content, Last, Project};
use domain::share_links::{Part, ShareLink, store};
use domain::status_reports::{Category, Color};
use domain::users::{hash_queue as queue, password};
use domain::work;
use service::RequestId;
use service::app::App;
use service::client::Client;
use service::files::attachment;
use service::sheet;

/// Tells search engines to leave everything here out.
const ROBOTS: (HeaderName, HeaderValue) =
    (HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex, nofollow"));
/// The question of a browser for the password.
const CHALLENGE: (HeaderName, HeaderValue) = (
    header::WWW_AUTHENTICATE,
    HeaderValue::from_static("Basic realm=\"Shared projects\", charset=\"UTF-8\""),
);

/// The form for the password of a link.
#[derive(Template)]
#[template(path = "share_links/password.html")]
struct Locked {
    layout: Layout,
    action: String,
    failed: bool,
}

#[derive(Template)]
#[template(path = "share_links/shared.html")]
struct Shared {
    layout: Layout,
    cards: Vec<Card>,
    sheet: String,
    expires_at: Option<Time>,
}

/// A project.
struct Card {
    title: String,
    status: Option<String>,
    /// The mark of the last report, its word, and when it was written; none of a report if there is none.
    health: Option<(String, String, Option<Last>)>,
    /// The runs of weeks, as HTML, and in words; empty without the health.
    strip: (String, String),
    /// The mark, the name and the text of each category, as HTML.
    details: Vec<(String, String, String)>,
    description: Option<String>,
}

/// How a request asks for a link.
enum Asked {
    /// There is no such link.
    Over,
    /// The link is open, or the password is right.
    Open(ShareLink),
    /// The link has a password, which the request does not have.
    Locked,
    /// The password is wrong.
    Wrong,
}

fn marked(mut response: Response) -> Response {
    response.headers_mut().insert(ROBOTS.0, ROBOTS.1);
    response
}

/// The neutral page of a link that has ended, or never was.
fn over() -> Response {
    marked(error_page::message(StatusCode::NOT_FOUND, "shared-over-title", "shared-over-text"))
}

/// The secret in the last segment of a path, and whether the sheet is asked for.
fn secret_of(segment: &str) -> (&str, bool) {
    segment.strip_suffix(".csv").map_or((segment, false), |secret| (secret, true))
}

/// The password of an `Authorization` header; its user may be any.
fn basic(headers: &HeaderMap) -> Option<String> {
    let (scheme, encoded) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let bytes =
        BASE64_STANDARD.decode(encoded.trim()).ok().filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
    let text = String::from_utf8(bytes).ok()?;
    text.split_once(':').map(|(_, password)| password.to_owned())
}

/// Finds the link with a secret, and compares its password with the one that was sent.
async fn ask(app: &App, client: Client, secret: &str, sent: Option<String>) -> Result<Asked, Failure> {
    let (own, now) = (secret.to_owned(), app.clock.now());
    let link = match app.db.read(work!(|conn| store::with_secret(conn, &own, now).await)).await {
        Err(Error::NotFound) => return Ok(Asked::Over),
        link => link?,
    };
    let Some(hash) = link.password_hash.clone() else { return Ok(Asked::Open(link)) };
    let Some(sent) = sent else { return Ok(Asked::Locked) };
    let turn = app.passwords.turn(queue::Client { is_known: false, address: client.network() }).await?;
    let found = password::matching(sent, vec![hash], turn).await?;
    Ok(if found.is_some() { Asked::Open(link) } else { Asked::Wrong })
}

/// `GET /s/{secret}`, and with `.csv` after it
pub async fn show(
    State(app): State<App>,
    reader: Reader,
    id: Option<Extension<RequestId>>,
    headers: HeaderMap,
    Path(segment): Path<String>,
) -> PageResult {
    let (secret, is_sheet) = secret_of(&segment);
    let client = id.map(|Extension(id)| id.client).unwrap_or_default();
    match ask(&app, client, secret, basic(&headers)).await? {
        Asked::Over => Ok(over()),
        Asked::Open(link) => content(&app, reader, &link, secret, is_sheet).await,
        Asked::Locked if !is_sheet => Ok(locked(reader, secret, StatusCode::OK)),
        Asked::Locked | Asked::Wrong => {
            let mut response = locked(reader, secret, StatusCode::UNAUTHORIZED);
            response.headers_mut().insert(CHALLENGE.0, CHALLENGE.1);
            Ok(response)
        }
    }
}

/// `POST /s/{secret}`: the page, for the password.
pub async fn unlock(
    State(app): State<App>,
    id: Option<Extension<RequestId>>,
    reader: Reader,
    Path(segment): Path<String>,
    Form(form): Form,
) -> PageResult {
    let (secret, is_sheet) = secret_of(&segment);
    let client = id.map(|Extension(id)| id.client).unwrap_or_default();
    let sent = form.text("password").unwrap_or_default().into_owned();
    match ask(&app, client, secret, Some(sent)).await? {
        Asked::Over => Ok(over()),
        Asked::Open(link) => content(&app, reader, &link, secret, is_sheet).await,
        Asked::Locked | Asked::Wrong => Ok(locked(reader, secret, StatusCode::UNPROCESSABLE_ENTITY)),
    }
}

fn locked(reader: Reader, secret: &str, status: StatusCode) -> Response {
    let failed = status != StatusCode::OK;
    let action = domain::share_links::path(secret);
    marked(page(status, &Locked { layout: Layout::plain(reader), action, failed }))
}

/// Reads what the link shows, and counts the view.
async fn content(app: &App, reader: Reader, link: &ShareLink, secret: &str, is_sheet: bool) -> PageResult {
    let (own, now) = (link.clone(), app.clock.now());
    let content = app.db.read(work!(|conn| Content::read(conn, &own, now).await)).await?;
    let (account_id, id) = (link.account_id, link.id);
    let viewed = app.db.write(
        Scope::Account(account_id.0),
        work!(|conn| Ok(store::viewed(conn, account_id, id, now).await?)),
    );
    viewed.await?;
    let layout = Layout::plain(reader);
    if is_sheet {
        return Ok(marked(csv(&layout, link, &content)?));
    }
    let shared = Shared {
        cards: content.projects.iter().map(|project| card(&layout, link, project)).collect(),
        sheet: format!("{}.csv", domain::share_links::path(secret)),
        expires_at: link.expires_at,
        layout,
    };
    Ok(marked(page(StatusCode::OK, &shared)))
}

fn card(layout: &Layout, link: &ShareLink, project: &Project) -> Card {
    let language = layout.reader.language;
    let health = link.shows(Part::Health).then(|| {
        let health = Health(project.health.map(|last| last.color));
        (health.mark(language), health.word(language).into_owned(), project.health)
    });
    let detail = |(own, color, text): &(Category, Color, Option<String>)| {
        let text = text.as_deref().map(prose::html).unwrap_or_default();
        (Health(Some(*color)).mark(language), category(layout, *own), text)
    };
    Card {
        title: project.title.clone(),
        status: project.status_key.map(|key| status(layout, key)),
        health,
        strip: strip(layout, &project.cells),
        details: project.details.iter().map(detail).collect(),
        description: project.description.as_deref().map(prose::html),
    }
}

/// The name of a status key.
fn status(layout: &Layout, key: i64) -> String {
    layout.reader.language.status(key).unwrap_or_else(|| layout.t("portfolio-no-status").into_owned())
}

/// The weeks of a project, oldest first: as marks, and in words for screen readers.
fn strip(layout: &Layout, cells: &[Cell]) -> (String, String) {
    let language = layout.reader.language;
    let mut html = String::new();
    for cell in cells {
        let health = Health(cell.last.map(|mark| mark.color));
        let carried = if cell.reports == 0 && cell.last.is_some() { " o" } else { "" };
        let (class, letter) = (health.class(), health.letter(language));
        write!(html, "<span class=\"h {class}{carried}\">{letter}</span>")
            .expect("writing to a string succeeds");
    }
    let words = runs(cells).map(|run| {
        let word = Health(run.first.last.map(|mark| mark.color)).word(language);
        match run.weeks {
            1 => word.into_owned(),
            weeks => format!("{word}, {}", layout.say("cell-weeks", "count", weeks)),
        }
    });
    let words = words.collect::<Vec<_>>().join("; ");
    (html, words)
}

/// The same as the page, for spreadsheets.
fn csv(layout: &Layout, link: &ShareLink, content: &Content) -> PageResult {
    let t = |key: &str| layout.t(key);
    let mut head = vec![t("portfolio-workspace")];
    let (health, details, texts) =
        (link.shows(Part::Health), link.shows(Part::Details), link.shows(Part::Descriptions));
    if link.shows(Part::Status) {
        head.push(t("portfolio-status"));
    }
    if health {
        head.extend([t("portfolio-health-label"), t("portfolio-last-report")]);
    }
    if texts {
        head.push(t("reports-text"));
    }
    if details {
        for own in Category::ALL {
            head.push(category(layout, own).into());
            if texts {
                head.push(format!("{}: {}", category(layout, own), t("sheet-notes")).into());
            }
        }
    }
    head.extend(content.weeks.iter().map(|week| week.map(|day| day.to_string()).unwrap_or_default().into()));
    let word = |color: Option<Color>| -> Cow<'static, str> { Health(color).word(layout.reader.language) };
    let row = |project: &Project| {
        let mut row: Vec<Cow<'_, str>> = vec![sheet::inert(&project.title).into_owned().into()];
        if link.shows(Part::Status) {
            row.push(project.status_key.map(|key| status(layout, key)).unwrap_or_default().into());
        }
        if health {
            row.push(word(project.health.map(|last| last.color)));
            row.push(project.health.map(|last| last.at.to_string()).unwrap_or_default().into());
        }
        if texts {
            row.push(sheet::inert(project.description.as_deref().unwrap_or_default()).into_owned().into());
        }
        if details {
            for own in Category::ALL {
                let found = project.details.iter().find(|(category, ..)| *category == own);
                row.push(found.map_or(Cow::Borrowed(""), |(_, color, _)| word(Some(*color))));
                if texts {
                    let text = found.and_then(|(.., text)| text.as_deref()).unwrap_or_default();
                    row.push(sheet::inert(text).into_owned().into());
                }
            }
        }
        row.extend(project.cells.iter().map(|cell| word(cell.last.map(|mark| mark.color))));
        row
    };
    let rows = std::iter::once(head).chain(content.projects.iter().map(row));
    let bytes = sheet::write("\u{feff}".as_bytes(), b',', rows)
        .map_err(|error| Error::Store(domain::error::StoreError::Other(error.to_string())))?;
    Ok(attachment(bytes, "text/csv; charset=utf-8", "projects.csv"))
}

/// `GET /badge/{secret}.svg`
pub async fn badge(State(app): State<App>, Path(segment): Path<String>) -> PageResult {
    let Some(secret) = segment.strip_suffix(".svg").map(str::to_owned) else { return Ok(over()) };
    let now = app.clock.now();
    let read = app.db.read(work!(|conn| {
        let mut link = store::with_secret(conn, &secret, now).await?;
        link.workspace_ids.truncate(1);
        link.weeks = 1;
        let content = Content::read(conn, &link, now).await?;
        Ok((link, content))
    }));
    let (link, content) = match read.await {
        Err(Error::NotFound) => return Ok(over()),
        read => read?,
    };
    // A program has no password.
    let project = content.projects.first().filter(|_| link.password_hash.is_none());
    let title = project.map_or("Project", |project| project.title.as_str());
    let svg = super::badge::svg(title, project.and_then(|project| project.health), now);
    let headers = [
        (header::CONTENT_TYPE, "image/svg+xml; charset=utf-8"),
        // A link that has ended is over at once, in caches of pages that show the badge, too.
        (header::CACHE_CONTROL, "no-cache, max-age=0"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'"),
        (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    ];
    Ok(marked((headers, svg).into_response()))
}
