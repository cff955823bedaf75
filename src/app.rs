//! All that a handler can reach.

use std::sync::Arc;

use crate::auth::uses::Uses;
use crate::clock::Clock;
use crate::config::Settings;
use crate::db::Db;
use crate::http::limits::Limits;
use crate::idempotency::Running;
use crate::sessions::LoginLink;
use crate::setup::Setup;

/// The service, shared by all its requests.
#[derive(Clone)]
pub struct App {
    /// The store.
    pub db: Db,
    /// The only source of "now".
    pub clock: Clock,
    /// What the operator chose.
    pub settings: Arc<Settings>,
    /// How often one may ask.
    pub limits: Arc<Limits>,
    /// The one-time link of a first start.
    pub setup: Setup,
    /// The one-time link that signs somebody in.
    pub login: LoginLink,
    /// The keyed requests that are worked on.
    pub running: Running,
    /// When tokens were used of late.
    pub uses: Uses,
}

/// 32 bytes that nobody can guess.
pub fn random_bytes() -> [u8; 32] {
    rand::random()
}
