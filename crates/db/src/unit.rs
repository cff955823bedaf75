//! A unit of work as the engines run it: without the types of its result and its error, so that the code of the engines is
//! compiled once instead of once for each caller. [`Db`](crate::Db) makes units.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use crate::{Conn, Error, Result, TraceParent, Work, WorkError};

/// A unit of work whose result goes to its [`Outcome`].
pub type Unit = Box<dyn for<'c> FnOnce(&'c mut Conn) -> Work<'c, (), Failure> + Send>;

/// A unit that has the trace context of the current task, on whichever thread it runs.
pub fn in_trace(unit: Unit) -> Unit {
    let Some(trace) = TraceParent::current() else { return unit };
    Box::new(move |conn| Box::pin(trace.scope(unit(conn))))
}

/// The reason why a unit of work failed.
#[derive(Debug)]
pub enum Failure {
    /// The work returned an error, which its [`Outcome`] has.
    Work,
    /// The engine failed.
    Engine(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Engine(error)
    }
}

/// How a unit of work ended, with the error of the engine if it failed because of one.
pub type Ended<'e> = Result<(), Option<&'e Error>>;

/// The result of a unit of work, once it has run.
pub struct Outcome<T, E>(Arc<Mutex<Option<Result<T, E>>>>);

impl<T, E: WorkError> Outcome<T, E> {
    /// The result for the caller, where `ended` is what the engine returned.
    pub fn after(&self, ended: Result<(), Failure>) -> Result<T, E> {
        if let Err(Failure::Engine(error)) = ended {
            return Err(error.into());
        }
        let result = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        result.unwrap_or_else(|| Err(Error::Other("the work has no result".into()).into()))
    }
}

/// Separates work from its result.
pub fn unit<T, E, F>(work: F) -> (Unit, Outcome<T, E>)
where
    T: Send + 'static,
    E: WorkError,
    F: for<'c> FnOnce(&'c mut Conn) -> Work<'c, T, E> + Send + 'static,
{
    let outcome = Arc::new(Mutex::new(None));
    let own = Arc::clone(&outcome);
    let unit: Unit = Box::new(move |conn| Box::pin(Kept { work: work(conn), result: own }));
    (unit, Outcome(outcome))
}

/// Work whose result is kept for its [`Outcome`]. Its code depends on the types of the result alone, not on the work.
struct Kept<'c, T, E> {
    work: Work<'c, T, E>,
    result: Arc<Mutex<Option<Result<T, E>>>>,
}

impl<T, E> Future for Kept<'_, T, E> {
    type Output = Result<(), Failure>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.work.as_mut().poll(context).map(|result| {
            let ended = if result.is_ok() { Ok(()) } else { Err(Failure::Work) };
            *self.result.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
            ended
        })
    }
}
