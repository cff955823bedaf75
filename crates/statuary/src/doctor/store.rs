//! Checks of the store. The SQL is in the stores of the domain.

use super::Check;
use base::clock::Time;
use db::migrate;
use db::migrate::Schema;
use db::{Conn, EngineInfo};
use domain::error::Result;
use domain::{backups, users, verify};

/// The oldest version that Statuary is tested with.
const OLDEST_POSTGRES: i64 = 15;

/// Checks a store in one snapshot.
///
/// # Errors
/// The errors of the store.
pub async fn look(conn: &mut Conn, now: Time, has_schedule: bool) -> Result<Vec<Check>> {
    let mut checks = vec![engine(&conn.engine_info().await?)];
    if !conn.has_schema().await? {
        checks.push(Check::warn("schema", "the database is empty", "`statuary serve` creates the schema"));
        return Ok(checks);
    }
    let schema = migrate::schema(conn).await?;
    checks.push(migrations(schema));
    if schema == Schema::Current {
        checks.push(administrator(conn).await?);
        checks.push(super::clock(now, domain::events::store::latest(conn).await?));
        checks.push(log(conn).await?);
        checks.extend(has_schedule.then_some(backup(conn, now).await?));
    }
    Ok(checks)
}

/// Checks the engine and its configuration.
pub fn engine(info: &EngineInfo) -> Check {
    const NAME: &str = "database";
    match info {
        EngineInfo::Sqlite { version, journal } if journal == "wal" => {
            Check::ok(NAME, format!("SQLite {version} with a write-ahead log"))
        }
        EngineInfo::Sqlite { version, journal } => Check::warn(
            NAME,
            format!("SQLite {version} with the journal mode {journal}"),
            "`statuary serve` sets it to wal; a store needs a file system that supports it",
        ),
        EngineInfo::Postgres { version, encoding, .. } if encoding != "UTF8" => Check::fail(
            NAME,
            format!("PostgreSQL {version} with the encoding {encoding}"),
            "create the database with `encoding 'UTF8' template template0`",
        ),
        EngineInfo::Postgres { version, major, .. } if *major < OLDEST_POSTGRES => Check::warn(
            NAME,
            format!("PostgreSQL {version}"),
            format!("Statuary is tested with {OLDEST_POSTGRES} and later"),
        ),
        EngineInfo::Postgres { version, .. } => Check::ok(NAME, format!("PostgreSQL {version}, UTF8")),
    }
}

fn migrations(schema: Schema) -> Check {
    const NAME: &str = "schema";
    match schema {
        Schema::Current => Check::ok(NAME, "up to date"),
        Schema::Behind(missing) => Check::warn(
            NAME,
            format!("{missing} migrations of this version are missing"),
            "`statuary serve` applies them; make a backup first",
        ),
        Schema::Ahead => Check::fail(
            NAME,
            "a newer version of statuary created it",
            "run that version, or restore a backup of this one",
        ),
        Schema::Different(number) => Check::fail(
            NAME,
            format!("migration {number} is not the one that was applied"),
            "run the released version that created this store",
        ),
    }
}

async fn administrator(conn: &mut Conn) -> Result<Check> {
    const NAME: &str = "administrator";
    Ok(match users::store::administrators(conn).await? {
        0 if users::store::any(conn).await? => Check::fail(
            NAME,
            "there are people but no administrator",
            "`statuary user add --administrator --email E --name N` adds one",
        ),
        0 => Check::warn(NAME, "no person exists yet", "`statuary serve` prints a link to create the first"),
        1 => Check::ok(NAME, "there is 1"),
        number => Check::ok(NAME, format!("there are {number}")),
    })
}

/// The age of the last backup of the schedule.
async fn backup(conn: &mut Conn, now: Time) -> Result<Check> {
    const NAME: &str = "backup";
    const ADVICE: &str = "see the log of the server, and the free space at STATUARY_BACKUP_DIR";
    let Some(made) = backups::store::schedule(conn).await?.made_at else {
        return Ok(Check::warn(NAME, "none was made yet", "`statuary serve` makes one within a minute"));
    };
    let hours = now.seconds_since(made) / 3_600;
    let finding = format!("the last one was made at {made}, {hours} hours ago");
    Ok(match hours {
        ..=26 => Check::ok(NAME, finding),
        27..=50 => Check::warn(NAME, finding, ADVICE),
        _ => Check::fail(NAME, finding, ADVICE),
    })
}

async fn log(conn: &mut Conn) -> Result<Check> {
    let mut found = Vec::new();
    verify::ends(conn, |finding| found.push(finding)).await?;
    Ok(match found.as_slice() {
        [] => Check::ok("log", "the last events of every account follow from each other"),
        [first, ..] => Check::fail("log", first, "`statuary verify` checks all of it"),
    })
}
