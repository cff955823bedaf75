//! Migrations of the schema: numbered SQL texts that run in one transaction and are never edited once published.

use sha2::{Digest, Sha256};

use crate::{Conn, Error, Result};
use crate::{bind, statements};

/// The published migrations. The number of a migration is its position in this list, from 1.
const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/0001_core.sql"),
    include_str!("../migrations/0002_oauth.sql"),
    include_str!("../migrations/0003_events_by_time.sql"),
    include_str!("../migrations/0004_versions_and_portfolio.sql"),
    include_str!("../migrations/0005_idempotency_keys.sql"),
    include_str!("../migrations/0006_token_uses.sql"),
    include_str!("../migrations/0007_tokens_of_events.sql"),
    include_str!("../migrations/0008_blocks_of_reports.sql"),
    include_str!("../migrations/0009_sides_and_invitations.sql"),
    include_str!("../migrations/0010_deactivated_people.sql"),
    include_str!("../migrations/0011_identifiers_of_workspaces.sql"),
    include_str!("../migrations/0012_leads_of_workspaces.sql"),
    include_str!("../migrations/0013_reasons_of_status_changes.sql"),
    include_str!("../migrations/0014_reports_by_time.sql"),
    include_str!("../migrations/0015_hints_of_accounts.sql"),
    include_str!("../migrations/0016_first_due_dates.sql"),
    include_str!("../migrations/0017_preferences_and_devices.sql"),
    include_str!("../migrations/0018_milestones.sql"),
    include_str!("../migrations/0019_notes.sql"),
    include_str!("../migrations/0020_versions.sql"),
    include_str!("../migrations/0021_words_of_reports.sql"),
    include_str!("../migrations/0022_work_packages.sql"),
    include_str!("../migrations/0023_report_templates.sql"),
    include_str!("../migrations/0024_calendars.sql"),
    include_str!("../migrations/0025_recalculations.sql"),
    include_str!("../migrations/0026_webhooks.sql"),
    include_str!("../migrations/0027_versions_of_reports_by_time.sql"),
    include_str!("../migrations/0028_states_of_work_packages.sql"),
    include_str!("../migrations/0029_cadences.sql"),
    include_str!("../migrations/0030_comments.sql"),
    include_str!("../migrations/0031_share_links.sql"),
    include_str!("../migrations/0032_notifications.sql"),
    include_str!("../migrations/0033_orders_of_states.sql"),
    include_str!("../migrations/0034_queue_of_webhooks.sql"),
    include_str!("../migrations/0035_reminders.sql"),
    include_str!("../migrations/0036_mails.sql"),
    include_str!("../migrations/0037_fields_and_labels.sql"),
    include_str!("../migrations/0038_saved_views.sql"),
    include_str!("../migrations/0039_programmes.sql"),
    include_str!("../migrations/0040_pinned_views.sql"),
    include_str!("../migrations/0041_backups_and_traces.sql"),
    include_str!("../migrations/0042_quick_words.sql"),
    include_str!("../migrations/0043_moving_in.sql"),
    include_str!("../migrations/0044_erasures.sql"),
    include_str!("../migrations/0045_directory.sql"),
    include_str!("../migrations/0046_report_drafts.sql"),
    include_str!("../migrations/0047_registered_applications.sql"),
    include_str!("../migrations/0048_identities.sql"),
    include_str!("../migrations/0049_factors.sql"),
    include_str!("../migrations/0050_quicker_words.sql"),
];

/// The number of the newest migration.
pub const NEWEST: usize = MIGRATIONS.len();

const TABLE: &str =
    "create table if not exists schema_migrations (number bigint primary key, sha256 text not null)";

/// Functions of SQLite that PostgreSQL lacks: `json_each`, because lists of ids and names are bound as one text, and
/// `instr`, because `like` on SQLite refuses long patterns. PostgreSQL estimates that an array has few elements, which is
/// true here, so it looks them up instead of scanning the table; and it inlines a function that is not strict.
const POSTGRES_PRELUDE: &str = "
    create or replace function json_each(list text) returns table (value text)
        language sql immutable as
        'select e.value from unnest(array(select json_array_elements_text(list::json))) as e (value)';
    create or replace function instr(content text, part text) returns integer
        language sql immutable strict as 'select strpos(content, part)'";

statements! {
    APPLIED = "select sha256 from schema_migrations order by number";
    APPLY = "insert into schema_migrations (number, sha256) values (:number, :sha256)";
    REMOVE = "delete from schema_migrations where number = :number";
}

/// Applies the missing migrations.
///
/// # Errors
/// If the schema is newer than this program, or an applied migration differs from the published one.
pub async fn run(conn: &mut Conn) -> Result<()> {
    run_first(conn, NEWEST).await
}

/// Applies those of the first migrations that are missing: with a lower number than [`NEWEST`], a new store is one of an earlier
/// version.
pub(crate) async fn run_first(conn: &mut Conn, number: usize) -> Result<()> {
    match conn {
        Conn::Sqlite(_) => {
            conn.script("begin immediate").await?;
            let result = apply(conn, number).await;
            conn.script(if result.is_ok() { "commit" } else { "rollback" }).await?;
            result
        }
        Conn::Postgres(_) => {
            conn.script(POSTGRES_PRELUDE).await?;
            apply(conn, number).await
        }
    }
}

/// The schema of a store in comparison with the one that this program knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schema {
    /// Equal.
    Current,
    /// The number of missing migrations.
    Behind(usize),
    /// It has more migrations than this program knows.
    Ahead,
    /// The number of the first migration that differs from the applied one.
    Different(usize),
}

/// Whether all migrations of this program are applied, and no others.
///
/// # Errors
/// If the store cannot be read.
pub async fn is_current(conn: &mut Conn) -> Result<bool> {
    let applied: Vec<String> = conn.all(&bind![APPLIED], |row| row.get(0)).await?;
    Ok(applied.len() == MIGRATIONS.len())
}

/// Whether migrations of this program are missing in a store that has a schema.
pub(crate) async fn is_behind(conn: &mut Conn) -> Result<bool> {
    Ok(matches!(schema(conn).await?, Schema::Behind(_)))
}

/// Compares the schema of a store with the one that this program knows.
///
/// # Errors
/// If the store cannot be read.
pub async fn schema(conn: &mut Conn) -> Result<Schema> {
    let applied: Vec<String> = conn.all(&bind![APPLIED], |row| row.get(0)).await?;
    let differs = |(text, known): (&&str, &String)| hex::encode(Sha256::digest(text)) != *known;
    Ok(match MIGRATIONS.iter().zip(&applied).position(differs) {
        Some(index) => Schema::Different(index + 1),
        None if applied.len() > MIGRATIONS.len() => Schema::Ahead,
        None if applied.len() < MIGRATIONS.len() => Schema::Behind(MIGRATIONS.len() - applied.len()),
        None => Schema::Current,
    })
}

/// Inserts a row and deletes it again, so that the transaction is written to the disk without a visible change.
///
/// # Errors
/// If the store cannot be written.
pub async fn test_write(conn: &mut Conn) -> Result<()> {
    /// No migration has this number.
    const NUMBER: i64 = 0;
    conn.run(&bind![APPLY; number: NUMBER, sha256: "test"]).await?;
    conn.run(&bind![REMOVE; number: NUMBER]).await.map(drop)
}

/// The lines of a migration for one engine: those after `--! sqlite` or `--! postgres`, and those before either.
fn own_part(text: &str, is_sqlite: bool) -> String {
    let mut is_own = true;
    let mut part = String::with_capacity(text.len());
    for line in text.lines() {
        match line {
            "--! sqlite" => is_own = is_sqlite,
            "--! postgres" => is_own = !is_sqlite,
            _ if is_own => {
                part.push_str(line);
                part.push('\n');
            }
            _ => {}
        }
    }
    part
}

async fn apply(conn: &mut Conn, number: usize) -> Result<()> {
    conn.script(TABLE).await?;
    let applied: Vec<String> = conn.all(&bind![APPLIED], |row| row.get(0)).await?;
    if applied.len() > MIGRATIONS.len() {
        return Err(Error::Other("the store was created by a newer version of statuary".into()));
    }
    let id_column = match conn {
        Conn::Sqlite(_) => "integer primary key autoincrement",
        Conn::Postgres(_) => "bigint generated by default as identity primary key",
    };
    let sorted_text = match conn {
        Conn::Sqlite(_) => "text",
        Conn::Postgres(_) => "text collate \"C\"",
    };
    for (index, text) in MIGRATIONS.iter().enumerate().take(number) {
        let sha256 = hex::encode(Sha256::digest(text));
        match applied.get(index) {
            Some(known) if *known == sha256 => {}
            Some(_) => {
                let number = index + 1;
                return Err(Error::Other(format!("migration {number} differs from the applied one")));
            }
            None => {
                let text = own_part(text, matches!(conn, Conn::Sqlite(_)));
                conn.script(&text.replace("{id}", id_column).replace("{sorted}", sorted_text)).await?;
                let number = i64::try_from(index + 1).unwrap_or(i64::MAX);
                conn.run(&bind![APPLY; number, sha256: &sha256]).await?;
            }
        }
    }
    Ok(())
}
