//! `statuary oauth-app`

use anyhow::{Result, anyhow, bail};

use super::{open, print};
use crate::app::random_bytes;
use crate::auth::digest;
use crate::clock::Clock;
use crate::config::Given;
use crate::db::{Conn, Result as StoreResult, Scope};
use crate::events::{Change, Surface};
use crate::oauth::{self, Application, check_redirect_uri, scopes};
use crate::{accounts, users};

/// Options of `oauth-app`.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Register an application as the account's first administrator, and print its id and secret, once.
    Add {
        /// What people read when they are asked for consent.
        #[arg(long)]
        name: String,
        /// Where codes may be sent to; may be given several times.
        #[arg(long = "redirect-uri", value_name = "URI", required = true)]
        redirect_uris: Vec<String>,
        /// What it can be granted; may be given several times. Without it, any scope.
        #[arg(long = "scope", value_name = "S")]
        scopes: Vec<String>,
        /// It cannot keep a secret and gets none; it proves itself with PKCE.
        #[arg(long)]
        public: bool,
        /// The account; without it the oldest.
        #[arg(long, value_name = "ID")]
        account: Option<i64>,
    },
}

/// Registers applications.
pub async fn run(given: &Given, args: Args) -> Result<()> {
    let Command::Add { name, redirect_uris, scopes, public, account } = args.command;
    if name.trim().is_empty() {
        bail!("the name is blank");
    }
    for uri in &redirect_uris {
        check_redirect_uri(uri).map_err(|reason| anyhow!(reason))?;
    }
    if let Some(scope) = scopes.iter().find(|scope| !scopes::is_known(scope)) {
        let kantata = scopes::KANTATA.join(" ");
        bail!("there is no scope `{scope}`; there are {} {} {kantata}", scopes::OPENPROJECT, scopes::NATIVE);
    }
    let db = open(given, &given.file()?).await?;
    let administrator = db.read(move |conn| Box::pin(administrator(conn, account))).await?;
    let (account_id, administrator) = administrator.ok_or_else(|| match account {
        Some(id) => anyhow!("there is no account {id}"),
        None => anyhow!("there is no account yet; add an administrator with `statuary user add`"),
    })?;
    let creator_id = administrator.ok_or_else(|| {
        anyhow!("account {account_id} has no administrator; add one with `statuary user add --administrator`")
    })?;

    let (client_id, secret) = (hex::encode(random_bytes()), hex::encode(random_bytes()));
    let at = Clock::System.now();
    let new = Application {
        id: 0,
        account_id,
        name: name.trim().to_owned(),
        client_id,
        secret_sha256: (!public).then(|| hex::encode(digest(&secret))),
        redirect_uris,
        scopes: (!scopes.is_empty()).then_some(scopes),
        creator_id,
        created_at: at,
    };
    let change = Change { account_id, actor_id: None, token_id: None, surface: Surface::CommandLine, at };
    let work = db.write(Scope::Account(account_id), move |conn| {
        Box::pin(async move { oauth::store::create(conn, &change, new).await })
    });
    let application = work.await?;
    print(format_args!("client_id: {}", application.client_id))?;
    if public { Ok(()) } else { print(format_args!("client_secret: {secret}")) }
}

/// The account, if there is one, and its first administrator, if it has one.
async fn administrator(conn: &mut Conn, account: Option<i64>) -> StoreResult<Option<(i64, Option<i64>)>> {
    let account = match account {
        Some(id) => accounts::store::with_ids(conn, &format!("[{id}]")).await?.pop().map(|one| one.id),
        None => accounts::store::oldest(conn).await?,
    };
    let Some(account_id) = account else { return Ok(None) };
    let person = users::store::first_administrator(conn, account_id).await?;
    Ok(Some((account_id, person.map(|person| person.id))))
}
