//! Registering families of metrics.

use prometheus::core::Collector;
use prometheus::{IntCounterVec, Opts, Registry};

/// Registers a family of counters.
pub fn counters(registry: &Registry, name: &str, help: &str, labels: &[&str]) -> IntCounterVec {
    registered(registry, IntCounterVec::new(Opts::new(name, help), labels))
}

/// Registers a new family. Its name is valid and unique.
pub fn registered<C: Collector + Clone + 'static>(registry: &Registry, created: prometheus::Result<C>) -> C {
    let family = created.expect("a valid name");
    registry.register(Box::new(family.clone())).expect("a unique name");
    family
}
