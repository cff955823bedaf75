//! Stories: the service in process, through HTTP, on both engines.
#![cfg(test)]

mod answer;
mod app;
mod archive;
mod auth;
mod bodies;
mod browser;
mod by_hand;
mod changes;
mod clock;
mod documents;
mod events;
mod exact;
mod external_references;
mod faults;
mod harbor;
mod http;
mod idempotency;
mod invitations;
mod kantata;
mod metrics;
mod milestones;
mod native;
mod notes;
mod oauth;
mod openproject;
mod participations;
mod policy;
mod portfolio;
mod report_templates;
mod requests;
mod sessions;
mod statements;
mod status_changes;
mod status_reports;
mod statuses;
mod timeline;
mod users;
mod verify;
mod web;
mod whole;
mod work_packages;
mod workspaces;

use answer::Answer;
use app::{Engine, TestApp, time};
use harbor::{NOW, activity, change, harbor, lines, package, reference, report, with};
