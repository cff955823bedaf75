//! The pages of webhooks, for administrators: the endpoints with their last results, and the deliveries of one.

pub mod deeds;
pub mod form;

use std::borrow::Cow;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;

use super::error_page::PageResult;
use super::form::{QueryParams, id};
use super::form_errors::FormErrors;
use super::layout::Layout;
use super::response::page;
use super::signed_in::SignedIn;
use domain::error::Error;
use domain::ids::AccountId;
use domain::webhooks::delivery::{Attempt, Delivery, State as DeliveryState};
use domain::webhooks::store::{Found, deliveries};
use domain::webhooks::{DisabledReason, Format, store};
use domain::work;
use service::app::App;

/// The number of endpoints of a page.
const SHOWN: i64 = 50;
/// The number of deliveries of a page.
const DELIVERIES: i64 = 25;
/// The number of types that a row of the list shows.
const TYPES: usize = 3;

#[derive(Template)]
#[template(path = "webhooks/index.html")]
struct Index {
    layout: Layout,
    lines: Vec<Line>,
    /// The path of the page after this one, if there is one.
    after: Option<String>,
    is_first: bool,
}

/// An endpoint in the list.
struct Line {
    id: i64,
    name: String,
    url: String,
    /// The format.
    word: &'static str,
    types: Vec<String>,
    more: usize,
    state: EndpointState,
    last: Option<Attempt>,
}

/// Whether an endpoint gets deliveries, and why it does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum EndpointState {
    Enabled,
    Disabled,
    /// Without a secret, as in an archive.
    Unsigned,
    By(DisabledReason),
}

impl EndpointState {
    fn of(found: &Found) -> Self {
        match (found.endpoint.disabled_reason, found.endpoint.enabled, found.has_secret) {
            (Some(reason), ..) => Self::By(reason),
            (None, true, true) => Self::Enabled,
            (None, true, false) => Self::Unsigned,
            (None, false, _) => Self::Disabled,
        }
    }

    /// The message of the state.
    const fn label(self) -> &'static str {
        match self {
            Self::Enabled => "webhooks-enabled",
            _ => "webhooks-disabled",
        }
    }

    /// The message that explains it.
    const fn reason(self) -> Option<&'static str> {
        match self {
            Self::Enabled | Self::Disabled => None,
            Self::Unsigned => Some("webhooks-unsigned"),
            Self::By(DisabledReason::Gone) => Some("webhooks-gone"),
            Self::By(DisabledReason::Failing) => Some("webhooks-failing"),
        }
    }
}

/// The name of an endpoint: its description, or its URL as it is shown.
fn name(found: &Found) -> String {
    let endpoint = &found.endpoint;
    endpoint.description.clone().unwrap_or_else(|| endpoint.shown_url().into_owned())
}

/// The name of a format.
const fn format_name(format: Format) -> &'static str {
    match format {
        Format::Standard => "Standard Webhooks",
        Format::CloudEvents => "CloudEvents",
        Format::Slack => "Slack",
        Format::Mattermost => "Mattermost",
        Format::Teams => "Microsoft Teams",
        Format::GoogleChat => "Google Chat",
        Format::Discord => "Discord",
    }
}

/// How an attempt went, in the reader's language.
fn result(layout: &Layout, attempt: &Attempt) -> String {
    match (attempt.status, attempt.error.as_deref()) {
        (Some(status), None) => layout.say("webhooks-accepted", "status", i64::from(status)),
        (Some(status @ 300..=399), Some(_)) => layout.say("webhooks-redirected", "status", i64::from(status)),
        (Some(status), Some(_)) => layout.say("webhooks-answered", "status", i64::from(status)),
        (None, Some("private-address")) => layout.t("webhooks-private").into_owned(),
        (None, Some(error)) if error.starts_with("timeout") => layout.t("webhooks-timeout").into_owned(),
        (None, _) => layout.t("webhooks-unreachable").into_owned(),
    }
}

impl Index {
    fn result(&self, attempt: &Attempt) -> String {
        result(&self.layout, attempt)
    }
}

/// `GET /webhooks`
pub async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    QueryParams(query): QueryParams,
) -> PageResult {
    signed_in.caller().require_administrator()?;
    let before = query.text("before").and_then(|text| text.parse().ok());
    let (account_id, after) = (signed_in.account.id, before.unwrap_or(i64::MAX));
    let mut found =
        app.db.read(work!(|conn| Ok(store::page(conn, account_id, after, SHOWN + 1).await?))).await?;
    let has_more = found.len() > usize::try_from(SHOWN).unwrap_or_default();
    found.truncate(usize::try_from(SHOWN).unwrap_or_default());
    let last = found.last().filter(|_| has_more).map(|last| last.endpoint.id);
    let index = Index {
        layout: signed_in.layout(),
        lines: found.iter().map(line).collect(),
        after: last.map(|id| format!("/webhooks?before={id}")),
        is_first: before.is_none(),
    };
    Ok(page(StatusCode::OK, &index))
}

fn line(found: &Found) -> Line {
    let types = found.endpoint.types.clone().unwrap_or_default();
    Line {
        id: found.endpoint.id,
        name: name(found),
        url: found.endpoint.shown_url().into_owned(),
        word: format_name(found.endpoint.format),
        more: types.len().saturating_sub(TYPES),
        types: types.into_iter().take(TYPES).collect(),
        state: EndpointState::of(found),
        last: found.last_attempt.clone(),
    }
}

#[derive(Template)]
#[template(path = "webhooks/show.html")]
struct Show {
    layout: Layout,
    found: Found,
    name: String,
    state: EndpointState,
    /// The format.
    word: &'static str,
    /// The state of the deliveries that are shown; none for all.
    filter: Option<DeliveryState>,
    deliveries: Vec<Delivery>,
    after: Option<String>,
    is_first: bool,
    /// What the form of a replay has.
    span: (String, String),
    /// What was done last.
    done: Option<Cow<'static, str>>,
    form_errors: FormErrors,
}

impl Show {
    fn result(&self, attempt: &Attempt) -> String {
        result(&self.layout, attempt)
    }

    /// The path of the first page of the deliveries.
    fn first_page(&self) -> String {
        let query = self.filter.map_or_else(String::new, |state| format!("?state={}", state.name()));
        format!("/webhooks/{}{query}#deliveries", self.found.endpoint.id)
    }

    /// Whether deliveries can be sent.
    fn is_on(&self) -> bool {
        self.state == EndpointState::Enabled
    }

    /// The states to choose from: the query, the message, and whether it is chosen.
    fn filters(&self) -> [(&'static str, &'static str, bool); 4] {
        let one = |query, label, state| (query, label, self.filter == state);
        [
            one("", "webhooks-all", None),
            one("?state=pending", "webhooks-pending", Some(DeliveryState::Pending)),
            one("?state=failed", "webhooks-failed", Some(DeliveryState::Failed)),
            one("?state=succeeded", "webhooks-succeeded", Some(DeliveryState::Succeeded)),
        ]
    }

    #[expect(clippy::unused_self, reason = "templates call methods")]
    const fn label(&self, delivery: &Delivery) -> &'static str {
        match delivery.state {
            DeliveryState::Pending => "webhooks-pending",
            DeliveryState::Succeeded => "webhooks-succeeded",
            DeliveryState::Failed => "webhooks-failed",
        }
    }
}

/// What a page of an endpoint shows beside it.
#[derive(Default)]
struct Asked {
    filter: Option<DeliveryState>,
    before: Option<i64>,
    span: (String, String),
    done: Option<Cow<'static, str>>,
    form_errors: FormErrors,
}

/// `GET /webhooks/{id}`
pub async fn one(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(text): Path<String>,
    QueryParams(query): QueryParams,
) -> PageResult {
    let done = match query.text("done").as_deref() {
        Some("test") => Some(signed_in.reader.language.t("webhooks-tested")),
        Some("retry") => Some(signed_in.reader.language.t("webhooks-retried")),
        Some("saved") => Some(signed_in.reader.language.t("saved")),
        _ => query.text("replayed").and_then(|text| text.parse::<i64>().ok()).map(|count| {
            signed_in.reader.language.say("webhooks-replayed", [("count", count.into())]).into()
        }),
    };
    let asked = Asked {
        filter: query.text("state").and_then(|name| DeliveryState::named(&name)),
        before: query.text("before").and_then(|text| text.parse().ok()),
        done,
        ..Asked::default()
    };
    endpoint(&app, signed_in, id(&text)?, StatusCode::OK, asked).await
}

/// The page of an endpoint.
async fn endpoint(app: &App, signed_in: SignedIn, id: i64, status: StatusCode, asked: Asked) -> PageResult {
    signed_in.caller().require_administrator()?;
    let (account_id, filter, after) = (signed_in.account.id, asked.filter, asked.before.unwrap_or(i64::MAX));
    let read = app.db.read(work!(|conn| {
        let found = store::require(conn, account_id, id).await?;
        let page = deliveries::page(conn, account_id, id, filter, (after, DELIVERIES + 1)).await?;
        Ok((found, page))
    }));
    let (found, mut deliveries) = read.await?;
    let has_more = deliveries.len() > usize::try_from(DELIVERIES).unwrap_or_default();
    deliveries.truncate(usize::try_from(DELIVERIES).unwrap_or_default());
    let last = deliveries.last().filter(|_| has_more).map(|last| last.id);
    let state = filter.map_or_else(String::new, |state| format!("state={}&", state.name()));
    let show = Show {
        layout: signed_in.layout(),
        name: name(&found),
        state: EndpointState::of(&found),
        word: format_name(found.endpoint.format),
        filter,
        deliveries,
        after: last.map(|last| format!("/webhooks/{id}?{state}before={last}#deliveries")),
        is_first: asked.before.is_none(),
        span: asked.span,
        done: asked.done,
        form_errors: asked.form_errors,
        found,
    };
    Ok(page(status, &show))
}

/// An endpoint, for administrators.
async fn find(app: &App, signed_in: &SignedIn, id: i64) -> Result<Found, Error> {
    signed_in.caller().require_administrator()?;
    let account_id: AccountId = signed_in.account.id;
    app.db.read(work!(|conn| store::require(conn, account_id, id).await)).await
}
