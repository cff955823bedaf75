//! HAL: links, formattable texts, and the answers that carry them (contract, section b).

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use schemars::JsonSchema;
use serde::Serialize;

use crate::http::tag::{self, Validator};

/// The content type of every HAL answer, whatever `Accept` says (contract, decision 12).
pub const CONTENT_TYPE: HeaderValue = HeaderValue::from_static("application/hal+json; charset=utf-8");

/// A link; members that say nothing are left out, but for `href`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Link {
    href: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    templated: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<&'static str>,
}

impl Link {
    /// A link to a path below `/api/v3`, which is below the public path `root`.
    pub fn to(root: &str, path: impl AsRef<str>) -> Self {
        Self { href: Some(format!("{root}/api/v3{}", path.as_ref())), ..Self::nothing() }
    }

    /// A link that leads nowhere.
    pub const fn nothing() -> Self {
        Self { href: None, title: None, templated: None, method: None }
    }

    /// With the name of what it leads to.
    pub fn titled(self, title: impl Into<String>) -> Self {
        Self { title: Some(title.into()), ..self }
    }

    /// With placeholders in it.
    pub fn templated(self) -> Self {
        Self { templated: Some(true), ..self }
    }

    /// To be followed with another method than GET.
    pub fn with_method(self, method: &'static str) -> Self {
        Self { method: Some(method), ..self }
    }
}

/// A text in markdown with its rendering.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Formattable {
    format: &'static str,
    raw: String,
    html: String,
}

impl Formattable {
    /// A text, rendered and cleaned of what could run; both parts are empty where there is none.
    pub fn markdown(text: Option<&str>) -> Self {
        let raw = text.unwrap_or_default();
        Self { format: "markdown", raw: raw.to_owned(), html: render(raw) }
    }
}

/// How deep a text may nest and still be rendered.
const DEPTH: usize = 100;
/// How many elements the tags of a text's own HTML may come to, where each is open in each other element.
const ELEMENTS: usize = 100_000;

/// Cleaning takes time that grows with the square of the depth, and an unclosed tag is opened again in every element
/// after it, so that a text beyond the bounds shows its HTML, or all of it, as it was typed.
fn render(text: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut events: Vec<Event<'_>> = Parser::new_ext(text, options).collect();
    let (mut depth, mut deepest, mut elements, mut tags) = (0_usize, 0, 0_usize, 0_usize);
    for event in &events {
        match event {
            Event::Start(_) => {
                depth += 1;
                deepest = deepest.max(depth);
                elements += 1;
            }
            Event::End(_) => depth -= 1,
            Event::Html(html) | Event::InlineHtml(html) => tags += html.matches('<').count(),
            _ => {}
        }
    }
    if deepest > DEPTH {
        let end = Event::End(TagEnd::Paragraph);
        events = vec![Event::Start(Tag::Paragraph), Event::Text(text.into()), end];
    } else if tags.saturating_mul(tags + elements) > ELEMENTS {
        for event in &mut events {
            if let Event::Html(html) | Event::InlineHtml(html) = event {
                *event = Event::Text(std::mem::replace(html, "".into()));
            }
        }
    }
    let mut html = String::new();
    pulldown_cmark::html::push_html(&mut html, events.into_iter());
    ammonia::clean(html.trim_end())
}

/// A HAL answer; one of success has an entity tag, weak as the product's.
pub fn answer(status: StatusCode, body: &impl Serialize) -> Response {
    record(status, body, None)
}

/// [`answer`] with one record, and its state where the caller sees all of it.
pub fn record(status: StatusCode, body: &impl Serialize, state: Option<&Validator>) -> Response {
    let body = serde_json::to_vec(body).expect("objects are made of texts, numbers and lists");
    let tag = status.is_success().then(|| tag::weak(state, &body));
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, CONTENT_TYPE);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("max-age=0, private, must-revalidate"));
    if let Some(tag) = tag {
        headers.insert(header::ETAG, tag);
    }
    response
}

/// An answer in plain words, where the product gives one.
pub fn plain(status: StatusCode, text: impl Into<String>) -> Response {
    let mut response = Response::new(Body::from(text.into()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    response
}
