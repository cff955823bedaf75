//! `statuary import --sheet` and `statuary export --sheet`

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{Read, Write, stdin};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};

use super::console::{print, say};
use super::moving::{account, report};
use super::output;
use super::output::Target;
use super::store::{open_or_create, open_unchanged};
use base::clock::Clock;
use db::{Scope, WorkError};
use domain::error::{Error, StoreError};
use domain::ids::AccountId;
use domain::moving::sheet::{self, Kind, MOST_ROWS, Row, Wrong};
use domain::moving::{Outcome, Route, Vendor, lists};
use domain::work;
use service::settings::{CommonOptions, read_toml};
use service::sheet::read::{MOST_BYTES, Table, read};
use service::sheet::{inert, workbook, write};

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

    const fn name(self) -> &'static str {
        match self {
            Self::Reports => "reports",
            Self::StatusChanges => "status-changes",
            Self::WorkPackages => "work-packages",
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

/// The mapping of a sheet.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Mapping {
    /// The sheet of a workbook.
    sheet: Option<String>,
    /// The names of columns in the sheet, by our names.
    columns: BTreeMap<String, String>,
    /// Our values by those of the sheet, by our names of the columns.
    values: BTreeMap<String, BTreeMap<String, String>>,
    /// The values of empty or absent cells, by our names of the columns.
    defaults: BTreeMap<String, String>,
}

/// Why nothing was stored.
enum Ended {
    Failed(Error),
    Wrong(Vec<Wrong>),
    /// What would come.
    DryRun(Outcome),
}

impl From<StoreError> for Ended {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<Error> for Ended {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl WorkError for Ended {
    fn db_error(&self) -> Option<&StoreError> {
        match self {
            Self::Failed(error) => error.db_error(),
            Self::Wrong(_) | Self::DryRun(_) => None,
        }
    }
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
        mapping.check(kind)?;
        let table = bytes(file).and_then(|bytes| {
            read(&bytes, mapping.sheet.as_deref(), MOST_ROWS).map_err(|reason| anyhow!(reason))
        });
        let table = table.with_context(|| format!("cannot read {}", file.display()))?;
        let rows = mapping.rows(kind, table)?;
        let db = open_or_create(common, &common.file()?).await?;
        let account_id = account(&db, account_id).await?;
        let (source, at) = (sheet::SOURCE.to_owned(), Clock::System.now());
        let route = Route { account_id, source, vendor: Vendor::Sheet, at };
        let is_dry = self.dry_run;
        let stored = db.write(
            Scope::Account(account_id.0),
            work!(|conn| -> Ended {
                match sheet::store(conn, &route, kind, &rows).await? {
                    Ok(outcome) if is_dry => Err(Ended::DryRun(outcome)),
                    Ok(outcome) => Ok(outcome),
                    Err(wrong) => Err(Ended::Wrong(wrong)),
                }
            }),
        );
        match stored.await {
            Ok(outcome) => report(&outcome),
            Err(Ended::DryRun(outcome)) => {
                say("This was a dry run: nothing is stored.");
                report(&outcome)
            }
            Err(Ended::Wrong(wrong)) => refused(wrong),
            Err(Ended::Failed(error)) => {
                Err(error).with_context(|| format!("{} was not imported", file.display()))
            }
        }
    }
}

/// Prints what is wrong with rows.
fn refused(mut wrong: Vec<Wrong>) -> Result<()> {
    wrong.sort();
    for Wrong { number, reason } in wrong.iter().take(MOST_WRONG) {
        print(format_args!("row {number}: {reason}"))?;
    }
    bail!("nothing is stored, because {} rows are wrong", wrong.len())
}

fn bytes(file: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let most = MOST_BYTES as u64 + 1;
    if file == Path::new("-") {
        stdin().take(most).read_to_end(&mut bytes)?;
    } else {
        File::open(file)?.take(most).read_to_end(&mut bytes)?;
    }
    if bytes.len() > MOST_BYTES {
        bail!("it has more than {MOST_BYTES} bytes");
    }
    Ok(bytes)
}

impl Mapping {
    /// Returns `Ok` if all columns are known.
    fn check(&self, kind: Kind) -> Result<()> {
        let names = self.columns.keys().chain(self.values.keys()).chain(self.defaults.keys());
        match names.into_iter().find(|name| !kind.columns().contains(&name.as_str())) {
            Some(name) => bail!("the mapping names the column {name}, but {}", kind.columns().join(", ")),
            None => Ok(()),
        }
    }

    /// The rows under our names of the columns.
    fn rows(&self, kind: Kind, table: Table) -> Result<Vec<Row>> {
        let folded = |text: &str| text.trim().to_lowercase();
        let head: Vec<String> = table.head.iter().map(|title| folded(title)).collect();
        let mut places = HashMap::new();
        for name in kind.columns() {
            let title = self.columns.get(*name).map_or(*name, String::as_str);
            match head.iter().position(|one| *one == folded(title)) {
                Some(place) => drop(places.insert(place, *name)),
                None if self.columns.contains_key(*name) => bail!("the sheet has no column {title}"),
                None if kind.needed().contains(name) && !self.defaults.contains_key(*name) => {
                    bail!("the sheet has no column {title}, but {}", table.head.join(", "))
                }
                None => {}
            }
        }
        let row = |(number, texts): (u64, Vec<String>)| {
            let mut cells = HashMap::new();
            for (place, text) in texts.into_iter().enumerate().filter(|(_, text)| !text.is_empty()) {
                let Some(name) = places.get(&place) else { continue };
                let mapped = self.values.get(*name).and_then(|values| {
                    values.iter().find(|(theirs, _)| folded(theirs) == folded(&text)).map(|(_, ours)| ours)
                });
                cells.insert((*name).to_owned(), mapped.cloned().unwrap_or(text));
            }
            for (name, text) in &self.defaults {
                cells.entry(name.clone()).or_insert_with(|| text.clone());
            }
            Row { number, cells }
        };
        Ok(table.rows.into_iter().map(row).collect())
    }
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
        let rows = db.read(work!(|conn| lists::rows(conn, account_id, records.kind()).await)).await?;
        let columns = records.kind().columns();
        let is_workbook = file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xlsx"));
        let bytes = if is_workbook {
            workbook::write(records.name(), columns, &rows)?
        } else {
            let head = columns.iter().map(|name| Cow::Borrowed(*name)).collect::<Vec<_>>();
            let rows = rows.iter().map(|row| row.iter().map(|cell| inert(cell)).collect::<Vec<_>>());
            write("\u{feff}".as_bytes(), b',', std::iter::once(head).chain(rows))?
        };
        let data = db.file().and_then(Path::parent).map(Path::to_owned);
        output::write(target, data.as_deref(), async move |mut file: File| Ok(file.write_all(&bytes)?)).await
    }
}
