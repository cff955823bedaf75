//! Statuary records how every project is really doing, keeps the whole history, and shows a portfolio as one honest
//! picture. This crate puts the surfaces together: the HTTP server, what runs beside its requests, and the command line.

pub mod backups;
pub mod cli;
pub mod demo;
pub mod doctor;
pub mod moving;
pub mod notifications;
#[cfg(feature = "opentelemetry")]
mod traces;
pub mod webhooks;

#[cfg(any(test, fuzzing))]
pub mod fuzzing;
