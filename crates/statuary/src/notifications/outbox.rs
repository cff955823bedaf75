//! Sends the mails of the outbox: a few at the same time, each recorded when the server has taken it, so that a crash sends a mail
//! twice rather than never.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::task::JoinSet;

use super::accounts;
use super::message::{self, Unwritable};
use super::transport::{Failure, Transport};
use base::clock::{Clock, Time};
use base::rng::random_bytes;
use db::{List, Scope};
use domain::error::Error;
use domain::ids::AccountId;
use domain::mails::Mail;
use domain::mails::store as mails;
use domain::mails::store::{content, digests, outbox, requests};
use domain::work;
use service::app::App;
use service::settings::mail::MailSettings;
use web::mail::letter;

/// The number of mails that are sent at the same time, each over a connection of its own.
const AT_ONCE: usize = 4;
/// The time after which another process sends the mails of one that is gone, in seconds. An attempt gives up earlier.
const LEASE: i64 = 90;

/// The turns of processes are measured by the clock of the machine, also where the service has a virtual clock.
const MACHINE: Clock = Clock::System;

/// Sends mails.
pub struct Outbox {
    app: App,
    settings: MailSettings,
    transport: Transport,
}

/// Why a mail was not sent.
#[derive(Debug)]
enum Unsent {
    Failed(Failure),
    Unwritable(Unwritable),
    /// Its reader is not to get it any more.
    Over,
}

impl Outbox {
    /// An outbox of a service that sends mails.
    ///
    /// # Errors
    /// If the settings cannot be used.
    pub fn new(app: App) -> anyhow::Result<Option<Arc<Self>>> {
        let Some(settings) = app.settings.mail.clone() else { return Ok(None) };
        let transport = Transport::new(&settings.way)?;
        Ok(Some(Arc::new(Self { app, settings, transport })))
    }

    /// Gives back the mails of a process that is gone, where this process is the only one: the embedded store has one server.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn end_old_turns(&self) -> Result<(), Error> {
        let db = &self.app.db;
        if db.file().is_some() && db.read(work!(|conn| Ok(outbox::is_any_taken(conn).await?))).await? {
            db.write(Scope::Store, work!(|conn| outbox::release_all(conn).await)).await?;
        }
        Ok(())
    }

    /// Lets accounts queue mails that do not yet.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn switch_on(&self) -> Result<(), Error> {
        let db = &self.app.db;
        for account_id in db.read(work!(|conn| Ok(mails::switched_off(conn).await?))).await? {
            let key = random_bytes();
            db.write(
                Scope::Account(account_id.0),
                work!(|conn| mails::switch_on(conn, account_id, &key).await),
            )
            .await?;
        }
        Ok(())
    }

    /// Queues the digests of this Monday.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn queue_digests(&self, now: Time) -> Result<(), Error> {
        let db = &self.app.db;
        accounts::each(
            &self.app,
            |after| Box::pin(db.read(work!(|conn| Ok(digests::accounts(conn, after).await?)))),
            |id| Box::pin(db.read(work!(|conn| digests::is_any_pending(conn, id, now).await))),
            |id| Box::pin(db.write(Scope::Account(id.0), work!(|conn| digests::queue(conn, id, now).await))),
        )
        .await
    }

    /// Starts to send mails that are due, beside those under way. Returns whether there was nothing to do.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn look(self: &Arc<Self>, sending: &mut JoinSet<()>) -> Result<bool, Error> {
        self.answer_requests().await?;
        let (db, now, machine) = (&self.app.db, self.app.clock.now(), MACHINE.now());
        let free = i64::try_from(AT_ONCE.saturating_sub(sending.len())).unwrap_or(0);
        if free == 0 {
            return Ok(true);
        }
        let due = db.read(work!(|conn| Ok(outbox::due(conn, now, machine, free).await?))).await?;
        let is_done = due.is_empty();
        let mut by_account: BTreeMap<AccountId, Vec<i64>> = BTreeMap::new();
        for (account_id, id) in due {
            by_account.entry(account_id).or_default().push(id);
        }
        for (account_id, ids) in by_account {
            let ids: List<i64> = ids.into();
            let turn = (machine, machine.plus_seconds(LEASE));
            let taken = db.write(
                Scope::Account(account_id.0),
                work!(|conn| outbox::take(conn, account_id, &ids, now, turn).await),
            );
            for mail in taken.await? {
                let outbox = Arc::clone(self);
                sending.spawn(async move {
                    if let Err(error) = outbox.send(&mail).await {
                        tracing::error!(%error, mail = mail.id, "a mail cannot be read or recorded; it is tried again");
                    }
                });
            }
        }
        Ok(is_done)
    }

    async fn answer_requests(&self) -> Result<(), Error> {
        let db = &self.app.db;
        let mut is_any = db.read(work!(|conn| Ok(requests::is_any(conn).await?))).await?;
        while is_any {
            let now = self.app.clock.now();
            let secret = || hex::encode(random_bytes());
            is_any =
                db.write(Scope::Store, work!(|conn| requests::answer_next(conn, now, secret).await)).await?;
        }
        Ok(())
    }

    /// Sends a mail, and records how that ended.
    async fn send(&self, mail: &Mail) -> Result<(), Error> {
        let sent = self.attempt(mail).await?;
        let (db, now) = (&self.app.db, self.app.clock.now());
        let (scope, account_id, id) = (Scope::Account(mail.account_id.0), mail.account_id, mail.id);
        let (account, kind) = (account_id.0, mail.cause.name());
        let end = || db.write(scope, work!(|conn| outbox::end(conn, account_id, id).await));
        match sent {
            Ok(()) => {
                self.app.metrics.mail_attempt("sent");
                end().await
            }
            Err(Unsent::Over) => end().await,
            Err(Unsent::Unwritable(reason)) => {
                self.app.metrics.mail_attempt("given_up");
                tracing::warn!(mail = id, account, kind, %reason, "a mail cannot be written; it is given up");
                end().await
            }
            Err(Unsent::Failed(Failure::Refused(code))) => {
                self.app.metrics.mail_attempt("refused");
                tracing::warn!(
                    mail = id,
                    account,
                    kind,
                    code,
                    "the mail server refused a mail; it is given up"
                );
                end().await
            }
            Err(Unsent::Failed(Failure::Later(reason))) => {
                let put_off = mail.clone();
                let has_next =
                    db.write(scope, work!(|conn| outbox::put_off(conn, &put_off, now).await)).await?;
                let attempts = mail.attempts + 1;
                self.app.metrics.mail_attempt(if has_next { "later" } else { "given_up" });
                if has_next {
                    tracing::info!(
                        mail = id,
                        account,
                        kind,
                        attempts,
                        reason,
                        "a mail was not sent; it is tried again"
                    );
                } else {
                    tracing::warn!(
                        mail = id,
                        account,
                        kind,
                        attempts,
                        reason,
                        "a mail was not sent for a day; it is given up"
                    );
                }
                Ok(())
            }
        }
    }

    async fn attempt(&self, mail: &Mail) -> Result<Result<(), Unsent>, Error> {
        let (app, read) = (&self.app, mail.clone());
        let Some(content) = app.db.read(work!(|conn| content::read(conn, &read).await)).await? else {
            return Ok(Err(Unsent::Over));
        };
        let now = app.clock.now();
        let letter = match letter(&app.settings, &content, now) {
            Ok(letter) => letter,
            Err(error) => return Ok(Err(Unsent::Failed(Failure::Later(error.to_string())))),
        };
        let message = match message::build(&self.settings.from, &content, &letter, now) {
            Ok(message) => message,
            Err(error) => return Ok(Err(Unsent::Unwritable(error))),
        };
        Ok(self.transport.send(mail, message).await.map_err(Unsent::Failed))
    }
}
