//! The outside view: the binary as its users run it, with the vendors' clients, a browser, malformed input, faults and
//! crashes. One binary, because linking takes longer than compiling these tests.

mod browser;
mod clients;
mod commands;
mod conform;
mod faults;
mod guides;
mod hard_coded_host;
mod limits;
mod mail;
mod reliability;
mod schemas;
mod schemathesis;
mod several;
mod storm;
mod streams;
mod support;
mod tls;
