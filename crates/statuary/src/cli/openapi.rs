//! `statuary openapi`

use anyhow::Result;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::console::print;
use front::documents::Document;

/// Options of `openapi`.
#[derive(clap::Args)]
pub struct Args {
    /// The surface to describe.
    #[arg(value_parser = surfaces())]
    surface: Document,
    /// Leave out what `serve --strict` leaves out.
    #[arg(long)]
    strict: bool,
}

fn surfaces() -> impl TypedValueParser<Value = Document> {
    let names = PossibleValuesParser::new(Document::ALL.map(Document::name));
    names.try_map(|name| Document::named(&name).ok_or("no surface has this name"))
}

/// Prints the `OpenAPI` document of a surface.
pub fn run(args: &Args) -> Result<()> {
    let text = args.surface.json(args.strict, "");
    print(String::from_utf8_lossy(&text).trim_end())
}
