//! The portfolio as a workbook of Excel.

use super::model::File;
use pack::workbook;
use pack::workbook::Style;

/// The number of columns that stay in place: id and title.
const FROZEN: u16 = 2;

/// Writes the file.
pub fn write(file: &File) -> anyhow::Result<Vec<u8>> {
    let style = Style {
        title: &file.sheet.name,
        language: file.language,
        palette: file.palette,
        frozen: FROZEN,
        is_a4: false,
    };
    let notes: Vec<&str> = file.notes.iter().map(String::as_str).collect();
    workbook::write(&style, std::slice::from_ref(&file.sheet), &notes)
}
