//! `statuary user`

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::console::print;
use super::output;
use super::output::Target;
use super::store::{open, open_or_create, open_unchanged, person};
use base::clock::Clock;
use base::clock::Time;
use db::{Conn, Scope};
use domain::accounts;
use domain::erasures;
use domain::error::{Error, Problem, Result as StoreResult};
use domain::events::{Change, Source};
use domain::factors;
use domain::ids::{AccountId, UserId};
use domain::personal_data;
use domain::users;
use domain::users::access;
use domain::users::access::{LAST_ADMINISTRATOR, Tokens};
use domain::users::{Changes, NewUser, password};
use domain::work;
use service::settings::{CommonOptions, variable};

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
        /// The account; without it, the oldest, which is created as `Default` if there is none.
        #[arg(long, value_name = "ID")]
        account: Option<AccountId>,
        /// Make the person an administrator, who may do everything in the account.
        #[arg(long)]
        administrator: bool,
    },
    /// Set the password of a person, from standard input or from the file that
    /// `STATUARY_PASSWORD_FILE` names. It ends the sessions of the person.
    Password {
        #[command(flatten)]
        who: Who,
        /// Also revoke the tokens of the person and the grants to applications.
        #[arg(long)]
        end_tokens: bool,
    },
    /// Remove the second factors and recovery codes of a person who lost them. It ends the sessions of the person.
    ResetFactor {
        /// The person's e-mail address.
        email: String,
        /// The account, if people of several accounts have this e-mail address.
        #[arg(long, value_name = "ID")]
        account: Option<AccountId>,
    },
    /// Deactivate a person: sessions end, and tokens and grants are refused. Records of the person stay.
    Deactivate(Who),
    /// Activate a deactivated person again.
    Activate(Who),
    /// Make a person an administrator of the account.
    Promote(Who),
    /// Take the administrator role from a person.
    Demote(Who),
    /// Erase a person: the name, the e-mail address and further words are replaced everywhere, in the log too. The person
    /// is deactivated; sessions, tokens and grants end. This cannot be undone, and earlier backups are not changed.
    Erase(Erase),
    /// Write all that the store knows of a person as one JSON file.
    Export(Export),
}

/// Options of `user erase`.
#[derive(clap::Args)]
struct Erase {
    /// The person's e-mail address.
    email: String,
    /// A file with further words and phrases to erase, one a line; `-` for standard input.
    #[arg(long, value_name = "FILE")]
    words: Option<PathBuf>,
    /// The account, if people of several accounts have this e-mail address.
    #[arg(long, value_name = "ID")]
    account: Option<AccountId>,
}

/// Options of `user export`.
#[derive(clap::Args)]
struct Export {
    /// The person's e-mail address.
    email: String,
    /// The file; `-` for standard output.
    file: PathBuf,
    /// The account, if people of several accounts have this e-mail address.
    #[arg(long, value_name = "ID")]
    account: Option<AccountId>,
}

/// A person.
#[derive(clap::Args)]
struct Who {
    /// The person's e-mail address.
    #[arg(long)]
    email: String,
    /// The account, if people of several accounts have this e-mail address.
    #[arg(long, value_name = "ID")]
    account: Option<AccountId>,
}

/// Adds people, and changes their passwords and rights.
pub async fn run(common: &CommonOptions, args: Args) -> Result<()> {
    match args.command {
        Command::Add { email, name, account, administrator } => {
            add(common, email, name, account, administrator).await
        }
        Command::Password { who, end_tokens } => set_password(common, &who, end_tokens).await,
        Command::ResetFactor { email, account } => reset_factor(common, &Who { email, account }).await,
        Command::Deactivate(who) => {
            change(common, &who, Changes { active: Some(false), ..Changes::default() }).await
        }
        Command::Activate(who) => {
            change(common, &who, Changes { active: Some(true), ..Changes::default() }).await
        }
        Command::Promote(who) => {
            change(common, &who, Changes { administrator: Some(true), ..Changes::default() }).await
        }
        Command::Demote(who) => {
            change(common, &who, Changes { administrator: Some(false), ..Changes::default() }).await
        }
        Command::Erase(args) => erase(common, args).await,
        Command::Export(args) => export(common, args).await,
    }
}

async fn erase(common: &CommonOptions, args: Erase) -> Result<()> {
    let text = match &args.words {
        None => String::new(),
        Some(path) if path.as_os_str() == "-" => {
            std::io::read_to_string(std::io::stdin()).context("cannot read standard input")?
        }
        Some(path) => {
            std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?
        }
    };
    let Ok(words) = erasures::read(&text) else {
        bail!(
            "the words are not at most 1000 lines of at most 1000 characters and at least two letters or digits"
        )
    };
    let db = open(common, &common.file()?).await?;
    let person = person(&db, &args.email, args.account).await?;
    let (id, change) = (person.id, on_command_line(person.account_id));
    let work = db.write(
        Scope::Account(person.account_id.0),
        work!(|conn| erasures::store::erase(conn, &change, id, words).await),
    );
    let erased = match work.await {
        Err(Error::Invalid(violations))
            if violations.iter().any(|one| one.problem == Problem::Sentence(LAST_ADMINISTRATOR)) =>
        {
            bail!("{} is the last active administrator of account {}", args.email, person.account_id)
        }
        other => other?,
    };
    print(format_args!("{}: {} events erased", erased.user.full_name, erased.erasure.events))?;
    db.scrub().await.context("the person is erased, and the file of the store still has earlier contents")
}

async fn export(common: &CommonOptions, args: Export) -> Result<()> {
    let target = Target::of(&args.file)?;
    let db = open_unchanged(common, &common.file()?).await?;
    let person = person(&db, &args.email, args.account).await?;
    let data = db.file().and_then(Path::parent).map(Path::to_owned);
    let now = Clock::System.now();
    output::write(target, data.as_deref(), async move |file: File| {
        let mut out = BufWriter::with_capacity(1 << 16, file);
        let (account_id, id) = (person.account_id, person.id);
        let work =
            db.read(work!(|conn| personal_data::store::export(conn, account_id, id, now, &mut out).await));
        Ok(work.await?)
    })
    .await
}

async fn add(
    common: &CommonOptions,
    email: String,
    name: String,
    account: Option<AccountId>,
    administrator: bool,
) -> Result<()> {
    if name.trim().is_empty() {
        bail!("the name is blank");
    }
    if !users::is_email_address(&email) {
        bail!("{email} is not an e-mail address");
    }
    let db = open_or_create(common, &common.file()?).await?;
    let at = Clock::System.now();
    let added = db.write(
        Scope::Store,
        work!(|conn| {
            let new = NewUser {
                full_name: &name,
                email_address: &email,
                headline: None,
                administrator,
                password_hash: None,
            };
            create(conn, account, &new, at).await
        }),
    );
    match added.await {
        Ok(id) => print(id),
        Err(Error::NotFound) => bail!("there is no such account"),
        Err(Error::Invalid(_)) => bail!("the account has a user with that e-mail address"),
        Err(error) => Err(error.into()),
    }
}

async fn create(
    conn: &mut Conn,
    account: Option<AccountId>,
    new: &NewUser<'_>,
    at: Time,
) -> StoreResult<UserId> {
    let surface = Source::CommandLine;
    let account_id = match account {
        Some(id) if accounts::store::find(conn, id).await?.is_none() => {
            return Err(Error::NotFound);
        }
        Some(id) => id,
        None => accounts::store::oldest_or_default(conn, surface, at).await?,
    };
    let change = Change { account_id, actor_id: None, token_id: None, surface, at };
    Ok(users::store::add(conn, &change, new).await?.id)
}

async fn change(common: &CommonOptions, who: &Who, changes: Changes) -> Result<()> {
    let db = open(common, &common.file()?).await?;
    let person = person(&db, &who.email, who.account).await?;
    let (id, account_id) = (person.id, person.account_id);
    let change = on_command_line(account_id);
    let work = db.write(
        Scope::Account(account_id.0),
        work!(|conn| {
            let before = users::store::find(conn, account_id, id).await?;
            access::change(conn, &change, &before, &changes).await.map(drop)
        }),
    );
    match work.await {
        Err(Error::Invalid(_)) => {
            bail!("{} is the last active administrator of account {account_id}", who.email)
        }
        other => Ok(other?),
    }
}

async fn reset_factor(common: &CommonOptions, who: &Who) -> Result<()> {
    let db = open(common, &common.file()?).await?;
    let person = person(&db, &who.email, who.account).await?;
    let change = on_command_line(person.account_id);
    let work = db.write(
        Scope::Account(person.account_id.0),
        work!(|conn| factors::store::reset(conn, &change, person.id).await),
    );
    Ok(work.await?)
}

fn on_command_line(account_id: AccountId) -> Change {
    let (surface, at) = (Source::CommandLine, Clock::System.now());
    Change { account_id, actor_id: None, token_id: None, surface, at }
}

async fn set_password(common: &CommonOptions, who: &Who, end_tokens: bool) -> Result<()> {
    let text = match variable("STATUARY_PASSWORD_FILE").map(PathBuf::from) {
        Some(path) => std::fs::read_to_string(&path)
            .with_context(|| format!("STATUARY_PASSWORD_FILE: cannot read {}", path.display()))?,
        None => std::io::read_to_string(std::io::stdin()).context("cannot read standard input")?,
    };
    // The line end is not part of the password.
    let text = text.strip_suffix('\n').unwrap_or(&text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    if !password::is_acceptable(text) {
        bail!("the password has fewer than {} characters, or more than 1024 bytes", password::SHORTEST);
    }
    let db = open(common, &common.file()?).await?;
    let person = person(&db, &who.email, who.account).await?;
    let hash = password::hash(text.to_owned()).await?;
    let change = on_command_line(person.account_id);
    let tokens = if end_tokens { Tokens::End } else { Tokens::Keep };
    let work = db.write(
        Scope::Account(person.account_id.0),
        work!(|conn| {
            let person = users::store::find(conn, person.account_id, person.id).await?;
            access::set_password(conn, &change, &person, &hash, tokens).await
        }),
    );
    Ok(work.await?)
}
