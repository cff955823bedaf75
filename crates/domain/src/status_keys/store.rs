//! The SQL of status keys: the keys in use.

use crate::auth::Caller;
use db::Conn;
use db::{bind, statements};

statements! {
    // The client side does not see the status of a workspace, so its workspaces are not counted.
    IN_USE = "select w.status_key, cast(sum(case when w.archived then 0 else 1 end) as bigint),
            cast(sum(case when w.archived then 1 else 0 end) as bigint)
        from workspaces w
        left join participations me
            on me.account_id = w.account_id and me.workspace_id = w.id and me.user_id = :user_id
        where w.account_id = :account_id and (:administrator or me.side = 'provider')
        group by w.status_key order by w.status_key";
}

/// The numbers of workspaces with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Use {
    /// The key.
    pub key: i64,
    /// Of workspaces that are not archived.
    pub active: i64,
    /// Of those that are.
    pub archived: i64,
}

/// The keys of the workspaces whose status the caller sees, by key.
pub async fn in_use(conn: &mut Conn, caller: &Caller) -> db::Result<Vec<Use>> {
    conn.all(&bind![IN_USE; caller.account_id, caller.user_id, caller.administrator], |row| {
        Ok(Use { key: row.get(0)?, active: row.get(1)?, archived: row.get(2)? })
    })
    .await
}
