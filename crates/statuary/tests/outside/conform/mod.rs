//! `statuary conform`: no check differs against this program, and the checks find every planted fault of a server.

mod agreement;
mod kantata;
mod kantata_writes;
mod openproject;
mod openproject_packages;
mod openproject_writes;
mod planted;
pub mod wrong;
