//! A spreadsheet, whatever its file format.

use jiff::civil;

use crate::health::Health;
use crate::messages::Language;
use domain::status_reports::Color;

/// What a cell holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Empty,
    Text(String),
    Number(i64),
    Day(civil::Date),
    /// A time of the reader's clock.
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
    /// What is said of the file as a whole: time, time zone, how to read it.
    pub notes: Vec<String>,
    pub name: String,
    pub notes_name: String,
}

/// A column: its heading, which is text or the first day of a week, and its width in digits.
#[derive(Debug)]
pub struct Column {
    pub head: Value,
    pub width: u16,
}

/// A colour in words: in brackets where it is carried over.
pub fn health_word(color: Color, is_carried: bool, language: Language) -> String {
    let word = Health(Some(color)).word(language);
    if is_carried { format!("({word})") } else { word.into_owned() }
}
