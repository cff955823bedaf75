//! What a kind of record must offer to be brought in and out.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde::Serialize;

use base::clock::Time;

use db::{Conn, Work};

/// A kind of record; its room says how it is read, checked and written.
pub trait Record: Serialize + Clone + Send + Sync + Sized + 'static {
    /// The name of the kind, in lines and in events.
    const KIND: &'static str;
    /// The table whose ids it takes.
    const TABLE: &'static str;
    /// What is wrong when the store refuses it beside others.
    const CONFLICT: &'static str;

    /// Unique within the kind.
    fn id(&self) -> i64;
    /// The account that it belongs to, once settled.
    fn account_id(&self) -> i64;
    /// Names the records that must stand above it.
    fn needs(&self, needs: &mut Needs);
    /// Takes from those records what it does not carry itself, and checks it.
    ///
    /// # Errors
    /// The reason why it cannot be.
    fn settle(&mut self, found: &Found) -> Result<(), String>;
    /// What it adds to the counters of its account and workspace: workspace, reports, changes.
    fn counts(&self) -> Option<(i64, i64, i64)> {
        None
    }

    /// Records of all accounts with a higher id, by id.
    fn after(conn: &mut Conn, id: i64, limit: i64) -> Work<'_, Vec<Self>, db::Error>;
    /// Those of the records that exist; `ids` is a JSON list.
    fn with_ids<'c>(conn: &'c mut Conn, ids: &'c str) -> Work<'c, Vec<Self>, db::Error>;
    /// Writes settled records.
    fn insert_with_ids<'c>(conn: &'c mut Conn, records: &'c [Self]) -> Work<'c, (), db::Error>;
}

/// The ids of records that others refer to.
#[derive(Debug, Default)]
#[expect(missing_docs, reason = "named as the kinds")]
pub struct Needs {
    pub accounts: BTreeSet<i64>,
    pub users: BTreeSet<i64>,
    pub applications: BTreeSet<i64>,
    pub workspaces: BTreeSet<i64>,
    pub reports: BTreeSet<i64>,
}

/// Those of them that exist.
#[derive(Debug, Default)]
pub struct Found {
    /// Ids.
    pub accounts: HashSet<i64>,
    /// Account of each.
    pub users: HashMap<i64, i64>,
    /// Account of each.
    pub applications: HashMap<i64, i64>,
    /// Account and making of each.
    pub workspaces: HashMap<i64, (i64, Time)>,
    /// Account and workspace of each.
    pub reports: HashMap<i64, (i64, i64)>,
}

impl Found {
    /// The account itself, if it exists.
    pub fn account(&self, id: i64) -> Result<i64, String> {
        self.accounts.get(&id).copied().ok_or_else(|| format!("there is no account {id} above it"))
    }

    /// The account of a workspace.
    pub fn workspace(&self, id: i64) -> Result<i64, String> {
        let found = self.workspaces.get(&id);
        found.map(|(account, _)| *account).ok_or_else(|| format!("there is no workspace {id} above it"))
    }

    /// The account of a user.
    pub fn user(&self, id: i64) -> Result<i64, String> {
        self.users.get(&id).copied().ok_or_else(|| format!("there is no user {id} above it"))
    }

    /// Passes applications of an account.
    pub fn application_of(&self, account_id: i64, id: i64) -> Result<(), String> {
        match self.applications.get(&id) {
            Some(account) if *account == account_id => Ok(()),
            Some(_) => Err(format!("application {id} is of another account")),
            None => Err(format!("there is no application {id} above it")),
        }
    }

    /// Passes users of an account.
    pub fn user_of(&self, account_id: i64, id: i64) -> Result<(), String> {
        if self.user(id)? == account_id { Ok(()) } else { Err(format!("user {id} is of another account")) }
    }
}

/// Passes a SHA-256 in hex, in small letters from then on.
pub fn digest(name: &str, text: &mut String) -> Result<(), String> {
    text.make_ascii_lowercase();
    match hex::decode(&text) {
        Ok(bytes) if bytes.len() == 32 => Ok(()),
        _ => Err(format!("`{name}` is not 64 hexadecimal digits")),
    }
}

/// Passes texts with something in them.
pub fn filled(name: &str, text: &str) -> Result<(), String> {
    if text.trim().is_empty() { Err(format!("`{name}` is blank")) } else { Ok(()) }
}

/// What all records have alike: an id, the field that names the account, and three ways to and from the room's `store`.
#[macro_export]
macro_rules! stored {
    ($store:path, $account_id:ident) => {
        fn id(&self) -> i64 {
            self.id
        }

        fn account_id(&self) -> i64 {
            self.$account_id
        }

        fn after(conn: &mut db::Conn, id: i64, limit: i64) -> db::Work<'_, Vec<Self>, db::Error> {
            use $store as store;
            Box::pin(store::after(conn, id, limit))
        }

        fn with_ids<'c>(conn: &'c mut db::Conn, ids: &'c str) -> db::Work<'c, Vec<Self>, db::Error> {
            use $store as store;
            Box::pin(store::with_ids(conn, ids))
        }

        fn insert_with_ids<'c>(conn: &'c mut db::Conn, records: &'c [Self]) -> db::Work<'c, (), db::Error> {
            use $store as store;
            Box::pin(store::insert_with_ids(conn, records))
        }
    };
}
