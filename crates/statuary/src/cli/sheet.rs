//! `statuary import --sheet` and `statuary export --sheet`

use std::fs::File;
use std::io::{Read, Write, stdin};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};

use super::console::{print, say};
use super::moving::{account, report};
use super::output;
use super::output::Target;
use super::store::{open_or_create, open_unchanged};
use crate::moving::by_command;
use base::clock::Clock;
use db::Scope;
use domain::ids::AccountId;
use domain::moving::lists;
use domain::moving::sheet::{Kind, MOST_ROWS, Wrong};
use domain::work;
use service::settings::{CommonOptions, read_toml};
use service::sheet::export::Form;
use service::sheet::import::{self, Ended};
use service::sheet::mapping::{Mapping, Unread, rows};
use service::sheet::read::OF_COMMANDS;

/// The bounds of a sheet that is written.
const MOST: lists::Most = lists::Most { rows: MOST_ROWS, bytes: 512 << 20 };

/// The most wrong rows that are printed.
const MOST_WRONG: usize = 1000;

/// What the rows of a sheet are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Records {
    /// Status reports.
    Reports,
    /// Changes of workspaces from one status key to another.
    StatusChanges,
    /// Work packages.
    WorkPackages,
}

impl Records {
    const fn kind(self) -> Kind {
        match self {
            Self::Reports => Kind::Reports,
            Self::StatusChanges => Kind::StatusChanges,
            Self::WorkPackages => Kind::WorkPackages,
        }
    }
}

/// Options of `import --sheet`.
#[derive(clap::Args)]
pub struct Import {
    /// Read a CSV file or a workbook of Excel, all of it or nothing. Reading it again changes only what changed in it.
    #[arg(long, value_enum, value_name = "RECORDS", requires = "file")]
    pub sheet: Option<Records>,
    /// A TOML file that says which columns and values of the sheet stand for which.
    #[arg(long, value_name = "FILE", requires = "sheet")]
    mapping: Option<PathBuf>,
    /// Only check the sheet and print what would come.
    #[arg(long, requires = "sheet")]
    dry_run: bool,
}

impl Import {
    /// Stores the rows of a sheet, or prints what is wrong with them.
    pub async fn run(
        self,
        common: &CommonOptions,
        records: Records,
        file: &Path,
        account_id: Option<AccountId>,
    ) -> Result<()> {
        let kind = records.kind();
        let mapping: Mapping =
            self.mapping.map(|path| read_toml(&path, "a mapping")).transpose()?.unwrap_or_default();
        let bytes = bytes(file).with_context(|| format!("cannot read {}", file.display()))?;
        let rows = rows(&bytes, kind, &mapping, OF_COMMANDS).map_err(|unread| match unread {
            Unread::Mapping(reason) => anyhow!(reason),
            Unread::File(reason) => anyhow!("cannot read {}: {reason}", file.display()),
        })?;
        let db = open_or_create(common, &common.file()?).await?;
        let change = by_command(account(&db, account_id).await?, Clock::System.now());
        let is_dry = self.dry_run;
        let stored = db.write(
            Scope::Account(change.account_id.0),
            work!(|conn| -> Ended { import::store(conn, &change, kind, &rows, is_dry).await }),
        );
        match stored.await {
            Ok(outcome) => report(&outcome),
            Err(Ended::DryRun(outcome)) => {
                say("This was a dry run: nothing is stored.");
                report(&outcome)
            }
            Err(Ended::Wrong(wrong)) => refused(&wrong),
            Err(Ended::Failed(error)) => {
                Err(error).with_context(|| format!("{} was not imported", file.display()))
            }
        }
    }
}

/// Prints what is wrong with rows.
fn refused(wrong: &[Wrong]) -> Result<()> {
    for one in wrong.iter().take(MOST_WRONG) {
        print(format_args!("row {}: {}", one.number, one.reason()))?;
    }
    bail!("nothing is stored, because {} rows are wrong", wrong.len())
}

fn bytes(file: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let most = OF_COMMANDS.bytes as u64 + 1;
    if file == Path::new("-") {
        stdin().take(most).read_to_end(&mut bytes)?;
    } else {
        File::open(file)?.take(most).read_to_end(&mut bytes)?;
    }
    if bytes.len() > OF_COMMANDS.bytes {
        bail!("it has more than {} bytes", OF_COMMANDS.bytes);
    }
    Ok(bytes)
}

/// Options of `export --sheet`.
#[derive(clap::Args)]
pub struct Export {
    /// Write records as a sheet, which `import --sheet` can read: a workbook of Excel if the name of the file ends with `.xlsx`,
    /// else CSV.
    #[arg(long, value_enum, value_name = "RECORDS")]
    pub sheet: Option<Records>,
    /// The account whose records are written; without it, the oldest.
    #[arg(long, value_name = "ID", requires = "sheet")]
    account: Option<AccountId>,
}

impl Export {
    /// Writes the records of an account.
    pub async fn run(self, common: &CommonOptions, records: Records, file: &Path) -> Result<()> {
        let target = Target::of(file)?;
        let db = open_unchanged(common, &common.file()?).await?;
        let account_id = account(&db, self.account).await?;
        let rows = db.read(work!(|conn| lists::rows(conn, account_id, records.kind(), MOST).await)).await?;
        let is_workbook = file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xlsx"));
        let form = if is_workbook { Form::Xlsx } else { Form::Csv };
        let bytes = form.write(records.kind(), &rows)?;
        let data = db.file().and_then(Path::parent).map(Path::to_owned);
        output::write(target, data.as_deref(), async move |mut file: File| Ok(file.write_all(&bytes)?)).await
    }
}
