//! The page that asks for confirmation.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::layout::Layout;
use super::response::page;

/// The page.
#[derive(Template)]
#[template(path = "web/confirm.html")]
pub struct Confirm<'c> {
    /// The layout.
    pub layout: Layout,
    /// The question.
    pub title: String,
    /// The consequences, or why it is not possible.
    pub text: String,
    /// The path to which the form is sent; `None` if it is not possible.
    pub action: Option<String>,
    /// The message on the button.
    pub button: &'static str,
    /// The path of the link to cancel.
    pub back: &'c str,
}

impl Confirm<'_> {
    /// The response: the question, or the refusal after the form was sent.
    pub fn page(&self, status: StatusCode) -> Response {
        page(status, self)
    }
}
