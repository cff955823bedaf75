//! Opening the store that the settings name, and finding a person in it. The commands call this.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use anyhow::{Context, Result, bail};

use db::{Db, Location, Timeouts, migrate};
use domain::users;
use domain::users::User;
use domain::work;
use service::settings::{Given, Options};

/// Makes the folder of a store where it is absent, for the server's user alone.
pub fn make_folder(data: &Path) -> Result<()> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(data);
    made.with_context(|| format!("cannot make {}", data.display()))
}

/// The store that the settings name, made where it is absent, with its schema up to date.
pub async fn open_or_create(given: &Given, file: &Options) -> Result<Db> {
    open_or_create_with(given, file, Timeouts::for_command()).await
}

/// The same, with other timeouts.
pub async fn open_or_create_with(given: &Given, file: &Options, timeouts: Timeouts) -> Result<Db> {
    let location = given.location(file)?;
    if let Location::Sqlite(path) = &location
        && let Some(data) = path.parent()
    {
        make_folder(data)?;
    }
    Db::open_with(&location, timeouts).await.context("cannot open the store")
}

/// The store that the settings name, which must be there, with its schema up to date.
pub async fn open(given: &Given, file: &Options) -> Result<Db> {
    let location = given.location(file)?;
    visit_at(&location).await?;
    open_at(&location).await
}

/// The store that the settings name, which must be there and of this version: nothing is changed.
pub async fn visit(given: &Given, file: &Options) -> Result<Db> {
    let db = visit_at(&given.location(file)?).await?;
    if db.read(|conn| Box::pin(migrate::is_current(conn))).await.context("cannot read the store")? {
        return Ok(db);
    }
    bail!(
        "the store was made by another version of statuary: `statuary serve` brings an earlier one up to date"
    )
}

pub async fn open_at(location: &Location) -> Result<Db> {
    Db::open_with(location, Timeouts::for_command()).await.context("cannot open the store")
}

pub async fn visit_at(location: &Location) -> Result<Db> {
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

/// The one person who has an e-mail address, in one account or in all.
pub async fn person(db: &Db, email: &str, account: Option<i64>) -> Result<User> {
    let find = email.to_owned();
    let people = db.read(work!(|conn| Ok(users::store::by_email(conn, &find, account).await?)));
    match people.await?.as_slice() {
        [] => bail!("nobody has the e-mail address {email}"),
        [person] => Ok(person.clone()),
        _ => bail!("people of several accounts have the e-mail address {email}; name one with --account"),
    }
}
