//! The pages: HTML for browsers, in several languages, in templates of askama. The router of `statuary` mounts
//! [`routes::routes`]; its layers write errors and headers with [`error_layer`] and [`security_headers`].

mod account;
mod applications;
mod assets;
mod chart;
mod confirm;
mod consent;
mod contrast;
mod cookies;
#[cfg(test)]
mod directions;
pub mod error_layer;
pub mod error_page;
mod first_steps;
mod form;
mod form_errors;
mod health;
mod invitations;
mod layout;
mod lead_picker;
mod login;
mod meeting;
mod messages;
mod milestones;
mod notes;
mod palette;
mod participations;
mod people;
pub mod portfolio;
mod preferences;
mod prose;
mod reader;
mod response;
pub mod routes;
pub mod security_headers;
mod settings;
pub mod setup;
mod signed_in;
pub mod static_files;
mod status_reports;
mod statuses;
mod times;
mod tokens;
mod workspace_archive;
mod workspace_form;
mod workspace_import;
mod workspaces;
