//! Work packages in pages that follow a position.

use serde::{Deserialize, Serialize};

use super::filter::{Filter, Lists};
use super::list::{KEPT, LISTED, bind_filter};
use crate::auth::Caller;
use crate::error::Result;
use crate::ids::WorkPackageId;
use crate::span::Span;
use crate::statuses;
use crate::table::Table;
use crate::versions::past::{Past, in_past};
use crate::work_packages::WorkPackage;
use base::clock::Time;
use db::{Conn, List};
use db::{in_ids, sql, statements};

/// The conditions on a state `w` of a work package in the past. Statuses were closed then, not now.
const KEPT_THEN: &str = sql!(
    " and not w.deleted and (cast(:is_closed as boolean) is null or (",
    in_ids!("w.status_id", "closed"),
    ") = :is_closed)",
    KEPT
);

/// The work packages as they were, that the caller sees and that the filter keeps: an index of the states in the order of the page
/// leads.
macro_rules! states_then {
    ($bound:literal) => {
        sql!(
            " from work_package_states w cross join workspaces p
            where w.account_id = :account_id and w.effective <= :as_of",
            $bound,
            KEPT_THEN,
            " and w.sequence = ",
            in_past!("o.sequence" of "work_package" "w.id" in "w.account_id")
        )
    };
}

/// A page in one order.
macro_rules! page {
    ($listed:expr, $key:literal, $type:literal, $compared:literal, $order:literal) => {
        sql!(
            "select ",
            WorkPackage::COLUMNS,
            $listed,
            " and (",
            $key,
            ", w.id) ",
            $compared,
            " (cast(:key as ",
            $type,
            "), cast(:id as bigint)) order by ",
            $key,
            $order,
            ", w.id",
            $order,
            " limit :limit"
        )
    };
}

statements! {
    NEWEST = page!(LISTED, "w.created_at", "bigint", "<", " desc");
    OLDEST = page!(LISTED, "w.created_at", "bigint", ">", "");
    CHANGED = page!(LISTED, "w.updated_at", "bigint", "<", " desc");
    // A work package without a last day comes after those with one.
    DUE = page!(LISTED, "coalesce(w.due_date, '9999-12-32')", "text", ">", "");
    NEWEST_THEN = page!(states_then!(" and w.created_at <= :as_of"), "w.created_at", "bigint", "<", " desc");
    OLDEST_THEN = page!(states_then!(" and w.created_at <= :as_of"), "w.created_at", "bigint", ">", "");
    CHANGED_THEN = page!(states_then!(""), "w.updated_at", "bigint", "<", " desc");
    DUE_THEN = page!(states_then!(""), "coalesce(w.due_date, '9999-12-32')", "text", ">", "");
}

/// What [`DUE`] puts in the place of no last day.
const NEVER: &str = "9999-12-32";

/// The order of a list; ties go by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// The last one created first.
    Newest,
    /// The first one created first.
    Oldest,
    /// The last one changed first.
    Changed,
    /// The first one due first.
    Due,
}

/// The position of a work package in an order, for cursors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// The order.
    pub order: Order,
    /// The instant, if the order goes by one.
    pub at: Time,
    /// The last day, if the order goes by it.
    pub day: String,
    /// The work package.
    pub id: WorkPackageId,
}

impl Place {
    /// Before the first work package.
    const fn first(order: Order) -> Self {
        let (at, id) = match order {
            Order::Newest | Order::Changed => (Time::MAX, WorkPackageId(i64::MAX)),
            Order::Oldest | Order::Due => (Time::MIN, WorkPackageId(i64::MIN)),
        };
        Self { order, at, day: String::new(), id }
    }

    /// The position of a work package.
    pub fn of(order: Order, package: &WorkPackage) -> Self {
        let at = if order == Order::Changed { package.updated_at } else { package.created_at };
        let day = match (order, package.due_date) {
            (Order::Due, Some(day)) => day.to_string(),
            (Order::Due, None) => NEVER.to_owned(),
            _ => String::new(),
        };
        Self { order, at, day, id: package.id }
    }
}

/// At most `limit` work packages that the caller sees, after a position or from the start; in the past, as they were.
pub async fn page(
    conn: &mut Conn,
    caller: &Caller,
    filter: &Filter,
    order: Order,
    after: Option<Place>,
    limit: i64,
    past: Option<Past>,
) -> Result<Vec<WorkPackage>> {
    if filter.is_impossible {
        return Ok(Vec::new());
    }
    if let Some(past) = past {
        return page_then(conn, caller, filter, (order, after), limit, past).await;
    }
    let lists = Lists::of(filter);
    let Place { at, day, id, .. } = after.unwrap_or(Place::first(order));
    macro_rules! query {
        ($page:ident, $key:expr) => {{
            let query = bind_filter!([$page], caller, filter, lists; key: $key, id, limit);
            conn.all(&query, WorkPackage::read).await?
        }};
    }
    Ok(match order {
        Order::Newest => query!(NEWEST, at),
        Order::Oldest => query!(OLDEST, at),
        Order::Changed => query!(CHANGED, at),
        Order::Due => query!(DUE, &day),
    })
}

/// [`page`] in the past.
async fn page_then(
    conn: &mut Conn,
    caller: &Caller,
    filter: &Filter,
    (order, after): (Order, Option<Place>),
    limit: i64,
    past: Past,
) -> Result<Vec<WorkPackage>> {
    let statuses = statuses::store::of_packages_in_past(conn, caller.account_id, past).await?;
    let closed = statuses.iter().filter(|status| status.is_closed).map(|status| status.id);
    let closed: List<i64> = closed.collect();
    let filter = &Filter { commented: Span::new(Time::MIN, past.end()), ..filter.clone() };
    let lists = Lists::of(filter);
    let Place { at, day, id, .. } = after.unwrap_or(Place::first(order));
    macro_rules! query {
        ($page:ident, $key:expr) => {{
            let query = bind_filter!([$page], caller, filter, lists;
                closed: &closed, past.as_of, past.known_at, key: $key, id, limit);
            conn.all(&query, WorkPackage::read).await?
        }};
    }
    Ok(match order {
        Order::Newest => query!(NEWEST_THEN, at),
        Order::Oldest => query!(OLDEST_THEN, at),
        Order::Changed => query!(CHANGED_THEN, at),
        Order::Due => query!(DUE_THEN, &day),
    })
}
