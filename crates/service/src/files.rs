//! Files that take much time of a processor and much memory to write or to read.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use tokio::sync::Semaphore;

use super::body_buffer::BodyBuffer;
use domain::error::Error;

/// Why no file is written.
#[derive(Debug)]
pub enum Refused {
    /// It would be too large.
    TooLarge,
    /// The rows cannot be read.
    Other(Error),
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

/// Such files are written and read one at a time, to bound the memory.
static TURN: Semaphore = Semaphore::const_new(1);

/// Reads what a file needs and writes it, when it is its turn; writing is done beside the threads that answer requests. Large
/// files that requests bring are taken apart in the same way.
///
/// # Errors
/// Those of `read`, and of the writer.
pub async fn in_turn<T, U, E>(
    read: impl Future<Output = Result<T, E>>,
    write: impl FnOnce(T) -> anyhow::Result<U> + Send + 'static,
) -> Result<anyhow::Result<U>, E>
where
    T: Send + 'static,
    U: Send + 'static,
{
    // The semaphore is never closed.
    let turn = TURN.acquire().await;
    let read = read.await?;
    let written = tokio::task::spawn_blocking(move || write(read)).await;
    drop(turn);
    Ok(written.map_err(anyhow::Error::from).flatten())
}

/// A file that a browser keeps under a name, and that no cache does.
pub fn attachment(bytes: Vec<u8>, media_type: &'static str, name: &str) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::CONTENT_DISPOSITION, disposition.as_str()),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, BodyBuffer::from(bytes).into_response()).into_response()
}
