//! The SQL of the choices.

pub mod inbox;
pub mod reminders;

use std::collections::BTreeMap;

use super::{Kind, NotificationSettings};
use crate::auth::Caller;
use crate::error::Result;
use crate::events;
use crate::events::Change;
use crate::table::{Codec, Json, Table, record};
use db::Conn;
use db::{bind, statements};

db::named_column! { Kind: named, name; }

record! {
    NotificationSettings in notification_settings as s { id, account_id, user_id, email as Json, updated_at }
}

/// The condition that a person `u` gets mails of a kind. `by_default`, `refused` and `wanted` are of [`Kind`].
pub const CHOICE: &str = "case when :by_default then
            coalesce(instr((select s.email from notification_settings s
                where s.account_id = u.account_id and s.user_id = u.id), :refused), 0) = 0
        else coalesce(instr((select s.email from notification_settings s
                where s.account_id = u.account_id and s.user_id = u.id), :wanted), 0) > 0 end";

statements! {
    OF_USER = "select ", NotificationSettings::COLUMNS, " from notification_settings s
        where s.account_id = :account_id and s.user_id = :user_id";
    UPDATE = "update notification_settings set email = :email, updated_at = :updated_at
        where account_id = :account_id and id = :id";
}

/// What the caller chose, or what holds without a choice.
pub async fn of_caller(conn: &mut Conn, caller: &Caller) -> db::Result<NotificationSettings> {
    let query = bind![OF_USER; caller.account_id, caller.user_id];
    let found = conn.first(&query, NotificationSettings::read).await?;
    Ok(found.unwrap_or(NotificationSettings::blank(caller.account_id, caller.user_id)))
}

/// Chooses for the caller which kinds come by e-mail. Other kinds keep what was chosen, or go back to their default.
pub async fn set(
    conn: &mut Conn,
    caller: &Caller,
    change: &Change,
    email: &BTreeMap<Kind, bool>,
    keeps: bool,
) -> Result<NotificationSettings> {
    let before = of_caller(conn, caller).await?;
    let mut after = NotificationSettings { updated_at: change.at, ..before.clone() };
    if !keeps {
        after.email.clear();
    }
    after.email.extend(email.iter().map(|(kind, is_mailed)| (*kind, *is_mailed)));
    if after.email == before.email {
        return Ok(before);
    }
    if before.id == 0 {
        return events::store::create(conn, change, after).await;
    }
    let query = bind![UPDATE; after.account_id, after.id, email: Json::value(&after.email), after.updated_at];
    conn.run(&query).await?;
    events::store::updated(conn, change, &before, &after).await?;
    Ok(after)
}
