//! What an engine says of itself.

use super::{Conn, Error, Result, Row, Statement};

/// An engine, as it runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// The embedded one.
    Sqlite {
        /// Of the library in this program.
        version: String,
        /// How it keeps what is not in the file yet; `wal` once this program served from it.
        journal: String,
    },
    /// A server.
    Postgres {
        /// As people know it.
        version: String,
        /// Its major number.
        major: i64,
        /// How it keeps texts.
        encoding: String,
    },
}

const SQLITE: Statement = Statement::declared("select sqlite_version()");
const JOURNAL: Statement = Statement::declared("pragma journal_mode");
const POSTGRES: Statement = Statement::declared(
    "select current_setting('server_version'), cast(current_setting('server_version_num') as bigint) / 10000,
        current_setting('server_encoding')",
);
const IN_SQLITE: Statement =
    Statement::declared("select count(*) from sqlite_schema where name = 'schema_migrations'");
const IN_POSTGRES: Statement =
    Statement::declared("select cast(to_regclass('schema_migrations') is not null as integer)::bigint");

impl Conn {
    /// What the engine is.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn about(&mut self) -> Result<About> {
        let text = |row: &Row<'_>| row.get::<String>(0);
        let about = match self {
            Self::Sqlite(_) => {
                let (version, journal) =
                    (self.first(SQLITE, &[], text).await?, self.first(JOURNAL, &[], text).await?);
                version.zip(journal).map(|(version, journal)| About::Sqlite { version, journal })
            }
            Self::Postgres(_) => {
                self.first(POSTGRES, &[], |row| {
                    Ok(About::Postgres { version: row.get(0)?, major: row.get(1)?, encoding: row.get(2)? })
                })
                .await?
            }
        };
        about.ok_or_else(|| Error::Other("the engine does not say what it is".into()))
    }

    /// Whether there is a store at all, in whatever version.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn has_schema(&mut self) -> Result<bool> {
        let statement = match self {
            Self::Sqlite(_) => IN_SQLITE,
            Self::Postgres(_) => IN_POSTGRES,
        };
        Ok(self.scalar(statement, &[]).await? > 0)
    }
}
