//! `statuary seed`

use anyhow::Result;

use super::console::print;
use super::store::open_or_create;
use crate::demo::synthetic;
use crate::demo::synthetic::Size;
use service::settings::CommonOptions;

/// Options of `seed`.
#[derive(clap::Args)]
pub struct Args {
    /// Number of workspaces.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    workspaces: u32,
    /// Number of status reports.
    #[arg(long)]
    reports: u32,
    /// Number of status changes.
    #[arg(long)]
    changes: u32,
    /// Seed of the random numbers.
    #[arg(long, default_value_t = 1, value_name = "S")]
    seed: u64,
}

/// Fills an empty store and prints the token of its administrator.
pub async fn run(common: &CommonOptions, args: Args) -> Result<()> {
    let db = open_or_create(common, &common.file()?).await?;
    let size = Size { workspaces: args.workspaces, reports: args.reports, changes: args.changes };
    let token = synthetic::fill(&db, size, args.seed).await?;
    print(format_args!("token: {token}"))
}
