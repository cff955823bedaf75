//! `statuary user`

use anyhow::{Result, bail};

use super::{open, print};
use crate::clock::Clock;
use crate::config::Given;
use crate::db::{Conn, Result as StoreResult, Scope};
use crate::error::{Error, Problem};
use crate::events::{Change, Surface};
use crate::users::{self, NewUser};
use crate::{accounts, clock::Time};

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
}

/// Adds a person.
pub async fn run(given: &Given, args: Args) -> Result<()> {
    let Command::Add { email, name, account, administrator } = args.command;
    if name.trim().is_empty() {
        bail!("the name is blank");
    }
    if !users::is_email_address(&email) {
        bail!("{email} is not an e-mail address");
    }
    let db = open(given, &given.file()?).await?;
    let at = Clock::System.now();
    let added = db.write(Scope::Store, move |conn| {
        Box::pin(async move {
            let new = NewUser { full_name: &name, email_address: &email, headline: None, administrator };
            add(conn, account, &new, at).await
        })
    });
    match added.await {
        Ok(id) => print(id),
        Err(Error::NotFound) => bail!("there is no such account"),
        Err(Error::Invalid(_)) => bail!("the account has a user with that e-mail address"),
        Err(error) => Err(error.into()),
    }
}

async fn add(conn: &mut Conn, account: Option<i64>, new: &NewUser<'_>, at: Time) -> StoreResult<i64> {
    let surface = Surface::CommandLine;
    let account_id = match account {
        Some(id) if accounts::store::with_ids(conn, &format!("[{id}]")).await?.is_empty() => {
            return Err(Error::NotFound);
        }
        Some(id) => id,
        None => accounts::store::oldest_or_default(conn, surface, at).await?,
    };
    if !users::store::by_email(conn, new.email_address, Some(account_id)).await?.is_empty() {
        return Err(Error::invalid("email_address", Problem::Taken));
    }
    let change = Change { account_id, actor_id: None, surface, at };
    Ok(users::store::create(conn, &change, new).await?.id)
}
