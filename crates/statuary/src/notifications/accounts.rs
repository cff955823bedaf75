//! Work that time brings, account by account.

use futures_util::future::BoxFuture;

use domain::error::Error;
use domain::ids::AccountId;
use service::app::App;

/// What a step answers.
type Step<'s, T> = BoxFuture<'s, Result<T, Error>>;

/// Works through the accounts that `next` finds after an id, in a transaction at a time: `turn` returns whether an account has
/// more to do. `is_pending` is a read, so that an account without work is not locked.
///
/// # Errors
/// Those of the store.
pub async fn each<'s>(
    app: &App,
    next: impl Fn(AccountId) -> Step<'s, Vec<AccountId>>,
    is_pending: impl Fn(AccountId) -> Step<'s, bool>,
    turn: impl Fn(AccountId) -> Step<'s, bool>,
) -> Result<(), Error> {
    let mut after = AccountId(0);
    loop {
        let found = next(after).await?;
        let Some(last) = found.last() else { return Ok(()) };
        after = *last;
        for account_id in found {
            let mut is_more = is_pending(account_id).await?;
            while is_more && !*app.stopping.borrow() {
                is_more = turn(account_id).await?;
            }
        }
    }
}
