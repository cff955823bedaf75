//! The page that asks before something is ended.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::layout::Layout;
use super::response::page;

/// What is asked.
#[derive(Template)]
#[template(path = "web/confirm.html")]
pub struct Confirm<'c> {
    /// The layout.
    pub layout: Layout,
    /// The question.
    pub title: String,
    /// What follows from it, or why it cannot be.
    pub text: String,
    /// Where the form leads; none where it cannot be.
    pub action: Option<String>,
    /// The message on the button.
    pub button: &'static str,
    /// Where one goes who does not want it.
    pub back: &'c str,
}

impl Confirm<'_> {
    /// The question, or the refusal of what was sent all the same.
    pub fn page(&self, status: StatusCode) -> Response {
        page(status, self)
    }
}
