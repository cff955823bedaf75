//! Version and settings of the running engine. `statuary doctor` shows them.

use crate::{Conn, Error, Query, Result, Row};

/// The version and the settings of an engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EngineInfo {
    /// The embedded engine.
    Sqlite {
        /// The version of the library in this program.
        version: String,
        /// The journal mode: `wal` once `statuary serve` has opened the store.
        journal: String,
    },
    /// A server.
    Postgres {
        /// The version as the server displays it.
        version: String,
        /// The major version.
        major: i64,
        /// The encoding of texts on the server.
        encoding: String,
    },
}

const SQLITE: &str = "select sqlite_version()";
const JOURNAL: &str = "pragma journal_mode";
const POSTGRES: &str =
    "select current_setting('server_version'), cast(current_setting('server_version_num') as bigint) / 10000,
        current_setting('server_encoding')";
const IN_SQLITE: &str = "select count(*) from sqlite_schema where name = 'schema_migrations'";
const IN_POSTGRES: &str = "select cast(to_regclass('schema_migrations') is not null as integer)::bigint";

impl Conn {
    /// The version and the settings of the engine.
    ///
    /// # Errors
    /// Errors of the engine.
    pub async fn engine_info(&mut self) -> Result<EngineInfo> {
        let text = |row: &Row<'_>| row.get::<String>(0);
        let info = match self {
            Self::Sqlite(_) => {
                let (version, journal) = (
                    self.first(&Query::plain(SQLITE), text).await?,
                    self.first(&Query::plain(JOURNAL), text).await?,
                );
                version.zip(journal).map(|(version, journal)| EngineInfo::Sqlite { version, journal })
            }
            Self::Postgres(_) => {
                self.first(&Query::plain(POSTGRES), |row| {
                    Ok(EngineInfo::Postgres {
                        version: row.get(0)?,
                        major: row.get(1)?,
                        encoding: row.get(2)?,
                    })
                })
                .await?
            }
        };
        info.ok_or_else(|| Error::Other("the engine does not report its version".into()))
    }

    /// Whether the database contains a store, of any version.
    ///
    /// # Errors
    /// Errors of the engine.
    pub async fn has_schema(&mut self) -> Result<bool> {
        let sql = match self {
            Self::Sqlite(_) => IN_SQLITE,
            Self::Postgres(_) => IN_POSTGRES,
        };
        Ok(self.scalar(&Query::plain(sql)).await? > 0)
    }
}
