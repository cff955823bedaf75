//! `statuary token`

use anyhow::{Result, bail};
use comfy_table::Table;

use super::console::print;
use super::store::{open, open_unchanged, person};
use base::clock::{Clock, Time};
use base::rng::random_bytes;
use db::{Conn, Scope};
use domain::auth;
use domain::auth::{NewToken, Token};
use domain::error::{Error, Result as StoreResult};
use domain::events::{Change, Source};
use domain::ids::{AccountId, TokenId};
use domain::oauth::store::grants;
use domain::table;
use domain::users::User;
use domain::work;
use service::settings::CommonOptions;

/// Options of `token`.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Add a token for a person, and print it, once.
    Add {
        /// The person's e-mail address.
        #[arg(long)]
        email: String,
        /// The purpose of the token.
        #[arg(long, default_value = "command line")]
        name: String,
        /// A scope that limits the token; may be given several times.
        #[arg(long = "scope", value_name = "S")]
        scopes: Vec<String>,
        /// The end of the token: the end of a day (in UTC), or an RFC 3339 time.
        #[arg(long, value_name = "DATE", value_parser = Time::parse_end)]
        expires: Option<Time>,
        /// The account, if people of several accounts have this e-mail address.
        #[arg(long, value_name = "ID")]
        account: Option<AccountId>,
    },
    /// List all tokens, without their texts, which are not stored.
    List,
    /// Revoke a token at once, with everything else that an application got with it.
    Revoke {
        /// The id from the list.
        id: TokenId,
    },
}

/// Adds, lists or revokes tokens.
pub async fn run(common: &CommonOptions, args: Args) -> Result<()> {
    let file = common.file()?;
    let db = match &args.command {
        Command::List => open_unchanged(common, &file).await?,
        Command::Add { .. } | Command::Revoke { .. } => open(common, &file).await?,
    };
    let at = Clock::System.now();
    match args.command {
        Command::Add { email, name, scopes, expires, account } => {
            if let Some(end) = expires.filter(|end| *end <= at) {
                bail!("the token would have ended already, at {end}");
            }
            let person = person(&db, &email, account).await?;
            if !person.active {
                bail!("{email} is deactivated: `statuary user activate` comes first");
            }
            let text = auth::token_text(random_bytes());
            let digest = auth::digest(&text);
            let scopes = (!scopes.is_empty()).then_some(scopes);
            let change = change(person.account_id, at);
            let added = db.write(
                Scope::Account(person.account_id.0),
                work!(|conn| {
                    let new = NewToken {
                        user_id: person.id,
                        name: &name,
                        sha256: digest,
                        scopes,
                        expires_at: expires,
                        ..NewToken::default()
                    };
                    auth::store::create_own(conn, &change, new).await.map(drop)
                }),
            );
            match added.await {
                Err(Error::Invalid(_)) => {
                    bail!("{email} has {} tokens: revoke one first", auth::MOST_OF_PERSON)
                }
                other => other?,
            }
            print(text)?;
        }
        Command::List => {
            let tokens = db.read(|conn| Box::pin(all(conn))).await?;
            print(table(&tokens))?;
        }
        Command::Revoke { id } => {
            let found = db.read(work!(|conn| Ok(table::with_ids::<Token>(conn, &[id].into()).await?)));
            let Some(token) = found.await?.pop() else { bail!("there is no token {id}") };
            let change = change(token.account_id, at);
            let revoked = db.write(
                Scope::Account(token.account_id.0),
                work!(|conn| grants::revoke(conn, &change, &token).await),
            );
            match revoked.await {
                Err(Error::NotFound) => bail!("there is no token {id}"),
                other => other?,
            }
        }
    }
    Ok(())
}

const fn change(account_id: AccountId, at: Time) -> Change {
    Change { account_id, actor_id: None, token_id: None, surface: Source::CommandLine, at }
}

async fn all(conn: &mut Conn) -> StoreResult<Vec<(Token, Option<User>)>> {
    let tokens: Vec<Token> = table::after(conn, 0, i64::MAX).await?;
    let ids = tokens.iter().map(|token| token.user_id).collect();
    let people: Vec<User> = table::with_ids(conn, &ids).await?;
    let person = |token: &Token| people.iter().find(|person| person.id == token.user_id).cloned();
    Ok(tokens
        .into_iter()
        .map(|token| {
            let person = person(&token);
            (token, person)
        })
        .collect())
}

fn table(tokens: &[(Token, Option<User>)]) -> Table {
    let mut table = Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table.set_header(["id", "account", "e-mail", "name", "scopes", "expires", "last use"]);
    for (token, person) in tokens {
        table.add_row([
            token.id.to_string(),
            token.account_id.to_string(),
            person.as_ref().map(|person| person.email_address.clone()).unwrap_or_default(),
            token.name.clone(),
            token.scopes.as_ref().map(|scopes| scopes.join(" ")).unwrap_or_default(),
            token.expires_at.map(|at| at.to_string()).unwrap_or_default(),
            token.used_at.map(|at| at.to_string()).unwrap_or_default(),
        ]);
    }
    table
}
