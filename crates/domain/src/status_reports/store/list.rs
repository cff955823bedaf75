//! Lists of reports. The cost of a page does not depend on its offset in the list of an account.

use super::blocks;
use super::read::{columns, report};
use crate::auth::Caller;
use crate::error::Result;
use crate::span::Span;
use crate::status_reports::StatusReport;
use crate::{accounts, counters, participations};
use db::{Conn, Value};
use db::{statements, values};

/// Selects the ids of the page from an index that starts with the account, and then the rows.
macro_rules! page {
    ($ids:expr) => {
        concat!(
            "select ",
            columns!(),
            " from (",
            $ids,
            ") as page join status_reports r on r.id = page.id order by r.id"
        )
    };
}

/// The conditions on one external reference all hold for the same one.
macro_rules! listed {
    () => {
        "r.account_id = $1
            and ($2 or exists (select 1 from participations p where p.account_id = r.account_id
                and p.workspace_id = r.workspace_id and p.user_id = $3 and p.side = 'provider'))
            and (cast($4 as text) is null
                or r.workspace_id in (select cast(value as bigint) from json_each(cast($4 as text))))
            and r.created_at >= $5 and r.created_at < $6 and r.updated_at >= $7 and r.updated_at < $8
            and (cast($9 as text) is null
                or r.id in (select cast(value as bigint) from json_each(cast($9 as text))))
            and ($10 or exists (select 1 from external_references e
                where e.account_id = r.account_id and e.subject_type = 'StatusReport' and e.subject_id = r.id
                    and (cast($11 as text) is null
                        or e.service_name in (select cast(value as text) from json_each(cast($11 as text))))
                    and (cast($12 as text) is null
                        or e.service_model in (select cast(value as text) from json_each(cast($12 as text))))
                    and (cast($13 as text) is null
                        or e.service_model_ref in (select cast(value as text) from json_each(cast($13 as text))))
                    and (cast($14 as text) is null
                        or e.external_status in (select cast(value as text) from json_each(cast($14 as text))))
                    and (cast($15 as text) is null
                        or e.external_message in (select cast(value as text) from json_each(cast($15 as text))))
                    and (cast($16 as text) is null
                        or e.status in (select cast(value as text) from json_each(cast($16 as text))))
                    and (cast($17 as text) is null
                        or e.service_model_ref in (select cast(value as text) from json_each(cast($17 as text))))))
            and (not $18 or not exists (select 1 from external_references e
                where e.account_id = r.account_id and e.subject_type = 'StatusReport' and e.subject_id = r.id))
            and (cast($19 as text) is null or not exists (select 1 from external_references e
                where e.account_id = r.account_id and e.subject_type = 'StatusReport' and e.subject_id = r.id
                    and e.service_name in (select cast(value as text) from json_each(cast($19 as text)))))"
    };
}

statements! {
    OF_ACCOUNT = page!("select id from status_reports where account_id = $1 and id >= $2 order by id limit $3 offset $4");
    OF_WORKSPACE = page!("select id from status_reports where account_id = $1 and workspace_id = $2
        order by id limit $3 offset $4");
    LIST = page!(concat!("select r.id from status_reports r where ", listed!(), "
        order by r.id limit $20 offset $21"));
    COUNT = concat!("select count(*) from status_reports r where ", listed!());
}

/// The filter of a list of reports; texts are JSON lists, of which one item must match.
#[derive(Clone, Debug)]
pub struct Filter {
    /// Workspaces' ids.
    pub workspaces: Option<String>,
    /// From the first instant on, up to but without the second.
    pub created: Span,
    /// As `created`.
    pub updated: Span,
    /// Reports' ids.
    pub only: Option<String>,
    /// Conditions that hold for one and the same reference.
    pub reference: ReferenceFilter,
    /// At least one reference, or none.
    pub has_references: Option<bool>,
    /// No reference to any of these services.
    pub without_service: Option<String>,
}

/// Conditions on a report's reference.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "named as the attributes")]
pub struct ReferenceFilter {
    pub service_name: Option<String>,
    pub service_model: Option<String>,
    pub service_model_ref: Option<String>,
    pub service_model_refs: Option<String>,
    pub external_status: Option<String>,
    pub external_message: Option<String>,
    pub status: Option<String>,
}

impl ReferenceFilter {
    fn values(&self) -> [Option<&str>; 7] {
        [
            self.service_name.as_deref(),
            self.service_model.as_deref(),
            self.service_model_ref.as_deref(),
            self.external_status.as_deref(),
            self.external_message.as_deref(),
            self.status.as_deref(),
            self.service_model_refs.as_deref(),
        ]
    }
}

impl Filter {
    fn narrows_beyond_workspaces(&self) -> bool {
        self.created != Span::ALWAYS
            || self.updated != Span::ALWAYS
            || self.only.is_some()
            || self.reference.values().iter().any(Option::is_some)
            || self.has_references.is_some()
            || self.without_service.is_some()
    }

    /// The workspace, if the list has all reports of one workspace.
    fn one_workspace(&self) -> Option<i64> {
        let list = self.workspaces.as_deref()?;
        (!self.narrows_beyond_workspaces()).then(|| list.trim_matches(['[', ']']).parse().ok())?
    }
}

/// A page of the reports that the caller sees, by id, and the total.
pub async fn list(
    conn: &mut Conn,
    caller: &Caller,
    filter: &Filter,
    limit: i64,
    offset: i64,
) -> Result<(Vec<StatusReport>, i64)> {
    let account = caller.account_id;
    if let Some(workspace) = filter.one_workspace() {
        if !participations::store::access_in(conn, caller, workspace).await?.sees_health() {
            return Ok((Vec::new(), 0));
        }
        let page = values![account, workspace, limit, offset];
        return Ok(conn
            .join(
                async |conn| conn.all(OF_WORKSPACE, &page, report).await,
                async |conn| counters::store::status_reports(conn, account, workspace).await,
            )
            .await?);
    }
    if caller.administrator && filter.workspaces.is_none() && !filter.narrows_beyond_workspaces() {
        return Ok(conn
            .join(
                async |conn| {
                    let (first, rest) = blocks::start(conn, account, offset).await?;
                    conn.all(OF_ACCOUNT, &values![account, first, limit, rest], report).await
                },
                async |conn| accounts::store::status_reports(conn, account).await,
            )
            .await?);
    }
    let needs_no_reference =
        filter.has_references != Some(true) && filter.reference.values().iter().all(Option::is_none);
    let mut narrowed = values![
        account,
        caller.administrator,
        caller.user_id,
        filter.workspaces.as_deref(),
        filter.created.start.0,
        filter.created.end.0,
        filter.updated.start.0,
        filter.updated.end.0,
        filter.only.as_deref(),
        needs_no_reference
    ]
    .to_vec();
    narrowed.extend(filter.reference.values().map(Value::from));
    narrowed.extend(values![filter.has_references == Some(false), filter.without_service.as_deref()]);
    let page = [&narrowed[..], &values![limit, offset]].concat();
    Ok(conn
        .join(
            async |conn| conn.all(LIST, &page, report).await,
            async |conn| {
                if filter.narrows_beyond_workspaces() {
                    return conn.scalar(COUNT, &narrowed).await;
                }
                let workspaces = filter.workspaces.as_deref();
                counters::store::status_reports_seen(conn, caller, workspaces).await
            },
        )
        .await?)
}
