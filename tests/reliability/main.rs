//! What holds when something below or beside the server gives way: nothing acknowledged is lost, nothing half written.

#[path = "../support/cluster.rs"]
mod cluster;
mod kill;
mod machine;
mod network;
mod reads;
#[path = "../support/silent.rs"]
mod silent;
mod stopping;
#[path = "../support/mod.rs"]
mod support;
