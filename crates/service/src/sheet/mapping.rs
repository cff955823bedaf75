//! Which columns and values of a sheet stand for which.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

use super::read::{Most, Table, read};
use domain::moving::sheet::{Kind, Row};

/// A mapping: TOML on the command line and on the page, JSON in the native surface.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mapping {
    /// The sheet of a workbook.
    pub sheet: Option<String>,
    /// The names of columns in the sheet, by our names.
    pub columns: BTreeMap<String, String>,
    /// Our values by those of the sheet, by our names of the columns.
    pub values: BTreeMap<String, BTreeMap<String, String>>,
    /// The values of empty or absent cells, by our names of the columns.
    pub defaults: BTreeMap<String, String>,
}

/// Why a sheet has no rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unread {
    /// The mapping names a column that the kind does not have.
    Mapping(String),
    /// The file cannot be read, or lacks columns.
    File(String),
}

/// The rows of a file under our names of the columns.
///
/// # Errors
/// Why there are none.
pub fn rows(bytes: &[u8], kind: Kind, mapping: &Mapping, most: Most) -> Result<Vec<Row>, Unread> {
    mapping.check(kind).map_err(Unread::Mapping)?;
    let table = read(bytes, mapping.sheet.as_deref(), most).map_err(Unread::File)?;
    mapping.rows(kind, table).map_err(Unread::File)
}

fn folded(text: &str) -> String {
    text.trim().to_lowercase()
}

impl Mapping {
    /// The mapping in a text of TOML; an empty text is one.
    ///
    /// # Errors
    /// Why it is none.
    pub fn of_toml(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| error.message().to_owned())
    }

    /// Returns `Ok` if all columns are known.
    ///
    /// # Errors
    /// Which one is not.
    pub fn check(&self, kind: Kind) -> Result<(), String> {
        let names = self.columns.keys().chain(self.values.keys()).chain(self.defaults.keys());
        match names.into_iter().find(|name| !kind.columns().contains(&name.as_str())) {
            Some(name) => {
                Err(format!("the mapping names the column {name}, but {}", kind.columns().join(", ")))
            }
            None => Ok(()),
        }
    }

    /// The names of the columns of a kind, by their places in the sheet.
    fn places(&self, kind: Kind, head: &[String]) -> Result<HashMap<usize, &'static str>, String> {
        let titles: Vec<String> = head.iter().map(|title| folded(title)).collect();
        let mut places = HashMap::new();
        for name in kind.columns() {
            let title = self.columns.get(*name).map_or(*name, String::as_str);
            match titles.iter().position(|one| *one == folded(title)) {
                Some(place) => drop(places.insert(place, *name)),
                None if self.columns.contains_key(*name) => {
                    return Err(format!("the sheet has no column {title}"));
                }
                None if kind.needed().contains(name) && !self.defaults.contains_key(*name) => {
                    return Err(format!("the sheet has no column {title}, but {}", head.join(", ")));
                }
                None => {}
            }
        }
        Ok(places)
    }

    fn rows(&self, kind: Kind, table: Table) -> Result<Vec<Row>, String> {
        let places = self.places(kind, &table.head)?;
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
