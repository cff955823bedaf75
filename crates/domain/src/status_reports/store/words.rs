//! Reports by the words of their texts.

use crate::auth::Caller;
use crate::error::Result;
use crate::ids::ReportId;
use crate::status_reports::Detail;
use crate::table::{Codec, Json};
use crate::workspaces::store::search_key;
use base::clock::Time;
use db::{Conn, List, Row};
use db::{bind, in_ids, sql, statements};

/// A search that more reports match looks for the words in one report after the other, latest first, and soon has enough.
const MOST_CANDIDATES: i64 = 2000;

/// The reports whose health the caller sees, latest first, with a condition. A select for each row instead of a join: so
/// PostgreSQL walks the index by id and stops at the limit, whatever it knows of the tables.
macro_rules! found {
    ($($condition:expr),+) => {
        sql!(
            "select r.id, (select w.title from workspaces w where w.account_id = r.account_id and w.id = r.workspace_id),
                r.created_at, r.description, r.details
                from status_reports r
                where r.account_id = :account_id and ",
            $($condition,)+
            "
                    and (select w.archived from workspaces w
                        where w.account_id = r.account_id and w.id = r.workspace_id) = false
                    and (:administrator or (select count(*) from participations p where p.account_id = r.account_id
                        and p.workspace_id = r.workspace_id and p.user_id = :user_id and p.side = 'provider') > 0)
                order by r.id desc limit :limit"
        )
    };
}

statements! {
    // Without a join, so that PostgreSQL begins with the index of the words, whatever it knows of the table.
    CANDIDATES = "select rowid from report_texts(cast(:words as text)) as f limit :limit";
    AMONG = found!(in_ids!("r.id", "ids"));
    OFTEN = found!("(select count(*) from report_texts(cast(:words as text)) as f where f.rowid = r.id) > 0");
}

/// A report that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its id.
    pub id: ReportId,
    /// The title of its workspace.
    pub title: String,
    /// When it was written.
    pub created_at: Time,
    /// Its text, and the comments on its categories.
    pub texts: Vec<String>,
}

/// At most `limit` reports whose texts have words that begin with all those of a search, the latest first; of workspaces
/// that are not archived and whose health the caller sees.
///
/// # Errors
/// [`crate::error::Error::TooMuch`] if the search is too long.
pub async fn search(conn: &mut Conn, caller: &Caller, text: &str, limit: i64) -> Result<Vec<Found>> {
    let Some(words) = conn.words_query(&search_key(text)?) else { return Ok(Vec::new()) };
    let found = |row: &Row<'_>| {
        let details: Vec<Detail> = <Json as Codec<Vec<Detail>>>::read(row, 4)?;
        let comments = details.into_iter().filter_map(|detail| detail.description);
        let texts = std::iter::once(row.get(3)?).chain(comments).collect();
        Ok(Found { id: row.get(0)?, title: row.get(1)?, created_at: row.get(2)?, texts })
    };
    let (account_id, user_id, administrator) = (caller.account_id, caller.user_id, caller.administrator);
    let found = match matching(conn, &words).await? {
        Some(ids) => {
            conn.all(&bind![AMONG; account_id, administrator, user_id, ids: &ids, limit], found).await?
        }
        None => {
            conn.all(&bind![OFTEN; account_id, administrator, user_id, words: &words, limit], found).await?
        }
    };
    Ok(found)
}

/// The reports of all accounts that match a query; `None` if there are too many.
async fn matching(conn: &mut Conn, words: &str) -> db::Result<Option<List<ReportId>>> {
    let query = bind![CANDIDATES; words, limit: MOST_CANDIDATES + 1];
    let ids: Vec<ReportId> = conn.all(&query, |row| row.get(0)).await?;
    Ok(i64::try_from(ids.len()).is_ok_and(|count| count <= MOST_CANDIDATES).then(|| ids.into()))
}

/// The reports of all accounts that can have a text, in lower case, within one of their texts: those with words that begin
/// with the words after the first one, which may be the end of a word. `None` if this does not narrow the search, or not
/// much. Beyond ASCII the engines fold letters in other ways than a comparison of texts.
pub async fn candidates(conn: &mut Conn, text: &str) -> db::Result<Option<List<ReportId>>> {
    let rest = text.trim_start_matches(char::is_alphanumeric);
    match conn.words_query(rest).filter(|_| text.is_ascii()) {
        Some(words) => matching(conn, &words).await,
        None => Ok(None),
    }
}
