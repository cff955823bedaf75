//! Erasing a person, and the export of all that is known of one, in the native surface.

use axum::extract::State;
use serde_json::json;

use super::openapi as doc;
use super::users::{UserObject, object, single, visible};
use super::{ApiResult, OptionalBody, Request};
use domain::erasures::{MOST_WORDS, WORDS_LIMIT, store};
use domain::error::Error as Cause;
use domain::ids::UserId;
use domain::{personal_data, users, work};
use service::app::App;
use service::files::attachment;
use service::openapi::{Operation, schema};

const TAG: &str = "users";
const MEMBERS: &[&str] = &["words"];

/// OpenAPI description of [`erase`].
pub const ERASE: Operation = Operation {
    description: "For administrators. Replaces the name, the address and further words of a person by marks everywhere in \
        the store: in records, in what is queued, and in the log, whose hash chain stays valid. The person is deactivated; \
        sessions, tokens and grants end. This cannot be undone. Words and phrases match as a whole, ignoring case. The last \
        active administrator of an account cannot be erased.",
    body: Some(|_| {
        let word = json!({ "type": "string", "minLength": 1, "maxLength": WORDS_LIMIT });
        let words = json!({ "type": "array", "items": word, "maxItems": MOST_WORDS });
        doc::closed(&[], &[("words", words)])
    }),
    answer: Some(schema::of::<UserObject>),
    errors: &[403, 415],
    ..Operation::new(TAG, "eraseUser", "Erase a person")
};

/// `POST /users/{id}/erase`
pub async fn erase(State(app): State<App>, OptionalBody(body): OptionalBody) -> ApiResult {
    body.request.query(&[])?;
    let (id, caller) = (UserId(body.request.id()?), body.request.caller.clone());
    if !caller.administrator {
        // A caller who does not see the person gets 404, not 403.
        app.db.read(work!(|conn| visible(conn, &caller, id).await)).await?;
        return Err(Cause::Forbidden.into());
    }
    let mut members = body.members(MEMBERS)?;
    let words = members.texts("words").unwrap_or_default();
    members.check()?;
    let work = body.request.write(&app).run(
        &app,
        work!(|conn, write| {
            let before = users::store::find(conn, write.change.account_id, id).await?;
            write.check(&object(&before))?;
            Ok(store::erase(conn, &write.change, id, words).await?.user)
        }),
        |erased| single(&erased),
    );
    let response = work.await?;
    app.scrub().await;
    Ok(response)
}

/// OpenAPI description of [`export`].
pub const EXPORT: Operation = Operation {
    description: "All that the store knows of a person: the profile, what the person has written, sessions, tokens and \
        grants without their secrets, notifications, mails, and the events of the log that the person has made or that \
        change the profile. Each kind of record is a list of records as the archive has them. For the person and for \
        administrators.",
    answer: Some(|_| {
        json!({
            "type": "object",
            "required": ["kind", "version", "person_id", "exported_at", "user"],
            "properties": {
                "kind": { "type": "string", "enum": ["statuary_person"] },
                "version": { "type": "integer", "enum": [1] },
                "person_id": { "type": "integer" },
                "exported_at": { "type": "string", "format": "date-time" },
                "user": { "type": "array", "items": { "type": "object" } },
            },
            "additionalProperties": { "type": "array", "items": { "type": "object" } },
        })
    }),
    errors: &[403],
    is_tagged: false,
    ..Operation::new(TAG, "exportUser", "Export all that is known of a person")
};

/// `GET /users/{id}/export`
pub async fn export(State(app): State<App>, request: Request) -> ApiResult {
    request.query(&[])?;
    let (id, caller, now) = (UserId(request.id()?), request.caller, app.clock.now());
    let work = app.db.read(work!(|conn| {
        users::access::require_self_or_administrator(conn, &caller, id).await?;
        personal_data::store::export_to_memory(conn, caller.account_id, id, now).await
    }));
    Ok(attachment(work.await?, "application/json", &personal_data::file_name(id)))
}
