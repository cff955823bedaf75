//! The SQL of pinned views.

use super::{MOST, TOO_MANY, ViewPins};
use crate::auth::Caller;
use crate::error::{Error, Result, Violation};
use crate::events;
use crate::events::Change;
use crate::table::{Codec, Json, Table, record};
use crate::views;
use crate::views::View;
use db::Conn;
use db::{bind, statements};

record! {
    ViewPins in view_pins { id, account_id, user_id, views as Json, created_at, updated_at }
}

statements! {
    OF_USER = "select ", ViewPins::COLUMNS, " from view_pins where account_id = :account_id and user_id = :user_id";
    UPDATE = "update view_pins set views = :views, updated_at = :updated_at where account_id = :account_id and id = :id";
}

async fn find(conn: &mut Conn, caller: &Caller) -> db::Result<Option<ViewPins>> {
    conn.first(&bind![OF_USER; caller.account_id, caller.user_id], ViewPins::read).await
}

/// The ids of the views that the caller pinned, in their order; the caller may no longer see some of them.
pub async fn of_caller(conn: &mut Conn, caller: &Caller) -> db::Result<Vec<i64>> {
    Ok(find(conn, caller).await?.map(|pins| pins.views).unwrap_or_default())
}

/// Pins a view that the caller sees, as the last one, or takes the pin away; what holds already changes nothing.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Invalid`]
pub async fn set(conn: &mut Conn, caller: &Caller, change: &Change, id: i64, is_pinned: bool) -> Result<()> {
    let seen = views::store::list(conn, caller).await?;
    let is_seen = |id: i64| seen.iter().any(|(view, _): &(View, i64)| view.id == id);
    if !is_seen(id) {
        return Err(Error::NotFound);
    }
    let before = find(conn, caller).await?;
    let pinned = before.as_ref().map_or(&[][..], |pins| &pins.views);
    if pinned.contains(&id) == is_pinned {
        return Ok(());
    }
    // Those that are gone make room.
    let mut views: Vec<i64> = pinned.iter().copied().filter(|own| *own != id && is_seen(*own)).collect();
    if is_pinned {
        views.push(id);
    }
    if views.len() > MOST {
        return Err(Error::Invalid(vec![Violation::new("base", TOO_MANY)]));
    }
    let Some(before) = before else {
        let new = ViewPins {
            id: 0,
            account_id: caller.account_id,
            user_id: caller.user_id,
            views,
            created_at: change.at,
            updated_at: change.at,
        };
        return events::store::create(conn, change, new).await.map(drop);
    };
    let after = ViewPins { views, updated_at: change.at, ..before.clone() };
    let query = bind![UPDATE;
        after.account_id,
        after.id,
        views: <Json as Codec<Vec<i64>>>::value(&after.views),
        after.updated_at,
    ];
    conn.run(&query).await?;
    events::store::updated(conn, change, &before, &after).await
}
