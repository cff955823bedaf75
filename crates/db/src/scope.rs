//! The lock of a write transaction.

/// What a write transaction locks, so that rules that read before they write stay true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// One account: its writers run one after the other.
    Account(i64),
    /// The whole store, for imports and for creating accounts.
    Store,
}
