//! The wire object of an external reference.

use schemars::JsonSchema;
use serde::Serialize;

use crate::envelope::Object;
use crate::values::{Id, Seconds, SubjectRef};
use domain::external_references::{ExternalReference, SubjectType, SyncStatus};

/// A link from a status report or a workspace to a record of another system.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ExternalReference")]
pub struct ExternalReferenceObject<'o> {
    service_name: &'o str,
    service_model: &'o str,
    service_model_ref: &'o str,
    status: Option<SyncStatus>,
    external_link: Option<&'o str>,
    external_message: Option<&'o str>,
    external_status: Option<&'o str>,
    locked: bool,
    last_synced_at: Option<Seconds>,
    subject_id: i64,
    subject_type: SubjectType,
    created_at: Seconds,
    updated_at: Seconds,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject_ref: Option<SubjectRef>,
    id: Id,
}

impl Object for ExternalReferenceObject<'_> {
    const KEY: &'static str = "external_references";
}

impl<'o> ExternalReferenceObject<'o> {
    /// The wire object of a reference; with `subject_ref` if its subject is included.
    pub fn of(reference: &'o ExternalReference, subject_included: bool) -> Self {
        let subject = SubjectRef { key: subject_key(reference.subject_type), id: Id(reference.subject_id) };
        Self {
            service_name: &reference.service_name,
            service_model: &reference.service_model,
            service_model_ref: &reference.service_model_ref,
            status: reference.status,
            external_link: reference.external_link.as_deref(),
            external_message: reference.external_message.as_deref(),
            external_status: reference.external_status.as_deref(),
            locked: reference.locked,
            last_synced_at: reference.last_synced_at.map(Seconds),
            subject_id: reference.subject_id,
            subject_type: reference.subject_type,
            created_at: Seconds(reference.created_at),
            updated_at: Seconds(reference.updated_at),
            subject_ref: subject_included.then_some(subject),
            id: Id(reference.id),
        }
    }
}

/// The member of the envelope that holds the subjects of a type.
const fn subject_key(kind: SubjectType) -> &'static str {
    match kind {
        SubjectType::StatusReport => "status_reports",
        SubjectType::Workspace => "workspaces",
    }
}
