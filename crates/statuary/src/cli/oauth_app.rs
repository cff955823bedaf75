//! `statuary oauth-app`

use anyhow::{Result, anyhow, bail};
use comfy_table::Table;

use super::console::print;
use super::store::open;
use base::clock::Clock;
use base::rng::random_bytes;
use db::{Conn, Db, Scope};
use domain::auth::digest;
use domain::error::Result as StoreResult;
use domain::events::{Change, Source};
use domain::ids::{AccountId, ApplicationId, UserId};
use domain::oauth;
use domain::oauth::{Application, redirect_uris as places, scopes};
use domain::table;
use domain::work;
use domain::{accounts, users};
use service::settings::CommonOptions;

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
        /// The name that people see on the consent page.
        #[arg(long)]
        name: String,
        /// A redirect URI; may be given several times.
        #[arg(long = "redirect-uri", value_name = "URI", required = true)]
        redirect_uris: Vec<String>,
        /// A scope that people can grant; may be given several times. Without it, all scopes.
        #[arg(long = "scope", value_name = "S")]
        scopes: Vec<String>,
        /// Register a public client, which has no secret and uses PKCE.
        #[arg(long)]
        public: bool,
        /// The account; without it, the oldest.
        #[arg(long, value_name = "ID")]
        account: Option<AccountId>,
    },
    /// List the applications of all accounts, without their secrets.
    List,
    /// Remove an application with all of its grants and tokens.
    Remove {
        /// The id from the list.
        client_id: String,
    },
    /// Give an application a new secret, and print it, once. The old one is refused from then on.
    RotateSecret {
        /// The id from the list.
        client_id: String,
    },
}

/// Registers, lists and removes applications, and changes their secrets.
pub async fn run(common: &CommonOptions, args: Args) -> Result<()> {
    match args.command {
        Command::Add { name, redirect_uris, scopes, public, account } => {
            add(common, name, redirect_uris, scopes, public, account).await
        }
        Command::List => {
            let db = open(common, &common.file()?).await?;
            let all = db.read(|conn| Box::pin(table::after(conn, 0, i64::MAX))).await?;
            print(table(&all))
        }
        Command::Remove { client_id } => {
            let (db, application) = find(common, client_id).await?;
            let change = change(application.account_id);
            let work = db.write(
                Scope::Account(application.account_id.0),
                work!(|conn| oauth::store::remove(conn, &change, &application).await),
            );
            Ok(work.await?)
        }
        Command::RotateSecret { client_id } => {
            let (db, application) = find(common, client_id).await?;
            if application.is_public() {
                bail!("{} is a public client: it has no secret", application.client_id);
            }
            let (secret, change) = (hex::encode(random_bytes()), change(application.account_id));
            let sha256 = digest(&secret);
            let work = db.write(
                Scope::Account(application.account_id.0),
                work!(|conn| oauth::store::set_secret(conn, &change, &application, &sha256).await),
            );
            work.await?;
            print(format_args!("client_secret: {secret}"))
        }
    }
}

async fn find(common: &CommonOptions, client_id: String) -> Result<(Db, Application)> {
    let db = open(common, &common.file()?).await?;
    let requested = client_id.clone();
    let found = db.read(work!(|conn| Ok(oauth::store::with_client_id(conn, &requested).await?))).await?;
    let application = found.ok_or_else(|| anyhow!("there is no application {client_id}"))?;
    Ok((db, application))
}

fn change(account_id: AccountId) -> Change {
    let (surface, at) = (Source::CommandLine, Clock::System.now());
    Change { account_id, actor_id: None, token_id: None, surface, at }
}

const fn kind(application: &Application) -> &'static str {
    match (application.self_registered, application.is_public()) {
        (true, _) => "registered itself",
        (false, true) => "public",
        (false, false) => "confidential",
    }
}

fn table(applications: &[Application]) -> Table {
    let mut table = Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table.set_header(["client id", "account", "name", "kind", "redirect URIs", "scopes", "created"]);
    for one in applications {
        table.add_row([
            one.client_id.clone(),
            one.account_id.to_string(),
            one.name.clone(),
            kind(one).to_owned(),
            one.redirect_uris.join(" "),
            one.scopes.as_ref().map(|scopes| scopes.join(" ")).unwrap_or_default(),
            one.created_at.to_string(),
        ]);
    }
    table
}

async fn add(
    common: &CommonOptions,
    name: String,
    redirect_uris: Vec<String>,
    scopes: Vec<String>,
    public: bool,
    account: Option<AccountId>,
) -> Result<()> {
    if name.trim().is_empty() {
        bail!("the name is blank");
    }
    for uri in &redirect_uris {
        places::check(uri).map_err(|reason| anyhow!(reason))?;
    }
    if let Some(scope) = scopes.iter().find(|scope| !scopes::is_known(scope)) {
        let kantata = scopes::KANTATA.join(" ");
        bail!("there is no scope `{scope}`; there are {} {} {kantata}", scopes::OPENPROJECT, scopes::NATIVE);
    }
    let db = open(common, &common.file()?).await?;
    let administrator = db.read(move |conn| Box::pin(administrator(conn, account))).await?;
    let (account_id, administrator) = administrator.ok_or_else(|| match account {
        Some(id) => anyhow!("there is no account {id}"),
        None => anyhow!("there is no account yet; add an administrator with `statuary user add`"),
    })?;
    let creator_id = administrator.ok_or_else(|| {
        anyhow!("account {account_id} has no administrator; add one with `statuary user add --administrator`")
    })?;

    let (client_id, secret) = (hex::encode(random_bytes()), hex::encode(random_bytes()));
    let change = change(account_id);
    let new = Application {
        id: ApplicationId(0),
        account_id,
        name: name.trim().to_owned(),
        client_id,
        secret_sha256: (!public).then(|| hex::encode(digest(&secret))),
        redirect_uris,
        scopes: (!scopes.is_empty()).then_some(scopes),
        creator_id,
        created_at: change.at,
        self_registered: false,
    };
    let work =
        db.write(Scope::Account(account_id.0), work!(|conn| oauth::store::create(conn, &change, new).await));
    let application = work.await?;
    print(format_args!("client_id: {}", application.client_id))?;
    if public { Ok(()) } else { print(format_args!("client_secret: {secret}")) }
}

/// The account and its first administrator, if they exist.
async fn administrator(
    conn: &mut Conn,
    account: Option<AccountId>,
) -> StoreResult<Option<(AccountId, Option<UserId>)>> {
    let account = match account {
        Some(id) => accounts::store::find(conn, id).await?.map(|one| one.id),
        None => accounts::store::oldest(conn).await?,
    };
    let Some(account_id) = account else { return Ok(None) };
    let person = users::store::first_administrator(conn, account_id).await?;
    Ok(Some((account_id, person.map(|person| person.id))))
}
