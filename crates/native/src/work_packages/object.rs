//! Work packages as this surface shows them.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::users::{Person, person};
use base::clock::{Date, Time};
use db::{Conn, List};
use domain::auth::Caller;
use domain::error::{Error, Result};
use domain::ids::{AccountId, UserId, WorkPackageId};
use domain::statuses::Status;
use domain::users::User;
use domain::versions::past::Past;
use domain::work_packages::WorkPackage;
use domain::work_packages::constants::{priority_of, type_of};
use domain::work_packages::hours::Hours;
use domain::work_packages::store;
use domain::work_packages::store::history;
use domain::work_packages::store::tree::{Derived, trees};
use domain::{statuses, users};
use service::tag::Validator;

/// A work package. Work is in hours with two decimals.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WorkPackage")]
pub struct WorkPackageObject {
    pub id: i64,
    pub workspace_id: i64,
    pub r#type: Named,
    pub status: StatusObject,
    pub priority: Named,
    pub subject: String,
    pub description: Option<String>,
    pub author: Option<Person>,
    pub assignee: Option<Person>,
    pub responsible: Option<Person>,
    pub parent_id: Option<i64>,
    pub start_date: Option<Date>,
    pub due_date: Option<Date>,
    pub work_hours: Option<f64>,
    pub remaining_hours: Option<f64>,
    pub percent_done: Option<i64>,
    /// What follows from everything below it, and from itself; null if nothing is below it.
    pub totals: Option<Totals>,
    pub created_at: Time,
    pub updated_at: Time,
    pub version: i64,
}

/// A type or a priority.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "NamedNumber")]
pub struct Named {
    pub id: i64,
    pub name: String,
}

/// The status of a work package.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "StatusOfWorkPackage")]
pub struct StatusObject {
    pub id: i64,
    pub name: String,
    pub is_closed: bool,
    pub is_readonly: bool,
}

/// The sums over a work package and everything below it, but for statuses that totals leave out.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WorkPackageTotals")]
pub struct Totals {
    pub start_date: Option<String>,
    pub due_date: Option<String>,
    pub work_hours: Option<f64>,
    pub remaining_hours: Option<f64>,
    pub percent_done: Option<i64>,
}

/// The records that work packages refer to.
pub struct Loaded {
    statuses: Vec<Status>,
    /// By id.
    people: Vec<User>,
    derived: HashMap<WorkPackageId, Derived>,
}

/// A work package with the state that a condition compares.
pub struct Shown {
    /// The work package.
    pub object: WorkPackageObject,
    /// Its state.
    pub state: Validator,
}

impl Loaded {
    /// Reads what some work packages refer to, and some more people; in the past, as it was.
    pub async fn of(
        conn: &mut Conn,
        account_id: AccountId,
        packages: &[WorkPackage],
        more: impl Iterator<Item = UserId>,
        past: Option<Past>,
    ) -> Result<Self> {
        let statuses = match past {
            None => statuses::store::list(conn, account_id).await?,
            Some(past) => statuses::store::of_packages_in_past(conn, account_id, past).await?,
        };
        let people = packages
            .iter()
            .flat_map(|one| [Some(one.author_id), one.assignee_id, one.responsible_id].into_iter().flatten());
        let people: List<UserId> = people.chain(more).collect();
        let people = users::store::of_account(conn, account_id, &people).await?;
        let excluded: Vec<i64> =
            statuses.iter().filter(|status| status.excluded_from_totals).map(|status| status.id).collect();
        let derived = match past {
            None => trees(conn, account_id, packages, &excluded).await?.derived,
            Some(past) => store::past::derived(conn, account_id, packages, &excluded, past).await?,
        };
        Ok(Self { statuses, people, derived })
    }

    /// A person of these work packages.
    pub fn person(&self, id: Option<UserId>) -> Option<Person> {
        person(&self.people, id?)
    }

    /// The object of a work package; `totals` are those of the point of view.
    pub fn object(&self, package: &WorkPackage, version: i64, with_totals: bool) -> WorkPackageObject {
        let status = self.statuses.iter().find(|status| status.id == package.status_id);
        let totals = self.derived.get(&package.id).filter(|_| with_totals);
        WorkPackageObject {
            id: package.id.0,
            workspace_id: package.workspace_id.0,
            r#type: Named {
                id: package.type_id,
                name: type_of(package.type_id).map_or_else(String::new, |one| one.name.to_owned()),
            },
            status: StatusObject {
                id: package.status_id,
                name: status.map_or_else(String::new, |status| status.name.clone()),
                is_closed: status.is_some_and(|status| status.is_closed),
                is_readonly: status.is_some_and(|status| status.is_readonly),
            },
            priority: Named {
                id: package.priority_id,
                name: priority_of(package.priority_id).map_or_else(String::new, |one| one.name.to_owned()),
            },
            subject: package.subject.clone(),
            description: package.description.clone(),
            author: self.person(Some(package.author_id)),
            assignee: self.person(package.assignee_id),
            responsible: self.person(package.responsible_id),
            parent_id: package.parent_id.map(|id| id.0),
            start_date: package.start_date,
            due_date: package.due_date,
            work_hours: package.work.map(number),
            remaining_hours: package.remaining.map(number),
            percent_done: package.percent,
            totals: totals.map(totals_of),
            created_at: package.created_at,
            updated_at: package.updated_at,
            version,
        }
    }
}

fn totals_of(derived: &Derived) -> Totals {
    Totals {
        start_date: derived.start_date.clone(),
        due_date: derived.due_date.clone(),
        work_hours: derived.work.map(number),
        remaining_hours: derived.remaining.map(number),
        percent_done: derived.percent(),
    }
}

/// A number of hours.
fn number(hours: Hours) -> f64 {
    hours.decimal().parse().unwrap_or_default()
}

/// The objects of some work packages; in the past, with what they referred to then.
pub async fn objects(
    conn: &mut Conn,
    account_id: AccountId,
    packages: &[WorkPackage],
    past: Option<Past>,
) -> Result<Vec<WorkPackageObject>> {
    let loaded = Loaded::of(conn, account_id, packages, std::iter::empty(), past).await?;
    let ids: List<WorkPackageId> = packages.iter().map(|package| package.id).collect();
    let versions = history::last(conn, account_id, &ids, past).await?;
    let version = |package: &WorkPackage| versions.get(&package.id).copied().unwrap_or(1);
    Ok(packages.iter().map(|package| loaded.object(package, version(package), true)).collect())
}

/// A work package of the caller's account.
pub async fn shown(conn: &mut Conn, caller: &Caller, package: &WorkPackage) -> Result<Shown> {
    shown_then(conn, caller, package, None).await
}

/// A work package of the caller's account, with what it referred to in the past.
pub async fn shown_then(
    conn: &mut Conn,
    caller: &Caller,
    package: &WorkPackage,
    past: Option<Past>,
) -> Result<Shown> {
    let mut objects = objects(conn, caller.account_id, std::slice::from_ref(package), past).await?;
    let object = objects.pop().ok_or(Error::NotFound)?;
    Ok(Shown { object, state: Validator::of(package) })
}
