//! The SQL of the portfolio; the number of statements does not depend on the size of a page.

use serde::{Deserialize, Serialize};

use super::Mark;
use base::clock::Time;

use crate::auth::Caller;
use crate::error::Result;
use crate::span::Span;
use crate::status_reports::Color;
use crate::workspaces::store::search_key;
use db::{Conn, Error as StoreError, Row};
use db::{statements, values};

/// The reports of `$2`, a JSON list of workspaces, of which each is its workspace's last before `$3`.
macro_rules! last_of {
    ($workspace:literal, $before:literal) => {
        concat!(
            "select l.id from status_reports l
                where l.account_id = $1 and l.workspace_id = ",
            $workspace,
            " and l.created_at < ",
            $before,
            " order by l.created_at desc, l.id desc limit 1"
        )
    };
}

statements! {
    // `$7`: 0 by title, 1 by last change, 2 by health; `rank` comes before the title.
    PAGE = concat!("select p.id, p.rank, p.title_key from (
            select w.id, w.title_key,
                case cast($7 as bigint)
                    when 1 then -w.updated_at
                    when 2 then coalesce((select case h.color when 'red' then 0 when 'yellow' then 1 else 2 end
                        from status_reports h where h.account_id = $1 and h.id = (", last_of!("w.id", "$8"), ")), 3)
                    else 0 end as rank
            from workspaces w
            left join participations me
                on me.account_id = w.account_id and me.workspace_id = w.id and me.user_id = $2
            where w.account_id = $1 and ($3 or me.side = 'provider') and ($4 or not w.archived)
                and (cast($5 as text) is null
                    or w.status_key in (select cast(value as bigint) from json_each(cast($5 as text))))
                and (cast($6 as text) is null or instr(w.search_text, $6) > 0)) as p
        where not $9 or (p.rank, p.title_key, p.id) > (cast($10 as bigint), cast($11 as text), cast($12 as bigint))
        order by p.rank, p.title_key, p.id limit $13");
    MARKS = "select r.workspace_id, r.id, r.color, r.created_at from status_reports r
        where r.account_id = $1 and r.workspace_id in (select cast(value as bigint) from json_each(cast($2 as text)))
            and r.created_at >= $3 and r.created_at < $4
        order by r.workspace_id, r.created_at, r.id";
    // `cross join` keeps SQLite from going through all reports for each workspace.
    LAST = concat!("select r.workspace_id, r.id, r.color, r.created_at
        from json_each(cast($2 as text)) as asked cross join status_reports r
        where r.account_id = $1 and r.id = (", last_of!("cast(asked.value as bigint)", "$3"), ")");
}

/// The filter of the portfolio.
#[derive(Clone, Debug)]
pub struct Filter {
    /// Include archived workspaces.
    pub archived: bool,
    /// A JSON list of status keys.
    pub status_keys: Option<String>,
    /// Words in title or description, ignoring case.
    pub search: Option<String>,
}

/// The order of the portfolio; ties go by title and id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// The title, ignoring case.
    Title,
    /// The last change, latest first.
    UpdatedAt,
    /// The last report: red, yellow, green, none.
    Health,
}

/// The position of a workspace in the order, for cursors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "what the order compares")]
pub struct Place {
    pub sort: Sort,
    pub rank: i64,
    pub title: String,
    pub id: i64,
}

fn mark(row: &Row<'_>) -> db::Result<Mark> {
    let color = Color::named(row.text(2)?).ok_or_else(|| StoreError::Other("an unknown color".into()))?;
    Ok(Mark { workspace_id: row.get(0)?, id: row.get(1)?, color, created_at: Time(row.get(3)?) })
}

/// The positions of at most `limit` workspaces whose health the caller sees, after a position or from the start.
pub async fn page(
    conn: &mut Conn,
    caller: &Caller,
    filter: &Filter,
    sort: Sort,
    after: Option<&Place>,
    limit: i64,
) -> Result<Vec<Place>> {
    let search = filter.search.as_deref().map(search_key).transpose()?;
    let number = match sort {
        Sort::Title => 0_i64,
        Sort::UpdatedAt => 1,
        Sort::Health => 2,
    };
    let values = values![
        caller.account_id,
        caller.user_id,
        caller.administrator,
        filter.archived,
        filter.status_keys.as_deref(),
        search.as_deref(),
        number,
        Time::MAX.0,
        after.is_some(),
        after.map(|place| place.rank),
        after.map(|place| place.title.as_str()),
        after.map(|place| place.id),
        limit
    ];
    Ok(conn
        .all(PAGE, &values, |row| Ok(Place { sort, id: row.get(0)?, rank: row.get(1)?, title: row.get(2)? }))
        .await?)
}

/// The reports of some workspaces in a span of time, by workspace and time; `ids` is a JSON list.
pub async fn marks(conn: &mut Conn, account_id: i64, ids: &str, span: Span) -> db::Result<Vec<Mark>> {
    conn.all(MARKS, &values![account_id, ids, span.start.0, span.end.0], mark).await
}

/// The last report of each of some workspaces before an instant; `ids` is a JSON list.
pub async fn last(conn: &mut Conn, account_id: i64, ids: &str, before: Time) -> db::Result<Vec<Mark>> {
    conn.all(LAST, &values![account_id, ids, before.0], mark).await
}
