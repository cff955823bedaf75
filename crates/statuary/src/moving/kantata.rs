//! Pulling from Kantata's API: users, workspaces with participations and status changes, reports, external references.

use anyhow::{Result, bail};
use serde_json::Value;

use super::people::{People, person};
use super::read::{day, flag, id, id_of, member, optional_time, text, time};
use super::sink::Sink;
use super::source::Source;
use domain::external_references::{ExternalReference, SubjectType, SyncStatus};
use domain::ids::{AccountId, ReportId, UserId, WorkspaceId};
use domain::moving::{Batch, Position};
use domain::participations::{self, Participation, Permission, Side};
use domain::status_changes::StatusChange;
use domain::status_keys;
use domain::status_reports::{Category, Color, Detail, StatusReport};
use domain::users::User;
use domain::workspaces::{AccessLevel, Workspace};

/// The stages in which an import goes on after a break; users and workspaces are read again.
const OF_WORKSPACES: i64 = 1;
const REPORTS: i64 = 2;
/// The most objects on a page.
const PAGE: i64 = 200;
/// More pages than any list has.
const MOST_PAGES: i64 = 1_000_000;

struct Pull<'s> {
    source: Source,
    sink: &'s mut Sink,
    people: People,
}

/// Pulls everything that the token may read.
pub fn pull(source: Source, sink: &mut Sink, people: People) -> Result<()> {
    let start = sink.start;
    let mut pull = Pull { source, sink, people };
    pull.users()?;
    let ids = pull.workspaces()?;
    if start.stage <= OF_WORKSPACES {
        let done = if start.stage == OF_WORKSPACES { start.place } else { 0 };
        for (index, id) in ids.iter().enumerate().filter(|(_, id)| **id > done) {
            pull.source.note(format!("workspace {} of {}", index + 1, ids.len()));
            pull.of_workspace(*id)?;
        }
    }
    pull.reports(if start.stage == REPORTS { start.place + 1 } else { 1 })
}

impl Pull<'_> {
    /// Reads the pages of a list, from a page on. Returns whether the list may be read.
    fn pages(
        &mut self,
        path: &str,
        first: i64,
        mut each: impl FnMut(&mut Self, &Value, i64) -> Result<()>,
    ) -> Result<bool> {
        let separator = if path.contains('?') { '&' } else { '?' };
        for page in first..first + MOST_PAGES {
            let answer = self.source.get(&format!("{path}{separator}per_page={PAGE}&page={page}"))?;
            if !answer.is_good() {
                return Ok(false);
            }
            let pages = member(&answer.json["meta"], "page_count").as_i64().unwrap_or_default();
            each(self, &answer.json, page)?;
            if page >= pages {
                return Ok(true);
            }
        }
        bail!("the list {path} has no end");
    }

    fn users(&mut self) -> Result<()> {
        self.source.note("people");
        self.pages("/users", 1, |pull, json, _| {
            let users = objects(json, "users").filter_map(|user| pull.user(user)).collect();
            pull.sink.store(vec![Batch::Users(users)], None)
        })
        .map(drop)
    }

    fn user(&mut self, object: &Value) -> Option<User> {
        let id = id(member(object, "id"))?;
        self.people.user(id, text(object, "full_name"), object, "email_address")
    }

    /// The people to whom the records of a page refer and who did not come yet.
    fn people(&mut self, json: &Value, ids: impl IntoIterator<Item = UserId>) -> Batch {
        let included = json.get("users").and_then(Value::as_object);
        let mut users: Vec<User> = included
            .into_iter()
            .flat_map(|users| users.values())
            .filter_map(|user| self.user(user))
            .collect();
        for id in ids {
            users.extend(match id {
                UserId(0) => self.people.unknown(),
                UserId(id) if self.people.knows(id) => None,
                UserId(id) => self.people.user(id, None, &Value::Null, ""),
            });
        }
        Batch::Users(users)
    }

    /// Reads the workspaces, and returns their ids in ascending order.
    fn workspaces(&mut self) -> Result<Vec<i64>> {
        self.source.note("workspaces");
        let mut ids = Vec::new();
        let path = "/workspaces?include_archived=true&order=created_at:asc&include=creator,primary_maven,external_references";
        let may_read = self.pages(path, 1, |pull, json, _| {
            let workspaces = pull.read_all(json, "workspaces", workspace);
            ids.extend(workspaces.iter().map(|workspace| workspace.id.0));
            let of = workspaces.iter().flat_map(|one| [Some(one.creator_id), one.lead_id]).flatten();
            let people = pull.people(json, of);
            let references = pull.references(json);
            pull.sink.store(vec![people, Batch::Workspaces(workspaces), references], None)
        })?;
        if !may_read {
            bail!("the token may not read workspaces");
        }
        ids.sort_unstable();
        ids.dedup();
        Ok(ids)
    }

    /// Reads what belongs to a workspace and is listed for it alone.
    fn of_workspace(&mut self, workspace: i64) -> Result<()> {
        let mut batches = Vec::new();
        let path =
            format!("/participations?workspace_id={workspace}&optional_fields=access_level&include=user");
        let may_read = self.pages(&path, 1, |pull, json, _| {
            let parts = pull.read_all(json, "participations", |object| participation(object, workspace));
            batches.push(pull.people(json, parts.iter().map(|part| part.user_id)));
            batches.push(Batch::Participations(parts));
            Ok(())
        })?;
        if !may_read {
            self.sink.refuse("participation", workspace, "those of this workspace may not be read");
        }
        let path =
            format!("/workspace_status_changes?workspace_id={workspace}&order=created_at:asc&include=user");
        let may_read = self.pages(&path, 1, |pull, json, _| {
            let changes = pull.read_all(json, "workspace_status_changes", |object| change(object, workspace));
            batches.push(pull.people(json, changes.iter().map(|change| change.user_id)));
            batches.push(Batch::StatusChanges(changes));
            Ok(())
        })?;
        if !may_read {
            self.sink.refuse("workspace_status_change", workspace, "those of this workspace may not be read");
        }
        self.sink.store(batches, Some(Position { stage: OF_WORKSPACES, place: workspace }))
    }

    fn reports(&mut self, first: i64) -> Result<()> {
        let path = "/status_reports?include=creator,updater,external_references";
        let may_read = self.pages(path, first, |pull, json, page| {
            pull.source.note(format!("reports, page {page} of {}", json["meta"]["page_count"]));
            let reports = pull.read_all(json, "status_reports", report);
            let of = reports.iter().flat_map(|one| [Some(one.creator_id), one.updater_id]).flatten();
            let people = pull.people(json, of);
            let references = pull.references(json);
            let batches = vec![people, Batch::Reports(reports), references];
            pull.sink.store(batches, Some(Position { stage: REPORTS, place: page }))
        })?;
        if !may_read {
            self.sink.refuse("status_report", 0, "reports may not be read");
        }
        Ok(())
    }

    fn references(&mut self, json: &Value) -> Batch {
        let included = json.get("external_references").and_then(Value::as_object);
        let read = included
            .into_iter()
            .flat_map(|all| all.values())
            .filter_map(|object| self.sink.kept("external_reference", object, reference(object)));
        Batch::References(read.collect())
    }

    /// The readable ones of the objects of a page; the others are noted.
    fn read_all<R>(&mut self, json: &Value, key: &str, read: impl Fn(&Value) -> Result<R, String>) -> Vec<R> {
        let kind = match key {
            "workspaces" => "workspace",
            "participations" => "participation",
            "status_reports" => "status_report",
            _ => "workspace_status_change",
        };
        objects(json, key).filter_map(|object| self.sink.kept(kind, object, read(object))).collect()
    }
}

/// The objects of a page, in its order.
fn objects<'j>(json: &'j Value, key: &'j str) -> impl Iterator<Item = &'j Value> {
    let results = json["results"].as_array().map(Vec::as_slice).unwrap_or_default();
    let of_key = results.iter().filter(move |result| result["key"] == key);
    of_key.filter_map(move |result| json.get(key)?.get(result["id"].as_str()?))
}

fn workspace(object: &Value) -> Result<Workspace, String> {
    let (created_at, creator_id) = (time(object, "created_at")?, person(object, "creator_id"));
    let lead_id = id(member(object, "primary_maven_id")).map(UserId);
    let blank = Workspace::blank(AccountId(0), creator_id, created_at);
    Ok(Workspace {
        id: WorkspaceId(id_of(object)?),
        title: text(object, "title").ok_or("it has no title")?,
        description: text(object, "description"),
        start_date: day(object, "start_date")?,
        due_date: day(object, "due_date")?,
        archived: flag(object, "archived"),
        status_key: id(member(member(object, "status"), "key")).unwrap_or(status_keys::BACKLOG),
        access_level: text(object, "access_level")
            .and_then(|name| AccessLevel::named(&name))
            .unwrap_or_default(),
        lead_id: lead_id.filter(|lead| *lead != creator_id),
        updated_at: time(object, "updated_at")?,
        ..blank
    })
}

fn participation(object: &Value, workspace: i64) -> Result<Participation, String> {
    let draft = participations::Draft {
        user_id: None,
        role: text(object, "role"),
        access_level: text(object, "access_level"),
    };
    let (side, permission) = draft.read(&mut Vec::new());
    // A level that is unknown here, such as one of the time sheets, gives no right to write.
    let permission = if flag(object, "show_as_read_only") { None } else { permission };
    Ok(Participation {
        id: id_of(object)?,
        account_id: AccountId(0),
        workspace_id: WorkspaceId(workspace),
        user_id: UserId(id(member(object, "user_id")).ok_or("it names no user")?),
        side: side.unwrap_or(Side::Client),
        permission: permission.unwrap_or(Permission::View),
        created_at: time(object, "created_at")?,
        updated_at: time(object, "updated_at")?,
    })
}

fn change(object: &Value, workspace: i64) -> Result<StatusChange, String> {
    Ok(StatusChange {
        id: id_of(object)?,
        account_id: AccountId(0),
        workspace_id: WorkspaceId(workspace),
        user_id: person(object, "user_id"),
        from_status_key: id(member(object, "from_status_key")),
        to_status_key: id(member(object, "to_status_key")).ok_or("it has no `to_status_key`")?,
        reason: None,
        created_at: time(object, "created_at")?,
    })
}

fn report(object: &Value) -> Result<StatusReport, String> {
    let workspace = id(member(object, "workspace_id")).ok_or("it names no workspace")?;
    let (creator_id, created_at) = (person(object, "creator_id"), time(object, "created_at")?);
    let details = member(object, "details").as_array().map(Vec::as_slice).unwrap_or_default();
    Ok(StatusReport {
        id: ReportId(id_of(object)?),
        color: color(object)?,
        description: text(object, "description").ok_or("it has no description")?,
        details: details.iter().map(detail).collect::<Result<_, _>>()?,
        updater_id: id(member(object, "updater_id")).map(UserId),
        updated_at: time(object, "updated_at")?,
        ..StatusReport::blank(AccountId(0), WorkspaceId(workspace), creator_id, created_at)
    })
}

fn detail(object: &Value) -> Result<Detail, String> {
    let category = text(object, "category").and_then(|name| Category::named(&name));
    Ok(Detail {
        category: category.ok_or("a detail has an unknown category")?,
        color: color(object)?,
        description: text(object, "description"),
    })
}

fn color(object: &Value) -> Result<Color, String> {
    let color = text(object, "color").and_then(|name| Color::named(&name));
    color.ok_or_else(|| "it has an unknown color".to_owned())
}

fn reference(object: &Value) -> Result<ExternalReference, String> {
    let needed = |name: &str| text(object, name).ok_or_else(|| format!("it has no `{name}`"));
    let subject = needed("subject_type")?;
    Ok(ExternalReference {
        id: id_of(object)?,
        account_id: AccountId(0),
        workspace_id: WorkspaceId(0),
        subject_type: SubjectType::named(&subject).ok_or("its subject is of another kind")?,
        subject_id: id(member(object, "subject_id")).ok_or("it has no subject")?,
        service_name: needed("service_name")?,
        service_model: needed("service_model")?,
        service_model_ref: needed("service_model_ref")?,
        status: text(object, "status").and_then(|name| SyncStatus::named(&name)),
        external_link: text(object, "external_link"),
        external_message: text(object, "external_message"),
        external_status: text(object, "external_status"),
        locked: flag(object, "locked"),
        last_synced_at: optional_time(object, "last_synced_at")?,
        created_at: time(object, "created_at")?,
        updated_at: time(object, "updated_at")?,
    })
}
