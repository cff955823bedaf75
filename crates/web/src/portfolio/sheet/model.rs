//! A spreadsheet, whatever its file format.

use crate::messages::Language;

pub use pack::workbook::{Column, Sheet, Value, health_word};

/// A file with one sheet.
#[derive(Debug)]
pub struct File {
    pub language: Language,
    pub palette: &'static str,
    pub sheet: Sheet,
    /// Notes about the file: time, time zone, legend.
    pub notes: Vec<String>,
}
