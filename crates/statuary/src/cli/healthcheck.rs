//! `statuary healthcheck`

use anyhow::{Context, Result, bail};
use axum::http::StatusCode;

use super::serve;
use front::probe::{Target, ask};
use service::settings::CommonOptions;

/// Options of `healthcheck`.
#[derive(clap::Args)]
pub struct Args {
    /// The URL of the server, or unix:PATH; without it, the address in the settings of `serve`.
    #[arg(long)]
    url: Option<String>,
}

/// Succeeds if the server answers `/readyz` with 200.
pub async fn run(common: &CommonOptions, args: Args) -> Result<()> {
    let target = match args.url {
        Some(url) if url.starts_with("unix:") => Target::Address(url.parse()?),
        Some(url) => Target::Url(url.parse().with_context(|| format!("{url} is not a URL"))?),
        None => Target::of(&serve::settings(common, serve::from_environment()?, common.file()?)?),
    };
    let status = ask(&target, "/readyz").await?.status();
    if status == StatusCode::OK { Ok(()) } else { bail!("{} is not ready: {status}", target.url()) }
}
