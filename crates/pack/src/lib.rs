//! The steering pack of a week as files: an A4 document in PDF that screen readers can read, and a workbook in XLSX. What they
//! say is a [`Pack`] of plain texts, dates and colours; [`of`] makes it from what the domain knows.

mod clean;
mod model;
pub mod of;
pub mod palette;
#[cfg(feature = "pdf")]
mod pdf;
mod prose;
mod xlsx;

pub use model::{Change, Detail, Look, Owed, Pack, Project, Red};
pub use prose::{Block, Kind, blocks};
pub use xlsx::write as xlsx;

/// Whether this program was built with the writer of the PDF.
pub const HAS_PDF: bool = cfg!(feature = "pdf");

/// The media type of the PDF.
pub const PDF: &str = "application/pdf";

/// The media type of the workbook.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Writes the PDF; the same bytes for the same pack.
///
/// # Errors
/// If this program was built without it, or a rule of PDF/UA is broken.
#[cfg(feature = "pdf")]
pub fn pdf(pack: &Pack) -> anyhow::Result<Vec<u8>> {
    pdf::write(pack)
}

/// Writes the PDF; the same bytes for the same pack.
///
/// # Errors
/// If this program was built without it, or a rule of PDF/UA is broken.
#[cfg(not(feature = "pdf"))]
pub fn pdf(_: &Pack) -> anyhow::Result<Vec<u8>> {
    anyhow::bail!("this program was built without the writer of PDF")
}
