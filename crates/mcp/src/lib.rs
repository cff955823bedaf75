//! The surface for agents: the Model Context Protocol over HTTP, at `/mcp`. The router of `statuary` serves it.
//!
//! A tool is a request to Statuary's own API, which the router passes in as a service: the same rights, limits and texts hold.
//! There are no sessions, and no streams: each request is answered by itself. See `docs/adr/0008-agents.md`.

mod endpoint;
mod message;
pub mod routes;
mod sender;
mod tools;
mod untrusted;
mod version;
