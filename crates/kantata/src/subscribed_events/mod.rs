//! The event log in the Kantata surface: subscribed events, for administrators
//! (docs/contracts/kantata.md#subscribed-events).

mod object;
mod subjects;

use axum::http::StatusCode;
use serde_json::json;

use self::object::{EventObject, Payloads, changes, payload};
use self::subjects::{Subject, subject_of, subjects};
use crate::envelope::Object;
use crate::includes::SideLoad;
use crate::openapi as doc;
use crate::openapi::listed;
use crate::participations::ParticipationObject;
use crate::resource::{Presentation, Resource, View, list_operation};
use crate::status_changes::StatusChangeObject;
use crate::status_reports::StatusReportObject;
use crate::users::UserObject;
use crate::workspaces::object::WorkspaceObject;
use crate::{ApiResult, Paging, Request, includes};
use base::clock::Time;
use db::List;
use domain::error::Result;
use domain::events::Event;
use domain::events::store;
use domain::events::store::{Filter, Latest, Records};
use domain::ids::{ReportId, UserId, WorkspaceId};
use domain::order::{CreatedAt, Order};
use domain::participations::Participation;
use domain::span::Span;
use domain::status_changes::StatusChange;
use domain::status_reports::StatusReport;
use domain::table;

use domain::work;
use service::app::App;
use service::openapi::{Operation, schema};

const KEY: &str = EventObject::KEY;
const DAY: i64 = 86_400;

/// OpenAPI description of [`index`].
pub const INDEX: Operation = Operation {
    description: "For administrators. Events of status reports and status changes are an extension of Statuary, absent \
        with `--strict`. The filters `most_recent` and `most_recent_by_event_type` exclude each other; `subject_id` \
        requires `subject_type`.",
    parameters: listed![
        doc::CREATED_AFTER,
        doc::CREATED_BEFORE,
        doc::texts("event_types", "Types such as `workspace:updated`, separated by commas."),
        doc::texts("subject_type", "The class of the record, such as `Workspace`."),
        doc::texts("subject_id", "The ids of the records, separated by commas."),
        doc::texts("user_ids", "The ids of the users who made the changes, separated by commas."),
        doc::flag("most_recent", "Only the latest event of each record."),
        doc::flag("most_recent_by_event_type", "Only the latest event of each type for each record."),
        doc::texts(
            "optional_fields",
            "Any of `previous_payload`, `current_payload`, `payload_changes`, separated by commas."
        ),
        doc::texts("order", "`created_at:desc` (the default) or `created_at:asc`."),
        doc::include("`subject`."),
    ],
    ..list_operation::<Event>("listSubscribedEvents", "List events")
};

/// `GET /subscribed_events`
pub async fn index(request: Request) -> ApiResult {
    let params = &request.params;
    let is_set = |name| params.switch(name) == Some(true);
    let latest = match (is_set("most_recent"), is_set("most_recent_by_event_type")) {
        (true, false) => Latest::OfSubject,
        (false, true) => Latest::OfSubjectAndKind,
        _ => Latest::All,
    };
    let (types, subject_types) = (params.comma_list("event_types")?, params.texts("subject_type")?);
    let filter = Filter {
        at: retained(&request.app, params.range("created")?),
        subject_types: names(request.app.settings.strict, subject_types.as_deref()),
        subject_ids: params.comma_ids("subject_id")?,
        types,
        actors: params.comma_ids("user_ids")?,
        only: params.only()?,
        latest,
    };
    let order = params.order(&[("created_at", CreatedAt)], Order::descending(CreatedAt));
    Paging::read(params)?;
    request.caller.require_administrator()?;
    if is_set("most_recent") && is_set("most_recent_by_event_type") {
        return Ok(crate::error::refused("most_recent and most_recent_by_event_type exclude each other"));
    }
    if filter.subject_ids.is_some() && subject_types.is_none() {
        return Ok(crate::error::required("subject_type"));
    }
    request
        .list(work!(|conn, caller, view| {
            let page = (view.paging.limit, view.paging.offset);
            store::list(conn, caller.account_id, &filter, records(view), order, page).await
        }))
        .await
}

/// OpenAPI description of [`types`].
pub const TYPES: Operation = Operation {
    description: "For administrators.",
    answer: Some(|_| {
        let name = json!({ "type": "string" });
        let fields = json!({ "type": "object", "additionalProperties": { "type": "object" } });
        let members = [("name", name.clone()), ("description", name.clone()), ("fields", fields)];
        let described = schema::object(&["name", "description", "fields"], &members);
        let (types, schemas) = ("subscribed_event_types", "subscribed_event_type_schemas");
        let members = [
            (types, json!({ "type": "array", "items": name })),
            (schemas, json!({ "type": "object", "additionalProperties": described })),
        ];
        schema::object(&[types, schemas], &members)
    }),
    is_tagged: false,
    ..Operation::new(KEY, "listSubscribedEventTypes", "List the types of events")
};

/// `GET /subscribed_events/event_types`
pub async fn types(request: Request) -> ApiResult {
    request.caller.require_administrator()?;
    let body = subjects::types(request.app.settings.strict).to_string();
    Ok(crate::json(StatusCode::OK, body.into_bytes().into()))
}

/// The part of a time range within the retention of events.
fn retained(app: &App, span: Span) -> Span {
    let days = i64::from(app.settings.event_retention_days.get());
    span.overlap(Span::new(app.clock.now().plus_seconds(-days * DAY), Time::MAX))
}

/// The names in the log of the record types that are shown, restricted to the requested classes.
fn names(strict: bool, classes: Option<&[String]>) -> List<String> {
    let is_asked = |subject: &&Subject| {
        classes.is_none_or(|requested| requested.iter().any(|class| class == subject.class))
    };
    subjects(strict).filter(is_asked).map(|subject| subject.name.to_owned()).collect()
}

/// The records of each event that the optional fields need.
fn records(view: &View) -> Records {
    let needs = |field| view.has_field(field) || view.has_field("payload_changes");
    Records { before: needs("previous_payload"), after: needs("current_payload") }
}

fn payloads(view: &View, subject: &Subject, event: &Event) -> Result<Payloads> {
    let records = records(view);
    if !records.before && !records.after {
        return Ok(Payloads::default());
    }
    let before = payload(subject, event.before.as_deref())?;
    let after = payload(subject, event.after.as_deref())?;
    Ok(Payloads {
        payload_changes: view.has_field("payload_changes").then(|| changes(&before, &after)),
        previous_payload: view.has_field("previous_payload").then_some(before),
        current_payload: view.has_field("current_payload").then_some(after),
    })
}

impl Resource for Event {
    const KEY: &'static str = KEY;
    const MEMBERS: &'static [doc::Member] = &[
        doc::by_id::<EventObject<'_>>,
        doc::by_id::<ParticipationObject>,
        doc::by_id::<StatusReportObject<'_>>,
        doc::by_id::<UserObject<'_>>,
        doc::by_id::<WorkspaceObject<'_>>,
        doc::by_id::<StatusChangeObject>,
    ];
    const INCLUDES: &'static [&'static str] = &["subject"];
    const OPTIONAL_FIELDS: &'static [&'static str] =
        &["previous_payload", "current_payload", "payload_changes"];

    async fn present(page: &[Self], out: &mut Presentation<'_>) -> Result<()> {
        let with_subject = out.view.includes("subject");
        if with_subject {
            add_subjects(page, out).await?;
        }
        for event in page {
            let Some(subject) = subject_of(event) else { continue };
            let subject_exists = with_subject.then(|| out.envelope.holds(subject.key, event.subject_id));
            let payloads = payloads(out.view, subject, event)?;
            let object = EventObject::of(out.caller.account_id.0, event, subject, &payloads, subject_exists);
            out.envelope.push(event.sequence, &object);
        }
        Ok(())
    }
}

/// Side-loads the subjects that still exist.
async fn add_subjects(page: &[Event], out: &mut Presentation<'_>) -> Result<()> {
    let account_id = out.caller.account_id;
    for subject in subjects(false) {
        let of_kind = page.iter().filter(|event| event.subject_type == subject.name);
        let ids: Vec<i64> = of_kind.map(|event| event.subject_id).collect();
        if ids.is_empty() {
            // A type without a subject gets no member (docs/contracts/kantata.md#includes).
            continue;
        }
        match subject.class {
            "Participation" => {
                for part in
                    table::of_account::<Participation>(out.conn, account_id, &includes::list(ids)).await?
                {
                    out.envelope.add(part.id, &ParticipationObject::of(&part, false, false));
                }
            }
            "StatusReport" => {
                let ids = includes::list(ids.into_iter().map(ReportId));
                for report in table::of_account::<StatusReport>(out.conn, account_id, &ids).await? {
                    out.envelope.add(report.id, &StatusReportObject::of(&report, None));
                }
            }
            "WorkspaceStatusChange" => {
                for change in
                    table::of_account::<StatusChange>(out.conn, account_id, &includes::list(ids)).await?
                {
                    out.envelope.add(change.id, &StatusChangeObject::of(&change));
                }
            }
            "User" => includes::add(out, SideLoad::Users(ids.into_iter().map(UserId).collect())).await?,
            _ => includes::add(out, SideLoad::Workspaces(ids.into_iter().map(WorkspaceId).collect())).await?,
        }
    }
    Ok(())
}
