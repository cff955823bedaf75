//! What a writing transaction remembers between its units of work.

use std::any::Any;
use std::sync::Arc;

use crate::{Conn, Error, Result, Work};

/// Writes what a transaction has only remembered.
pub type Flush = for<'c> fn(&'c mut Conn) -> Work<'c, (), Error>;

/// One value of each type, and the function that writes them before the commit. Clones share the values, so that a copy from before a
/// unit of work is cheap.
#[derive(Clone, Default)]
pub(crate) struct Memo {
    values: Vec<Arc<dyn Any + Send + Sync>>,
    flush: Option<Flush>,
}

impl Memo {
    fn get<T: Any>(&self) -> Option<&T> {
        self.values.iter().find_map(|value| value.downcast_ref())
    }

    fn take<T: Any + Send + Sync>(&mut self) -> Option<Arc<T>> {
        let place = self.values.iter().position(|value| (**value).is::<T>())?;
        self.values.swap_remove(place).downcast().ok()
    }
}

impl Conn {
    /// What this transaction remembers of a type. It is forgotten when the transaction ends; when a unit of work fails, what it has
    /// changed is undone.
    pub fn remembered<T: Any>(&self) -> Option<&T> {
        self.memo().get()
    }

    /// Changes what this transaction remembers. Only rows that the lock of the transaction protects may be remembered.
    pub fn remember<T: Any + Send + Sync + Clone + Default>(&mut self, change: impl FnOnce(&mut T)) {
        let memo = self.memo_mut();
        let mut value = memo.take::<T>().unwrap_or_default();
        change(Arc::make_mut(&mut value));
        memo.values.push(value);
    }

    /// Forgets a remembered value. What is still to be written has to be flushed before.
    pub fn forget<T: Any + Send + Sync>(&mut self) {
        drop(self.memo_mut().take::<T>());
    }

    /// Has a function called before the commit, and by [`Conn::flush`]. A transaction has one such function.
    pub fn before_commit(&mut self, flush: Flush) {
        self.memo_mut().flush = Some(flush);
    }

    /// Writes what the transaction has only remembered, for a statement that reads it.
    ///
    /// # Errors
    /// Errors of the engine.
    pub async fn flush(&mut self) -> Result<()> {
        match self.memo_mut().flush.take() {
            Some(flush) => flush(self).await,
            None => Ok(()),
        }
    }

    pub(crate) fn memo(&self) -> &Memo {
        match self {
            Self::Sqlite(client) => &client.memo,
            Self::Postgres(client) => &client.memo,
        }
    }

    pub(crate) fn memo_mut(&mut self) -> &mut Memo {
        match self {
            Self::Sqlite(client) => &mut client.memo,
            Self::Postgres(client) => &mut client.memo,
        }
    }
}
