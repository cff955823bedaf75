//! Statuary records how every project is really doing, keeps the whole history, and shows a portfolio as one honest
//! picture. This crate puts the surfaces together: the router, what every request passes, the server and the command line.

pub mod backups;
pub mod cli;
pub mod demo;
pub mod doctor;
pub mod documents;
pub mod front;
pub mod moving;
pub mod notifications;
pub mod probe;
pub mod router;
pub mod server;
#[cfg(feature = "opentelemetry")]
mod traces;
mod viewer;
pub mod webhooks;

#[cfg(any(test, fuzzing))]
pub mod fuzzing;
