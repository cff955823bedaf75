//! `statuary user`

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use super::{open, open_or_create, person, print};
use crate::clock::Clock;
use crate::config::Given;
use crate::db::{Conn, Result as StoreResult, Scope};
use crate::error::Error;
use crate::events::{Change, Surface};
use crate::users::{self, NewUser, password};
use crate::{accounts, clock::Time, invitations, sessions};

/// Options of `user`.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Add a person, and print the new id.
    Add {
        /// The e-mail address.
        #[arg(long)]
        email: String,
        /// First and last name.
        #[arg(long)]
        name: String,
        /// The account; without it the oldest, made as `Default` when there is none.
        #[arg(long, value_name = "ID")]
        account: Option<i64>,
        /// May do everything in the account.
        #[arg(long)]
        administrator: bool,
    },
    /// Set the password that a person signs in with, read from standard input or from the file that
    /// `STATUARY_PASSWORD_FILE` names. Sessions that the person has end.
    Password {
        /// The person's e-mail address.
        #[arg(long)]
        email: String,
        /// The account, where people of several have that e-mail address.
        #[arg(long, value_name = "ID")]
        account: Option<i64>,
    },
}

/// Adds people, and sets their passwords.
pub async fn run(given: &Given, args: Args) -> Result<()> {
    match args.command {
        Command::Add { email, name, account, administrator } => {
            add(given, email, name, account, administrator).await
        }
        Command::Password { email, account } => set_password(given, &email, account).await,
    }
}

async fn add(
    given: &Given,
    email: String,
    name: String,
    account: Option<i64>,
    administrator: bool,
) -> Result<()> {
    if name.trim().is_empty() {
        bail!("the name is blank");
    }
    if !users::is_email_address(&email) {
        bail!("{email} is not an e-mail address");
    }
    let db = open_or_create(given, &given.file()?).await?;
    let at = Clock::System.now();
    let added = db.write(Scope::Store, move |conn| {
        Box::pin(async move {
            let new = NewUser {
                full_name: &name,
                email_address: &email,
                headline: None,
                administrator,
                password_hash: None,
            };
            create(conn, account, &new, at).await
        })
    });
    match added.await {
        Ok(id) => print(id),
        Err(Error::NotFound) => bail!("there is no such account"),
        Err(Error::Invalid(_)) => bail!("the account has a user with that e-mail address"),
        Err(error) => Err(error.into()),
    }
}

async fn create(conn: &mut Conn, account: Option<i64>, new: &NewUser<'_>, at: Time) -> StoreResult<i64> {
    let surface = Surface::CommandLine;
    let account_id = match account {
        Some(id) if accounts::store::with_ids(conn, &format!("[{id}]")).await?.is_empty() => {
            return Err(Error::NotFound);
        }
        Some(id) => id,
        None => accounts::store::oldest_or_default(conn, surface, at).await?,
    };
    let change = Change { account_id, actor_id: None, token_id: None, surface, at };
    Ok(users::store::add(conn, &change, new).await?.id)
}

async fn set_password(given: &Given, email: &str, account: Option<i64>) -> Result<()> {
    let text = match std::env::var_os("STATUARY_PASSWORD_FILE").map(PathBuf::from) {
        Some(path) => {
            std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?
        }
        None => std::io::read_to_string(std::io::stdin()).context("cannot read standard input")?,
    };
    // The end of its line is not part of it.
    let text = text.strip_suffix('\n').unwrap_or(&text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    if !password::is_acceptable(text) {
        bail!("the password has fewer than {} characters, or more than 1024 bytes", password::SHORTEST);
    }
    let db = open(given, &given.file()?).await?;
    let person = person(&db, email, account).await?;
    let hash = password::hash(text.to_owned()).await?;
    let change = Change {
        account_id: person.account_id,
        actor_id: None,
        token_id: None,
        surface: Surface::CommandLine,
        at: Clock::System.now(),
    };
    let work = db.write(Scope::Account(person.account_id), move |conn| {
        Box::pin(async move {
            users::store::set_password(conn, &change, &person, &hash).await?;
            invitations::store::end_of(conn, &change, person.id).await?;
            sessions::store::end_all(conn, &change, person.id).await
        })
    });
    Ok(work.await?)
}
