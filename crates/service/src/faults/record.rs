//! Earlier answers, for stale ones.

use std::collections::VecDeque;

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;

/// Maximum size of all bodies, in bytes.
const LIMIT: usize = 16 * 1024 * 1024;
/// Maximum number of answers.
const ANSWERS: usize = 4096;

/// The hash of a request and its caller.
pub type Key = [u8; 32];

/// An answer with its whole body.
#[derive(Clone, Debug)]
pub struct RecordedResponse {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl IntoResponse for RecordedResponse {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
    }
}

/// Answers, the oldest first.
#[derive(Debug, Default)]
pub struct Record {
    answers: VecDeque<(Key, RecordedResponse)>,
    length: usize,
}

impl Record {
    /// The last answer that differs from `present`.
    pub fn earlier(&self, key: &Key, present: &RecordedResponse) -> Option<RecordedResponse> {
        let mut own =
            self.answers.iter().rev().filter(|(requested, _)| requested == key).map(|(_, answer)| answer);
        own.find(|answer| answer.status != present.status || answer.body != present.body).cloned()
    }

    /// Keeps an answer, unless it equals the last one. The oldest answers make room.
    pub fn keep(&mut self, key: Key, answer: RecordedResponse) {
        let last = self.answers.iter().rev().find(|(requested, _)| *requested == key);
        if answer.body.len() > LIMIT || last.is_some_and(|(_, last)| last.body == answer.body) {
            return;
        }
        self.length += answer.body.len();
        self.answers.push_back((key, answer));
        while self.length > LIMIT || self.answers.len() > ANSWERS {
            let Some((_, oldest)) = self.answers.pop_front() else { break };
            self.length -= oldest.body.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(body: &'static [u8]) -> RecordedResponse {
        RecordedResponse { status: StatusCode::OK, headers: HeaderMap::new(), body: Bytes::from_static(body) }
    }

    #[test]
    fn the_earlier_answer_is_the_last_one_that_differs() {
        let mut record = Record::default();
        for body in [b"one", b"two", b"two"] {
            record.keep([1; 32], answer(body));
        }
        record.keep([2; 32], answer(b"not yours"));
        let earlier =
            |key: u8, present| record.earlier(&[key; 32], &answer(present)).map(|answer| answer.body);
        assert_eq!(earlier(1, b"three").as_deref(), Some(&b"two"[..]));
        assert_eq!(earlier(1, b"two").as_deref(), Some(&b"one"[..]));
        assert_eq!(earlier(2, b"not yours"), None);
        assert_eq!(earlier(3, b"three"), None);
    }

    #[test]
    fn the_oldest_answers_make_room() {
        let mut record = Record::default();
        let big = vec![0; LIMIT / 2];
        for key in 0..3 {
            record.keep([key; 32], RecordedResponse { body: big.clone().into(), ..answer(b"") });
        }
        assert!(record.earlier(&[0; 32], &answer(b"")).is_none() && record.length <= LIMIT);
        assert!(record.earlier(&[2; 32], &answer(b"")).is_some());
        for key in 0..=ANSWERS {
            let mut requested = [9; 32];
            requested[..8].copy_from_slice(&key.to_le_bytes());
            record.keep(requested, answer(b"small"));
        }
        assert_eq!((record.answers.len(), record.length), (ANSWERS, ANSWERS * 5));
    }
}
