//! The SQL of the groups of a directory.

use std::collections::{BTreeSet, HashMap};

use crate::directory::{Group, GroupDraft, MOST_GROUPS, Member, TOO_MANY_GROUPS, name_key};
use crate::error::{Error, Problem, Result, Violation};
use crate::events;
use crate::events::Change;
use crate::ids::{AccountId, UserId};
use crate::table;
use crate::table::{Table, record};
use crate::users;
use crate::users::Changes;
use crate::users::access;
use db::{Conn, List};
use db::{bind, in_ids, statements};

record! {
    Group in directory_groups { id, account_id, display_name, external_id, created_at, updated_at }
    with |group| { display_key: name_key(&group.display_name) }
}

record! {
    Member in directory_members { id, account_id, group_id, user_id, created_at }
}

statements! {
    LIST = "select ", Group::COLUMNS, " from directory_groups where account_id = :account_id
            and (cast(:display_key as text) is null or display_key = :display_key)
            and (cast(:external_id as text) is null or external_id = :external_id)
        order by id limit :limit offset :offset";
    COUNT = "select count(*) from directory_groups where account_id = :account_id
            and (cast(:display_key as text) is null or display_key = :display_key)
            and (cast(:external_id as text) is null or external_id = :external_id)";
    MEMBERS = "select ", Member::COLUMNS, " from directory_members
        where account_id = :account_id and group_id = :group_id order by user_id";
    MEMBERS_OF = "select ", Member::COLUMNS, " from directory_members
        where account_id = :account_id and ", in_ids!("group_id", "groups"), " order by group_id, user_id limit :limit";
    MEMBERSHIPS_OF = "select ", Member::COLUMNS, " from directory_members
        where account_id = :account_id and ", in_ids!("user_id", "users"), " order by user_id, group_id";
    MEMBERSHIPS = "select ", Member::COLUMNS, " from directory_members
        where account_id = :account_id and user_id = :user_id order by id";
    UPDATE = "update directory_groups set display_name = :display_name, display_key = :display_key,
            external_id = :external_id, updated_at = :updated_at
        where account_id = :account_id and id = :id";
}

/// Which groups to list.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// With this name.
    pub display_name: Option<String>,
    /// With this id in the directory.
    pub external_id: Option<String>,
}

/// A page of the groups of an account by id, and the total.
pub async fn list(
    conn: &mut Conn,
    account_id: AccountId,
    filter: &Filter,
    (limit, offset): (i64, i64),
) -> db::Result<(Vec<Group>, i64)> {
    let display_key = filter.display_name.as_deref().map(name_key);
    let (page, count) =
        bind![LIST, COUNT; account_id, display_key: &display_key, filter.external_id, limit, offset];
    Ok((conn.all(&page, Group::read).await?, conn.scalar(&count).await?))
}

/// A group of an account.
///
/// # Errors
/// [`Error::NotFound`]
pub async fn find(conn: &mut Conn, account_id: AccountId, id: i64) -> Result<Group> {
    table::find(conn, account_id, id).await?.ok_or(Error::NotFound)
}

/// The members of some groups, by group and in the order of their ids. Fewer than `most` are returned: if there are more, the groups with
/// the largest ids are missing, and the id of the first of those is returned, too.
pub async fn members(
    conn: &mut Conn,
    account_id: AccountId,
    groups: &List<i64>,
    most: usize,
) -> db::Result<(HashMap<i64, Vec<UserId>>, Option<i64>)> {
    let limit = i64::try_from(most).unwrap_or(i64::MAX);
    let found = conn.all(&bind![MEMBERS_OF; account_id, groups, limit], Member::read).await?;
    let missing = found.last().filter(|_| found.len() >= most).map(|last| last.group_id);
    let mut of: HashMap<i64, Vec<UserId>> = HashMap::new();
    for member in found.iter().filter(|member| Some(member.group_id) != missing) {
        of.entry(member.group_id).or_default().push(member.user_id);
    }
    Ok((of, missing))
}

/// The groups of some people, by id, for each who has any.
pub async fn of_users(
    conn: &mut Conn,
    account_id: AccountId,
    users: &List<UserId>,
) -> db::Result<HashMap<UserId, Vec<Group>>> {
    let members = conn.all(&bind![MEMBERSHIPS_OF; account_id, users], Member::read).await?;
    let ids: BTreeSet<i64> = members.iter().map(|member| member.group_id).collect();
    let groups: Vec<Group> = table::of_account(conn, account_id, &ids.into_iter().collect()).await?;
    let groups: HashMap<i64, Group> = groups.into_iter().map(|group| (group.id, group)).collect();
    let mut of: HashMap<UserId, Vec<Group>> = HashMap::new();
    for member in members {
        of.entry(member.user_id).or_default().extend(groups.get(&member.group_id).cloned());
    }
    Ok(of)
}

/// The groups of a person.
pub async fn of_user(conn: &mut Conn, account_id: AccountId, user_id: UserId) -> db::Result<Vec<Group>> {
    Ok(of_users(conn, account_id, &[user_id].into()).await?.remove(&user_id).unwrap_or_default())
}

/// Adds a group. `administrators` is the name of the group whose members are administrators.
///
/// # Errors
/// [`Error::Invalid`], also if a group has the name.
pub async fn create(
    conn: &mut Conn,
    change: &Change,
    draft: &GroupDraft,
    administrators: Option<&str>,
) -> Result<Group> {
    let account_id = change.account_id;
    let (_, total) = list(conn, account_id, &Filter::default(), (0, 0)).await?;
    if total >= MOST_GROUPS {
        return Err(Error::invalid("displayName", TOO_MANY_GROUPS));
    }
    check(conn, account_id, None, draft).await?;
    let group = Group {
        id: 0,
        account_id,
        display_name: draft.display_name.trim().to_owned(),
        external_id: draft.external_id.clone(),
        created_at: change.at,
        updated_at: change.at,
    };
    let group = events::store::create(conn, change, group).await?;
    set_members(conn, change, group.id, &draft.members).await?;
    grant(conn, change, BTreeSet::new(), administrators).await?;
    Ok(group)
}

/// Changes a group and its members.
///
/// # Errors
/// [`Error::Invalid`]
pub async fn update(
    conn: &mut Conn,
    change: &Change,
    before: &Group,
    draft: &GroupDraft,
    administrators: Option<&str>,
) -> Result<Group> {
    let account_id = change.account_id;
    check(conn, account_id, Some(before.id), draft).await?;
    let had = administrators_of(conn, account_id, administrators).await?;
    let are_others = set_members(conn, change, before.id, &draft.members).await?;
    let display_name = draft.display_name.trim().to_owned();
    let mut after = Group { display_name, external_id: draft.external_id.clone(), ..before.clone() };
    if are_others || after != *before {
        after.updated_at = change.at;
        let display_key = name_key(&after.display_name);
        let query = bind![UPDATE;
            account_id, after.id, after.display_name, display_key, after.external_id, after.updated_at
        ];
        conn.run(&query).await?;
        events::store::updated(conn, change, before, &after).await?;
    }
    grant(conn, change, had, administrators).await?;
    Ok(after)
}

/// Deletes a group; its members stay.
///
/// # Errors
/// Those of the store.
pub async fn delete(
    conn: &mut Conn,
    change: &Change,
    group: &Group,
    administrators: Option<&str>,
) -> Result<()> {
    let had = administrators_of(conn, change.account_id, administrators).await?;
    set_members(conn, change, group.id, &[]).await?;
    events::store::delete(conn, change, group).await?;
    grant(conn, change, had, administrators).await
}

/// Removes a person from all groups.
pub async fn leave_all(conn: &mut Conn, change: &Change, user_id: UserId) -> Result<()> {
    let query = bind![MEMBERSHIPS; change.account_id, user_id];
    for member in conn.all(&query, Member::read).await? {
        events::store::delete(conn, change, &member).await?;
    }
    Ok(())
}

async fn check(conn: &mut Conn, account_id: AccountId, own: Option<i64>, draft: &GroupDraft) -> Result<()> {
    let mut violations = draft.violations();
    let filter = Filter { display_name: Some(draft.display_name.clone()), external_id: None };
    let (named, _) = list(conn, account_id, &filter, (1, 0)).await?;
    if named.iter().any(|group| Some(group.id) != own) {
        violations.push(Violation::new("displayName", Problem::Taken));
    }
    let wanted: BTreeSet<UserId> = draft.members.iter().copied().collect();
    let found = users::store::of_account(conn, account_id, &wanted.iter().copied().collect()).await?;
    if found.len() < wanted.len() {
        violations.push(Violation::new("members", Problem::Missing));
    }
    Error::check(violations)
}

/// Writes the members of a group. Returns whether they are others than before.
async fn set_members(conn: &mut Conn, change: &Change, group_id: i64, wanted: &[UserId]) -> Result<bool> {
    let account_id = change.account_id;
    let present = conn.all(&bind![MEMBERS; account_id, group_id], Member::read).await?;
    let mut missing: BTreeSet<UserId> = wanted.iter().copied().collect();
    let mut are_others = false;
    for member in present {
        if !missing.remove(&member.user_id) {
            events::store::delete(conn, change, &member).await?;
            are_others = true;
        }
    }
    are_others |= !missing.is_empty();
    for user_id in missing {
        let member = Member { id: 0, account_id, group_id, user_id, created_at: change.at };
        events::store::create(conn, change, member).await?;
    }
    Ok(are_others)
}

/// The members of the group whose members are administrators.
async fn administrators_of(
    conn: &mut Conn,
    account_id: AccountId,
    name: Option<&str>,
) -> Result<BTreeSet<UserId>> {
    let Some(name) = name else { return Ok(BTreeSet::new()) };
    let filter = Filter { display_name: Some(name.to_owned()), external_id: None };
    let (found, _) = list(conn, account_id, &filter, (1, 0)).await?;
    let Some(group) = found.first() else { return Ok(BTreeSet::new()) };
    let members = conn.all(&bind![MEMBERS; account_id, group_id: group.id], Member::read).await?;
    Ok(members.into_iter().map(|member| member.user_id).collect())
}

/// Makes new members of the group administrators, and takes that from those who left it. The last active administrator of
/// the account stays one.
async fn grant(
    conn: &mut Conn,
    change: &Change,
    had: BTreeSet<UserId>,
    administrators: Option<&str>,
) -> Result<()> {
    let account_id = change.account_id;
    let have = administrators_of(conn, account_id, administrators).await?;
    let gained = have.difference(&had).map(|id| (*id, true));
    let lost = had.difference(&have).map(|id| (*id, false));
    for (id, administrator) in gained.chain(lost) {
        let before = users::store::find(conn, account_id, id).await?;
        let changes = Changes { administrator: Some(administrator), ..Changes::default() };
        match access::change(conn, change, &before, &changes).await {
            Err(Error::Invalid(_)) if !administrator => {}
            done => drop(done?),
        }
    }
    Ok(())
}
