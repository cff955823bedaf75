//! The steering pack of a week as files: an A4 document in PDF that screen readers can read, and a workbook in XLSX. What they
//! say is a [`Pack`] of plain texts, dates and colours; [`of`] makes it from what the domain knows.

mod clean;
mod model;
pub mod of;
pub mod palette;
#[cfg(feature = "pdf")]
mod pdf;
mod prose;
pub mod workbook;
mod xlsx;

pub use model::{Change, Detail, Look, Owed, Pack, Project, Red};
pub use prose::{Block, Kind, blocks};

/// Whether this program was built with the writer of the PDF.
pub const HAS_PDF: bool = cfg!(feature = "pdf");

/// The media type of the PDF.
pub const PDF: &str = "application/pdf";

/// The media type of the workbook.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The form of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A document.
    Pdf,
    /// A workbook.
    Xlsx,
}

impl Form {
    /// Whether this program writes such files.
    pub const fn is_available(self) -> bool {
        matches!(self, Self::Xlsx) || HAS_PDF
    }

    /// The media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => PDF,
            Self::Xlsx => XLSX,
        }
    }

    /// The name under which a browser keeps the file.
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Pdf => "steering-pack.pdf",
            Self::Xlsx => "steering-pack.xlsx",
        }
    }

    /// Writes the file; the same bytes for the same pack.
    ///
    /// # Errors
    /// If this program does not write such files, or a rule of PDF/UA is broken.
    pub fn write(self, pack: &Pack) -> anyhow::Result<Vec<u8>> {
        match self {
            Self::Pdf => pdf(pack),
            Self::Xlsx => xlsx::write(pack),
        }
    }
}

#[cfg(feature = "pdf")]
fn pdf(pack: &Pack) -> anyhow::Result<Vec<u8>> {
    pdf::write(pack)
}

#[cfg(not(feature = "pdf"))]
fn pdf(_: &Pack) -> anyhow::Result<Vec<u8>> {
    anyhow::bail!("this program was built without the writer of PDF")
}
