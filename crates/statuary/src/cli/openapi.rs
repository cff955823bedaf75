//! `statuary openapi`

use anyhow::Result;

use super::console::print;
use crate::documents::Document;

/// Options of `openapi`.
#[derive(clap::Args)]
pub struct Args {
    /// The surface to describe.
    #[arg(value_enum)]
    surface: Document,
    /// Leave out what `serve --strict` leaves out.
    #[arg(long)]
    strict: bool,
}

/// Prints the `OpenAPI` document of a surface.
pub fn run(args: &Args) -> Result<()> {
    let text = args.surface.json(args.strict, "");
    print(String::from_utf8_lossy(&text).trim_end())
}
