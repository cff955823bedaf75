//! Demo and synthetic data, imported as an archive. `serve --demo` and `seed` call this.

mod desk;
mod hooks;
mod labels;
mod portfolio;
pub mod synthetic;
mod template;
mod words;
mod work_packages;

use anyhow::{Result, bail};

use base::clock::Time;
use base::rng::random_bytes;
use db::{Conn, Db, Scope};
use domain::archive::{Line, import};
use domain::auth::NewToken;
use domain::error::{Error, Problem, Result as StoreResult};
use domain::events::{Change, Source};
use domain::ids::{AccountId, UserId};
use domain::work;
use domain::{accounts, auth, users};

/// The name of the token of `serve --demo`; each start revokes the one of the start before.
const TOKEN_NAME: &str = "serve --demo";

/// The access to a demo.
#[derive(Clone, Debug)]
pub struct Entry {
    /// A token.
    pub token: String,
    /// The account.
    pub account_id: AccountId,
    /// Its administrator, the owner of the token.
    pub user_id: UserId,
}

/// Fills an empty store with the demo portfolio, a year up to `now`, and creates a token of its administrator.
///
/// # Errors
/// When the store contains other data.
pub async fn prepare(db: &Db, now: Time) -> Result<Entry> {
    let text = auth::token_text(random_bytes());
    let digest = auth::digest(&text);
    let done = db.write(
        Scope::Store,
        work!(|conn| {
            if accounts::store::oldest(conn).await?.is_none() {
                bring_in(conn, now, portfolio::lines(now).into_iter()).await?;
                words::say(conn, now).await?;
            }
            hand_out(conn, now, &digest).await
        }),
    );
    match done.await {
        Ok((account_id, user_id)) => Ok(Entry { token: text, account_id, user_id }),
        Err(Error::Invalid(_)) => bail!("--demo fills an empty store, and this one holds other data"),
        Err(error) => Err(error.into()),
    }
}

async fn hand_out(conn: &mut Conn, now: Time, digest: &[u8; 32]) -> StoreResult<(AccountId, UserId)> {
    let foreign = || Error::invalid("base", Problem::Taken);
    let account_id = accounts::store::oldest(conn).await?.ok_or_else(foreign)?;
    let account = accounts::store::find(conn, account_id).await?;
    if account.is_none_or(|account| account.name != portfolio::ACCOUNT) {
        return Err(foreign());
    }
    let person = users::store::first_administrator(conn, account_id).await?.ok_or_else(foreign)?;
    let change = Change { account_id, actor_id: None, token_id: None, surface: Source::CommandLine, at: now };
    for token in auth::store::named(conn, &person, TOKEN_NAME).await? {
        auth::store::revoke(conn, &change, &token).await?;
    }
    let new = NewToken { user_id: person.id, name: TOKEN_NAME, sha256: *digest, ..NewToken::default() };
    auth::store::create(conn, &change, new).await?;
    Ok((account_id, person.id))
}

async fn bring_in(
    conn: &mut Conn,
    at: Time,
    lines: impl Iterator<Item = Line> + Send,
) -> StoreResult<import::Counts> {
    let numbered = (1..).zip(lines).map(|(number, line)| Ok((number, 0, line)));
    import::import(conn, at, numbered).await
}
