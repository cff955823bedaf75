//! A plain workbook of Excel: one sheet with a header, without formulas.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

use super::cell_text;

/// The type of Excel's workbooks.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The most digits of a number that Excel keeps exactly.
const DIGITS: usize = 15;
/// The width of columns, in digits.
const WIDTH: u16 = 18;

/// Writes the rows below their header. Whole numbers become numbers, everything else is text.
///
/// # Errors
/// If there are more rows or columns than a sheet can have.
pub fn write(name: &str, head: &[&str], rows: &[Vec<String>]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    // A fixed creation time makes two files of the same rows equal.
    let properties =
        DocProperties::new().set_title(name).set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?);
    workbook.set_properties(&properties);
    let sheet = workbook.add_worksheet();
    sheet.set_name(name)?;
    let bold = Format::new().set_bold();
    for (column, title) in (0..).zip(head) {
        sheet.set_column_width(column, WIDTH)?;
        sheet.write_string_with_format(0, column, *title, &bold)?;
    }
    for (number, row) in (1..).zip(rows) {
        for (column, text) in (0..).zip(row).filter(|(_, text)| !text.is_empty()) {
            match whole(text) {
                Some(value) => sheet.write_number(number, column, value)?,
                None => sheet.write_string(number, column, cell_text(text))?,
            };
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    workbook.save_to_buffer()
}

/// A whole number that Excel shows as its text.
fn whole(text: &str) -> Option<f64> {
    let is_digits = text.len() <= DIGITS && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_plain = is_digits && (text == "0" || !text.starts_with('0'));
    is_plain.then(|| text.parse().ok()).flatten()
}
