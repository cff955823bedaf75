//! Pulling from OpenProject's API: statuses, projects with their members and the people who can be assigned there, work packages
//! with their activities, and the people whom these name.
//!
//! OpenProject names no creator of a project: the person of the token stands for it.

use std::collections::{BTreeMap, HashSet};

use anyhow::{Result, bail};
use serde_json::Value;

use super::members::{self, Members};
use super::people::People;
use super::read::{day, flag, id, id_of, linked, member, text, time};
use super::sink::Sink;
use super::source::Source;
use domain::ids::{AccountId, UserId, WorkPackageId, WorkspaceId};
use domain::moving::Batch;
use domain::moving::levels::levels;
use domain::participations::{Participation, Permission, Side};
use domain::statuses::{self, Status};
use domain::users::User;
use domain::work_packages::activities::{Activity, Detail};
use domain::work_packages::constants::{NORMAL, PRIORITIES, TASK, TYPES};
use domain::work_packages::hours::Hours;
use domain::work_packages::{WorkPackage, attribute::Attribute};
use domain::workspaces::{AccessLevel, ProjectStatus, Workspace, identifier};

/// The most elements that are asked for at once; the server may give fewer.
const PAGE: i64 = 200;
/// More pages than any list has.
const MOST_PAGES: i64 = 1_000_000;
/// All work packages, also closed ones, by id.
const PACKAGES: &str = "/work_packages?filters=%5B%5D&sortBy=%5B%5B%22id%22%2C%22asc%22%5D%5D&";

struct Pull<'s> {
    source: Source,
    sink: &'s mut Sink,
    people: People,
    /// The person of the token.
    me: UserId,
}

/// Pulls everything that the token may read.
pub fn pull(source: Source, sink: &mut Sink, people: People) -> Result<()> {
    let mut pull = Pull { source, sink, people, me: UserId(0) };
    let me = pull.source.get("/users/me")?.json;
    let user = id(member(&me, "id")).and_then(|id| Some((id, pull.user(id, &me)?)));
    let Some((id, user)) = user else { bail!("the token is of nobody") };
    pull.me = UserId(id);
    pull.sink.store(vec![Batch::Users(vec![user])], None)?;
    pull.statuses()?;
    let projects = pull.projects()?;
    let mut members = pull.memberships()?;
    for project in projects {
        let own = members.remove(&project).unwrap_or_default();
        pull.members(project, own)?;
    }
    pull.packages()
}

impl Pull<'_> {
    /// Reads the pages of a list. Returns whether the list may be read.
    fn pages(&mut self, path: &str, mut each: impl FnMut(&mut Self, &[Value]) -> Result<()>) -> Result<bool> {
        for page in 1..=MOST_PAGES {
            let answer = self.source.get(&format!("{path}pageSize={PAGE}&offset={page}"))?;
            if !answer.is_good() {
                return Ok(false);
            }
            let number = |name| member(&answer.json, name).as_i64().unwrap_or_default();
            let found = elements(&answer.json);
            each(self, found)?;
            if found.is_empty() || page * number("pageSize").max(1) >= number("total") {
                return Ok(true);
            }
        }
        bail!("the list {path} has no end");
    }

    fn user(&mut self, id: i64, object: &Value) -> Option<User> {
        let name = text(object, "name").or_else(|| text(object, "title"));
        self.people.user(id, name, object, "email")
    }

    /// The people of links who did not come yet: as the server shows them, or else by the titles of the links.
    fn linked(&mut self, links: Vec<(i64, Value)>) -> Result<Vec<User>> {
        let mut users = Vec::new();
        for (id, link) in links.into_iter().filter(|(id, _)| *id != 0) {
            if self.people.knows(id) {
                continue;
            }
            let answer = self.source.get(&format!("/users/{id}"))?;
            let shown = if answer.is_good() { &answer.json } else { &link };
            users.extend(self.user(id, shown));
        }
        Ok(users)
    }

    fn statuses(&mut self) -> Result<()> {
        let answer = self.source.get("/statuses")?;
        if !answer.is_good() {
            self.sink.refuse("status", 0, "statuses may not be read");
            return Ok(());
        }
        let read = elements(&answer.json).iter().filter_map(|one| self.sink.kept("status", one, status(one)));
        let read = read.collect();
        self.sink.store(vec![Batch::Statuses(read)], None)
    }

    /// Reads the projects, and returns their ids.
    fn projects(&mut self) -> Result<Vec<i64>> {
        self.source.note("projects");
        let (me, mut ids) = (self.me, Vec::new());
        let may_read = self.pages("/projects?", |pull, found| {
            let projects: Vec<Workspace> =
                found.iter().filter_map(|one| pull.sink.kept("workspace", one, project(one, me))).collect();
            ids.extend(projects.iter().map(|project| project.id.0));
            pull.sink.store(vec![Batch::Workspaces(projects)], None)
        })?;
        if may_read { Ok(ids) } else { bail!("the token may not read projects") }
    }

    /// Reads who is a member of which project, with the most that the roles allow. Not everybody may read this.
    fn memberships(&mut self) -> Result<Members> {
        self.source.note("memberships");
        let mut members = Members::new();
        let may_read = self.pages("/memberships?", |_, found| {
            for one in found {
                members::add(&mut members, one);
            }
            Ok(())
        })?;
        if !may_read {
            let reason =
                "memberships may not be read: people take part where they can be assigned, and may read";
            self.sink.refuse("participation", 0, reason);
        }
        Ok(members)
    }

    /// Makes the members of a project participants, and those who can be assigned there participants who may read.
    fn members(&mut self, project: i64, mut members: BTreeMap<i64, (Permission, Value)>) -> Result<()> {
        let answer = self.source.get(&format!("/projects/{project}/available_assignees"))?;
        if !answer.is_good() {
            self.sink.refuse("participation", project, "those who can be assigned may not be read");
        }
        let (mut users, mut parts) = (Vec::new(), Vec::new());
        for one in elements(&answer.json) {
            // Groups have no members here.
            let Some(id) = id(member(one, "id")).filter(|_| member(one, "_type") != "Group") else {
                continue;
            };
            users.extend(self.user(id, one));
            parts.push(part(project, id, members.remove(&id).map_or(Permission::View, |(most, _)| most)));
        }
        parts.extend(members.iter().map(|(id, (permission, _))| part(project, *id, *permission)));
        users.extend(self.linked(members.into_iter().map(|(id, (_, link))| (id, link)).collect())?);
        self.sink.store(vec![Batch::Users(users), Batch::Participations(parts)], None)
    }

    fn packages(&mut self) -> Result<()> {
        self.source.note("work packages");
        let (mut seen, mut early) = (HashSet::new(), Vec::new());
        let may_read = self.pages(PACKAGES, |pull, found| {
            let mut links = Vec::new();
            let mut packages = Vec::new();
            for one in found {
                let Some(package) = pull.sink.kept("work_package", one, package(one)) else { continue };
                links.extend(["author", "assignee", "responsible"].map(|name| linked(one, name)));
                packages.push(package);
            }
            let ids = packages.iter().map(|one| one.id.0);
            seen.extend(ids);
            let is_early = |one: &&WorkPackage| one.parent_id.is_some_and(|id| !seen.contains(&id.0));
            early.extend(packages.iter().filter(is_early).cloned());
            let people = pull.linked(links)?;
            let fresh = pull.sink.fresh(Batch::WorkPackages(packages.clone()))?;
            let fresh: Vec<WorkPackage> =
                packages.iter().filter(|one| fresh.contains(&one.id.0)).cloned().collect();
            let mut batches = vec![Batch::Users(people)];
            let (levels, circles) = levels(packages);
            batches.extend(levels.into_iter().chain([circles]).map(Batch::WorkPackages));
            for package in &fresh {
                pull.source.note(format!("work package {}", package.id));
                batches.extend(pull.activities(package)?);
            }
            pull.sink.store(batches, None)
        })?;
        if !may_read {
            self.sink.refuse("work_package", 0, "work packages may not be read");
        }
        // Those whose parents came after them.
        for chunk in early.chunks(usize::try_from(PAGE)?) {
            self.sink.complete(Batch::WorkPackages(chunk.to_vec()))?;
        }
        Ok(())
    }

    /// The activities of a work package, and the people who wrote them. Without them, its making is the only one.
    fn activities(&mut self, package: &WorkPackage) -> Result<[Batch; 2]> {
        let answer = self.source.get(&format!("/work_packages/{}/activities", package.id))?;
        let found = if answer.is_good() { elements(&answer.json) } else { &[] };
        let users = self.linked(found.iter().map(|one| linked(one, "user")).collect())?;
        let mut read: Vec<Activity> = found
            .iter()
            .filter_map(|one| self.sink.kept("work_package_activity", one, activity(one, package)))
            .collect();
        if read.is_empty() {
            read.push(package.making());
        }
        Ok([Batch::Users(users), Batch::Activities(read)])
    }
}

fn elements(json: &Value) -> &[Value] {
    json["_embedded"]["elements"].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn linked_id(object: &Value, name: &str) -> Option<i64> {
    Some(linked(object, name).0).filter(|id| *id > 0)
}

fn title(object: &Value, name: &str) -> String {
    text(&linked(object, name).1, "title").unwrap_or_default().to_lowercase()
}

fn raw(object: &Value, name: &str) -> Option<String> {
    text(member(object, name), "raw")
}

fn status(object: &Value) -> Result<Status, String> {
    Ok(Status {
        id: id_of(object)?,
        account_id: AccountId(0),
        name: text(object, "name").ok_or("it has no name")?,
        is_closed: flag(object, "isClosed"),
        color: text(object, "color").and_then(|text| statuses::color(&text)),
        is_default: false,
        is_readonly: flag(object, "isReadonly"),
        excluded_from_totals: flag(object, "excludedFromTotals"),
        default_done_ratio: member(object, "defaultDoneRatio").as_i64().unwrap_or_default(),
        position: member(object, "position").as_i64().unwrap_or(1).max(1),
    })
}

fn project(object: &Value, me: UserId) -> Result<Workspace, String> {
    let status = text(&linked(object, "status").1, "href").unwrap_or_default();
    let code = status.rsplit('/').next().unwrap_or_default();
    let name = text(object, "identifier").filter(|name| identifier::violations(name).is_empty());
    Ok(Workspace {
        id: WorkspaceId(id_of(object)?),
        title: text(object, "name").ok_or("it has no name")?,
        identifier: name,
        description: raw(object, "description"),
        archived: member(object, "active").as_bool() == Some(false),
        access_level: if flag(object, "public") { AccessLevel::Open } else { AccessLevel::Invitation },
        project_status: ProjectStatus::of_code(code),
        status_explanation: raw(object, "statusExplanation"),
        updated_at: time(object, "updatedAt")?,
        ..Workspace::blank(AccountId(0), me, time(object, "createdAt")?)
    })
}

/// Participations have no ids of their own here: project and person make one.
fn part(project: i64, user: i64, permission: Permission) -> Participation {
    let at = base::clock::Time(0);
    Participation {
        id: project.wrapping_shl(32).wrapping_add(user),
        account_id: AccountId(0),
        workspace_id: WorkspaceId(project),
        user_id: UserId(user),
        side: Side::Provider,
        permission,
        created_at: at,
        updated_at: at,
    }
}

fn package(object: &Value) -> Result<WorkPackage, String> {
    let needed = |name: &str| linked_id(object, name).ok_or_else(|| format!("it has no link `{name}`"));
    let (of_type, of_priority) = (title(object, "type"), title(object, "priority"));
    let of_type = TYPES.iter().find(|one| one.name.to_lowercase() == of_type);
    let of_priority = PRIORITIES.iter().find(|one| one.name.to_lowercase() == of_priority);
    let hours = |name: &str| text(object, name).and_then(|text| Hours::parse(&text));
    let date = day(object, "date")?;
    Ok(WorkPackage {
        id: WorkPackageId(id_of(object)?),
        account_id: AccountId(0),
        workspace_id: WorkspaceId(needed("project")?),
        type_id: of_type.map_or(TASK, |one| one.id),
        status_id: needed("status")?,
        priority_id: of_priority.map_or(NORMAL, |one| one.id),
        author_id: UserId(needed("author")?),
        assignee_id: linked_id(object, "assignee").map(UserId),
        responsible_id: linked_id(object, "responsible").map(UserId),
        parent_id: linked_id(object, "parent").map(WorkPackageId),
        subject: text(object, "subject").ok_or("it has no subject")?.trim().to_owned(),
        description: raw(object, "description"),
        start_date: day(object, "startDate")?.or(date),
        due_date: day(object, "dueDate")?.or(date),
        work: hours("estimatedTime"),
        remaining: hours("remainingTime"),
        percent: member(object, "percentageDone").as_i64(),
        lock_version: member(object, "lockVersion").as_i64().unwrap_or_default(),
        created_at: time(object, "createdAt")?,
        updated_at: time(object, "updatedAt")?,
    })
}

fn activity(object: &Value, package: &WorkPackage) -> Result<Activity, String> {
    let details = member(object, "details").as_array().map(Vec::as_slice).unwrap_or_default();
    Ok(Activity {
        id: id_of(object)?,
        version: member(object, "version").as_i64().ok_or("it has no `version`")?,
        user_id: linked_id(object, "user").map(UserId),
        comment: raw(object, "comment"),
        details: details.iter().filter_map(|one| detail(&text(one, "raw")?)).collect(),
        created_at: time(object, "createdAt")?,
        updated_at: time(object, "updatedAt")?,
        ..package.making()
    })
}

/// The change that a sentence tells, in its English form; `None` for others.
fn detail(sentence: &str) -> Option<Detail> {
    let description = Attribute::Description.label();
    if let Some(verb) = sentence.strip_prefix(description) {
        let is = |name: &str| verb.trim_start().starts_with(name);
        let (from, to) = (!is("set"), !is("deleted"));
        let one = |there: bool| there.then(String::new);
        return Some(Detail { label: description.into(), from: one(from), to: one(to) });
    }
    if let Some((label, values)) = sentence.split_once(" changed from ") {
        let (from, to) = values.split_once(" to ")?;
        return Some(Detail { label: label.into(), from: Some(from.into()), to: Some(to.into()) });
    }
    if let Some((label, to)) = sentence.split_once(" set to ") {
        return Some(Detail { label: label.into(), from: None, to: Some(to.into()) });
    }
    let (label, from) = sentence.split_once(" deleted (")?;
    Some(Detail { label: label.into(), from: Some(from.strip_suffix(')')?.into()), to: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_read_from_their_sentences() {
        let values = |from: Option<&str>, to: Option<&str>| (from.map(str::to_owned), to.map(str::to_owned));
        for (attribute, (from, to)) in [
            (Attribute::Status, values(Some("New"), Some("In progress"))),
            (Attribute::Assignee, values(None, Some("Ada Park"))),
            (Attribute::Work, values(Some("2.4"), None)),
            (Attribute::Description, values(None, Some(""))),
            (Attribute::Description, values(Some(""), Some(""))),
            (Attribute::Description, values(Some(""), None)),
        ] {
            let change = Detail::new(attribute, from, to);
            assert_eq!(detail(&change.sentence(str::to_owned)), Some(change));
        }
        assert_eq!(detail("The project was renamed"), None);
    }
}
