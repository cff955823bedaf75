//! The form in which a client gets events.

use axum::http::HeaderMap;

use crate::accept::preferred;

/// The media type of a stream.
pub const STREAM: &str = "text/event-stream";
/// The media type of a batch of `CloudEvents`.
pub const BATCH: &str = "application/cloudevents-batch+json";

/// The form of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A page.
    Json,
    /// Server-sent events.
    Stream,
    /// `CloudEvents`.
    Batch,
}

impl Form {
    /// The one that the header `Accept` prefers; JSON if it names none of them.
    pub fn of(headers: &HeaderMap) -> Self {
        preferred(headers, &[(STREAM, Self::Stream), (BATCH, Self::Batch)], Self::Json)
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderValue, header};

    use super::*;

    #[test]
    fn the_form_is_the_one_that_the_client_prefers() {
        for (accept, form) in [
            ("", Form::Json),
            ("*/*", Form::Json),
            ("text/html", Form::Json),
            ("text/event-stream", Form::Stream),
            ("text/event-stream, */*;q=0.5", Form::Stream),
            ("application/json, text/event-stream;q=0.9", Form::Json),
            ("application/json;q=0.1, Application/CloudEvents-Batch+JSON", Form::Batch),
            ("text/event-stream;q=0", Form::Json),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, HeaderValue::from_static(accept));
            assert_eq!(Form::of(&headers), form, "{accept}");
        }
        assert_eq!(Form::of(&HeaderMap::new()), Form::Json);
    }
}
