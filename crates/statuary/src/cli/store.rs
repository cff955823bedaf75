//! Opening the store that the settings name, and finding a person in it. The commands call this.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use anyhow::{Context, Result, bail};

use db::{Db, Location, Scope, Timeouts, migrate};
use domain::ids::AccountId;
use domain::users;
use domain::users::User;
use domain::versions;
use domain::versions::completion;
use domain::work;
use service::settings::{CommonOptions, Options};

/// Creates the directory of a store if it is absent, accessible for the user of the server only.
pub fn create_directory(data: &Path) -> Result<()> {
    let created = DirBuilder::new().recursive(true).mode(0o700).create(data);
    created.with_context(|| format!("cannot create {}", data.display()))
}

/// Opens the store of the settings, creates it if it is absent, and applies migrations.
pub async fn open_or_create(common: &CommonOptions, file: &Options) -> Result<Db> {
    open_or_create_with(common, file, Timeouts::for_command()).await
}

/// [`open_or_create`] with other timeouts.
pub async fn open_or_create_with(common: &CommonOptions, file: &Options, timeouts: Timeouts) -> Result<Db> {
    let location = common.location(file)?;
    if let Location::Sqlite(path) = &location
        && let Some(data) = path.parent()
    {
        create_directory(data)?;
    }
    migrated(&location, timeouts).await
}

/// Opens the store of the settings, which must exist, and applies migrations.
pub async fn open(common: &CommonOptions, file: &Options) -> Result<Db> {
    let location = common.location(file)?;
    open_existing_at(&location).await?;
    open_at(&location).await
}

/// Opens the store of the settings, which must exist and have the current schema. Changes nothing.
pub async fn open_unchanged(common: &CommonOptions, file: &Options) -> Result<Db> {
    let db = open_existing_at(&common.location(file)?).await?;
    if db.read(|conn| Box::pin(migrate::is_current(conn))).await.context("cannot read the store")? {
        return Ok(db);
    }
    bail!("another version of statuary created the store: `statuary serve` migrates an earlier one")
}

pub async fn open_at(location: &Location) -> Result<Db> {
    migrated(location, Timeouts::for_command()).await
}

/// Opens a store, migrates its schema, and completes what follows from the log of an earlier version.
async fn migrated(location: &Location, timeouts: Timeouts) -> Result<Db> {
    let db = Db::open_with(location, timeouts).await.context("cannot open the store")?;
    while let Some(account_id) = db.read(work!(|conn| Ok(versions::store::incomplete(conn).await?))).await? {
        let scope = Scope::Account(account_id.0);
        while db.write(scope, work!(|conn| completion::go_on(conn, account_id).await)).await? {}
    }
    Ok(db)
}

pub async fn open_existing_at(location: &Location) -> Result<Db> {
    if let Location::Sqlite(path) = location
        && !path.exists()
    {
        bail!("there is no store at {}", path.display());
    }
    let db = Db::open_existing(location).await.context("cannot open the store")?;
    if db.read(|conn| Box::pin(conn.has_schema())).await.context("cannot open the store")? {
        return Ok(db);
    }
    match location {
        Location::Sqlite(path) => bail!("there is no store at {}: the database is empty", path.display()),
        Location::Postgres(_) => bail!("there is no store in the PostgreSQL database that the URL names"),
    }
}

/// The only person with an e-mail address, in one account or in all.
pub async fn person(db: &Db, email: &str, account: Option<AccountId>) -> Result<User> {
    let find = email.to_owned();
    let people = db.read(work!(|conn| Ok(users::store::by_email(conn, &find, account).await?)));
    match people.await?.as_slice() {
        [] => bail!("nobody has the e-mail address {email}"),
        [person] => Ok(person.clone()),
        _ => bail!("people of several accounts have the e-mail address {email}; name one with --account"),
    }
}
