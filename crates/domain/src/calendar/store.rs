//! The SQL of working calendars.

use super::{Calendar, Draft};
use crate::auth::Caller;
use crate::error::{Error, Result};
use crate::events;
use crate::events::Change;
use crate::ids::AccountId;
use crate::table::{Codec, Json, Table, record};
use db::Conn;
use db::{bind, statements};

record! {
    Calendar in calendars { id, account_id, time_zone, working_days as Json, opens, closes, holidays as Json }
}

statements! {
    OF_ACCOUNT = "select ", Calendar::COLUMNS, " from calendars where account_id = :account_id";
    UPDATE = "update calendars set time_zone = :time_zone, working_days = :working_days, opens = :opens, closes = :closes,
            holidays = :holidays
        where account_id = :account_id and id = :id";
}

/// The calendar of an account; the usual one if it has none.
pub async fn of_account(conn: &mut Conn, account_id: AccountId) -> db::Result<Calendar> {
    let found = conn.first(&bind![OF_ACCOUNT; account_id], Calendar::read).await?;
    Ok(found.unwrap_or_else(|| Calendar::usual(account_id)))
}

/// Sets the calendar of the caller's account; for administrators. Absent members keep their values if `keeps`, and get those
/// of the usual calendar otherwise.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Invalid`]
pub async fn set(
    conn: &mut Conn,
    caller: &Caller,
    change: &Change,
    draft: &Draft,
    keeps: bool,
) -> Result<Calendar> {
    caller.require_administrator()?;
    let before = of_account(conn, caller.account_id).await?;
    let usual = Calendar { id: before.id, ..Calendar::usual(caller.account_id) };
    let after = draft.apply(if keeps { &before } else { &usual }).map_err(Error::Invalid)?;
    if before.id == 0 {
        return events::store::create(conn, change, after).await;
    }
    if after != before {
        let query = bind![UPDATE;
            after.account_id,
            after.id,
            after.time_zone,
            working_days: Json::value(&after.working_days),
            after.opens,
            after.closes,
            holidays: Json::value(&after.holidays),
        ];
        conn.run(&query).await?;
        events::store::updated(conn, change, &before, &after).await?;
    }
    Ok(after)
}
