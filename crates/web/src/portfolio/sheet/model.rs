//! A spreadsheet, whatever its file format.

use jiff::civil;

use crate::health::Health;
use crate::messages::Language;
use domain::status_reports::Color;

/// The content of a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Empty,
    Text(String),
    Number(i64),
    Day(civil::Date),
    /// A time in the reader's time zone.
    Time(civil::DateTime),
    /// A colour, and whether it is carried over from an earlier week.
    Health(Color, bool),
}

/// A file.
#[derive(Debug)]
pub struct Sheet {
    pub language: Language,
    pub palette: &'static str,
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Value>>,
    /// Notes about the file: time, time zone, legend.
    pub notes: Vec<String>,
    pub name: String,
    pub notes_name: String,
}

/// A column: its heading (a text, or the first day of a week) and its width in digits.
#[derive(Debug)]
pub struct Column {
    pub head: Value,
    pub width: u16,
}

/// A colour in words, in brackets if it is carried over.
pub fn health_word(color: Color, is_carried: bool, language: Language) -> String {
    let word = Health(Some(color)).word(language);
    if is_carried { format!("({word})") } else { word.into_owned() }
}
