//! The inbox: who is told of what, in the transaction of its cause, and reading it. Nobody is told of what they did themselves or
//! may not see; what they may not see any more is hidden. An import tells nobody, because it writes no records through the stores
//! that call this.

use crate::auth::Caller;
use crate::events::Change;
use crate::ids::{AccountId, ReportId, UserId, WorkspaceId};
use crate::mails;
use crate::mails::MOST_PENDING;
use crate::mails::store::HAS_ROOM;
use crate::notifications::Kind;
use crate::notifications::store::CHOICE;
use base::clock::Time;
use db::{Conn, List, Row};
use db::{bind, in_ids, sql, statements};

/// The unread items that are counted; more are shown as that many.
pub const MOST_COUNTED: i64 = 1_000;

/// The people who see the health of a workspace, `w` is what they said about watching it, and `p` their part in it.
const READERS: &str = sql!(
    "from (select user_id from participations where account_id = :account_id and workspace_id = :workspace_id
            union select user_id from watches where account_id = :account_id and workspace_id = :workspace_id
            union select id from users where account_id = :account_id and ",
    in_ids!("id", "also"),
    ") as asked
        join users u on u.account_id = :account_id and u.id = asked.user_id and u.active
        left join participations p
            on p.account_id = u.account_id and p.workspace_id = :workspace_id and p.user_id = u.id
        left join watches w on w.account_id = u.account_id and w.workspace_id = :workspace_id and w.user_id = u.id
    where (u.administrator or p.side = 'provider') and (cast(:by_id as bigint) is null or u.id <> cast(:by_id as bigint))"
);

/// An item that the caller may see: its workspace shows its health to them, and its report is there.
const SEEN: &str = "i.account_id = :account_id and i.user_id = :user_id
    and (:administrator or exists (select 1 from participations p where p.account_id = i.account_id
        and p.workspace_id = i.workspace_id and p.user_id = i.user_id and p.side = 'provider'))
    and (i.report_id is null or exists (select 1 from status_reports r
        where r.account_id = i.account_id and r.id = i.report_id))";

/// Those of them who are told.
const TOLD: &str = sql!(
    READERS,
    " and (",
    in_ids!("u.id", "also"),
    " or (:watchers and coalesce(w.is_watching, p.side = 'provider'))) and not (",
    in_ids!("u.id", "but"),
    ")"
);

/// What watchers are told, `n`, of as many causes as a transaction has.
const NEWS: &str = "with n (account_id, kind, at, workspace_id, report_id, comment_id, by_id, text, after) as (
    values (cast(:account_id as bigint), cast(:kind as text), cast(:at as bigint), cast(:workspace_id as bigint),
        cast(:report_id as bigint), cast(:comment_id as bigint), cast(:by_id as bigint), cast(:text as text),
        cast(:after as text))) ";

/// Those who are told if watchers alone are: people of the provider who do not refuse, and other administrators who watch.
const WATCHERS: &str = "from (select n.*, p.user_id from n cross join participations p
            left join watches w on w.account_id = p.account_id and w.workspace_id = p.workspace_id and w.user_id = p.user_id
            where p.account_id = n.account_id and p.workspace_id = n.workspace_id and p.side = 'provider'
                and coalesce(w.is_watching, true)
        union select n.*, w.user_id from n cross join watches w cross join users a
            where w.account_id = n.account_id and w.workspace_id = n.workspace_id and w.is_watching
                and a.account_id = w.account_id and a.id = w.user_id and a.administrator) as told
        join users u on u.account_id = told.account_id and u.id = told.user_id and u.active
    where (told.by_id is null or u.id <> told.by_id)
        and (told.after is null or instr(told.after, (select r.color from status_reports r
            where r.account_id = told.account_id and r.workspace_id = told.workspace_id
                and (r.created_at, r.id) < (told.at, told.report_id)
            order by r.created_at desc, r.id desc limit 1)) > 0)";

/// The order of their ids: that of the causes.
const BY_CAUSE: &str = " order by told.at, told.report_id, told.kind desc, u.id";

const TELL_ITEM: &str = "insert into inbox_items (account_id, user_id, kind, at, workspace_id, report_id, comment_id, by_id, text) ";

const QUEUE_MAIL: &str =
    "insert into mails (account_id, user_id, kind, at, workspace_id, report_id, comment_id, by_id, text,
        next_attempt_at) ";

const GIVEN: &str =
    "select u.account_id, u.id, cast(:kind as text), cast(:at as bigint), cast(:workspace_id as bigint),
    cast(:report_id as bigint), cast(:comment_id as bigint), cast(:by_id as bigint), cast(:text as text)";

const NEW: &str =
    "select u.account_id, u.id, told.kind, told.at, told.workspace_id, told.report_id, told.comment_id,
    told.by_id, told.text";

statements! {
    TELL = TELL_ITEM, GIVEN, " ", TOLD, " order by u.id";
    TELL_WATCHERS = NEWS, TELL_ITEM, NEW, " ", WATCHERS, BY_CAUSE;
    MAIL = QUEUE_MAIL, GIVEN, ", cast(:at as bigint) ", TOLD, " and ", CHOICE, " and ", HAS_ROOM, " order by u.id";
    MAIL_WATCHERS = NEWS, QUEUE_MAIL, NEW, ", told.at ", WATCHERS, " and ", CHOICE, " and ", HAS_ROOM, BY_CAUSE;
    FORGET = "delete from inbox_items where account_id = :account_id and comment_id = :comment_id";
    PAGE = "select i.id, i.kind, i.at, i.is_read, i.workspace_id, w.title, i.report_id, i.comment_id, i.by_id, i.text
        from inbox_items i
        join workspaces w on w.account_id = i.account_id and w.id = i.workspace_id
        where ", SEEN, " and i.id < :before and (not :unread or not i.is_read)
        order by i.id desc limit :limit";
    UNREAD = "select count(*) from (select i.id from inbox_items i
        where ", SEEN, " and not i.is_read limit :limit) as unread";
    READ = "update inbox_items set is_read = true
        where account_id = :account_id and user_id = :user_id and id <= :until and not is_read";
}

/// What happened.
#[derive(Clone, Debug)]
pub struct News<'n> {
    /// The kind.
    pub kind: Kind,
    /// Where.
    pub workspace_id: WorkspaceId,
    /// The report that it is about.
    pub report_id: Option<ReportId>,
    /// The comment that it is about.
    pub comment_id: Option<i64>,
    /// One line about it.
    pub text: &'n str,
}

/// To whom it is told, of those who see the health of the workspace and did not do it.
#[derive(Clone, Debug, Default)]
pub struct Audience {
    /// Who watches the workspace.
    pub watchers: bool,
    /// If given, only watchers are told, and only if the workspace's report before this one has one of these colors.
    pub after: Option<String>,
    /// These, whether they watch or not.
    pub also: Vec<UserId>,
    /// Not these.
    pub but: Vec<UserId>,
}

/// An item of an inbox.
#[derive(Clone, Debug)]
pub struct Item {
    /// Unique in the store; they grow.
    pub id: i64,
    /// The kind.
    pub kind: Kind,
    /// When it happened.
    pub at: Time,
    /// Whether the person has read it.
    pub is_read: bool,
    /// Where.
    pub workspace_id: WorkspaceId,
    /// The title of the workspace.
    pub title: String,
    /// The report that it is about.
    pub report_id: Option<ReportId>,
    /// The comment that it is about.
    pub comment_id: Option<i64>,
    /// Who did it; nobody for what the time brings.
    pub by_id: Option<UserId>,
    /// One line about it.
    pub text: String,
}

/// Tells people, and queues mails for those who want them. It runs in the transaction of the cause.
pub async fn tell(conn: &mut Conn, change: &Change, news: &News<'_>, audience: &Audience) -> db::Result<()> {
    let ids = |ids: &[UserId]| -> List<UserId> { ids.iter().copied().collect() };
    let (also, but) = (ids(&audience.also), ids(&audience.but));
    let is_for_watchers = audience.watchers && also.is_empty() && but.is_empty();
    macro_rules! of_watchers {
        ($statement:ident; $($more:tt)*) => {
            bind![$statement; change.account_id, news.kind, change.at, news.workspace_id, news.report_id, news.comment_id,
                by_id: change.actor_id, news.text, audience.after, $($more)*]
        };
    }
    macro_rules! of_all {
        ($statement:ident; $($more:tt)*) => {
            bind![$statement; change.account_id, news.kind, change.at, news.workspace_id, news.report_id, news.comment_id,
                by_id: change.actor_id, news.text, also: &also, but: &but, audience.watchers, $($more)*]
        };
    }
    macro_rules! mail {
        ($of:ident, $statement:ident) => {
            $of![$statement;
                by_default: news.kind.is_mailed_by_default(),
                refused: news.kind.chosen(false),
                wanted: news.kind.chosen(true),
                most: MOST_PENDING,
            ]
        };
    }
    let sends_mail = mails::store::is_on(conn, change.account_id).await?;
    if is_for_watchers {
        conn.defer(&of_watchers![TELL_WATCHERS;]);
        if sends_mail {
            let query = mail!(of_watchers, MAIL_WATCHERS);
            // The report before has to be there, unless it does not matter.
            conn.submit(&if audience.after.is_none() { query.apart() } else { query }).await?;
        }
    } else {
        conn.submit(&of_all![TELL;].apart()).await?;
        if sends_mail {
            conn.submit(&mail!(of_all, MAIL).apart()).await?;
        }
    }
    Ok(())
}

/// Takes back what was told of a comment that is deleted.
pub async fn forget_comment(conn: &mut Conn, account_id: AccountId, comment_id: i64) -> db::Result<()> {
    conn.run(&bind![FORGET; account_id, comment_id]).await.map(drop)
}

/// The items of the caller with a lower id than `before`, the newest first; all, or those that are unread.
pub async fn page(
    conn: &mut Conn,
    caller: &Caller,
    unread: bool,
    before: i64,
    limit: i64,
) -> db::Result<Vec<Item>> {
    let query = bind![PAGE; caller.account_id, caller.user_id, caller.administrator, unread, before, limit];
    conn.all(&query, item).await
}

fn item(row: &Row<'_>) -> db::Result<Item> {
    Ok(Item {
        id: row.get(0)?,
        kind: row.get(1)?,
        at: row.get(2)?,
        is_read: row.get(3)?,
        workspace_id: row.get(4)?,
        title: row.get(5)?,
        report_id: row.get(6)?,
        comment_id: row.get(7)?,
        by_id: row.get(8)?,
        text: row.get(9)?,
    })
}

/// The number of unread items of the caller, up to [`MOST_COUNTED`].
pub async fn unread(conn: &mut Conn, caller: &Caller) -> db::Result<i64> {
    let query = bind![UNREAD; caller.account_id, caller.user_id, caller.administrator, limit: MOST_COUNTED];
    conn.scalar(&query).await
}

/// Marks the items of the caller as read, up to an id.
pub async fn read(conn: &mut Conn, caller: &Caller, until: i64) -> db::Result<()> {
    conn.run(&bind![READ; caller.account_id, caller.user_id, until]).await.map(drop)
}
