//! The error of the domain. Each surface presents it in its own format.

/// The error of the store, as a surface sees it in [`Error::Store`].
pub use db::Error as StoreError;

/// The result of a rule or of a store function.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything that can go wrong, without internal details but for [`Error::Store`].
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request is malformed; the text says how.
    #[error("{0}")]
    Unreadable(Unreadable),
    /// The request body is longer than this limit, in bytes.
    #[error("larger than {0} bytes")]
    TooLarge(usize),
    /// The request would read too much; the text says what to do instead.
    #[error("{0}")]
    TooMuch(String),
    /// The request body has an unsupported content coding; the value is that of its header.
    #[error("the content coding `{0}` is not supported; send gzip, deflate or none")]
    UnsupportedCoding(String),
    /// The request has no valid credentials.
    #[error("not authenticated")]
    Unauthenticated,
    /// The record does not exist, or the caller must not learn that it does.
    #[error("not found")]
    NotFound,
    /// The caller sees the record and lacks the access for this operation.
    #[error("not authorized")]
    Forbidden,
    /// The request is well-formed and violates rules of the resource.
    #[error("invalid: {0:?}")]
    Invalid(Vec<Violation>),
    /// The record has changed since the client read it.
    #[error("changed meanwhile")]
    Changed,
    /// The record to restore is not deleted.
    #[error("not deleted")]
    NotDeleted,
    /// A report about the workspace was requested already.
    #[error("already requested")]
    AlreadyRequested,
    /// The draft of a report was published or discarded already.
    #[error("the draft is closed")]
    DraftClosed,
    /// The idempotency key was used for a different request.
    #[error("the key was used for another request")]
    KeyReused,
    /// The request with this idempotency key is still running.
    #[error("the request with this key is still worked on")]
    KeyRunning,
    /// The store failed or cannot be reached; the text is for the log.
    #[error(transparent)]
    Store(#[from] db::Error),
}

/// Why something that a client sent cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// A `%` without two hexadecimal digits after it.
    #[error("invalid %-encoding")]
    Escape,
    /// Bytes that are not UTF-8.
    #[error("invalid UTF-8")]
    Utf8,
    /// A text with a null byte, which no store keeps.
    #[error("a text contains a null byte")]
    NullByte,
    /// The body ended before its end; the text is the error of the connection.
    #[error("the body broke off: {0}")]
    BodyEndedEarly(String),
    /// Another reason.
    #[error("{0}")]
    Other(String),
}

impl From<String> for Unreadable {
    fn from(reason: String) -> Self {
        Self::Other(reason)
    }
}

impl From<&str> for Unreadable {
    fn from(reason: &str) -> Self {
        Self::Other(reason.to_owned())
    }
}

/// A rule that an attribute violates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The attribute, as the request names it; `base` for the whole object.
    pub field: &'static str,
    /// The rule.
    pub problem: Problem,
    /// The index of the object in a request with several.
    pub index: Option<usize>,
}

/// The rules for attributes; the surfaces have the messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// A value is required.
    Blank,
    /// Not one of the allowed values.
    NotIncluded,
    /// The value has the wrong format or type.
    Malformed,
    /// The value refers to a record that does not exist.
    Missing,
    /// Another record has the value.
    Taken,
    /// Longer than this number of characters.
    TooLong(usize),
    /// Not within a range, both ends of which are allowed.
    OutOfRange(i64, i64),
    /// Not greater than a number.
    NotAbove(i64),
    /// The attribute, with this label, cannot be written now.
    NotWritable(&'static str),
    /// A specific rule, as a whole sentence.
    Sentence(&'static str),
    /// A required part of the attribute is missing.
    PartBlank(&'static str),
    /// A part of the attribute is not one of its allowed values.
    PartNotIncluded(&'static str),
}

impl Violation {
    /// A violation of a rule by an attribute.
    pub const fn new(field: &'static str, problem: Problem) -> Self {
        Self { field, problem, index: None }
    }
}

impl Error {
    /// Something that was sent cannot be read, for this reason.
    pub fn unreadable(reason: impl Into<Unreadable>) -> Self {
        Self::Unreadable(reason.into())
    }

    /// The error for one attribute that violates one rule.
    pub fn invalid(field: &'static str, problem: Problem) -> Self {
        Self::Invalid(vec![Violation::new(field, problem)])
    }

    /// Returns `Ok` if there are no violations.
    ///
    /// # Errors
    /// [`Error::Invalid`] with all violations.
    pub fn check(violations: Vec<Violation>) -> Result<(), Self> {
        if violations.is_empty() { Ok(()) } else { Err(Self::Invalid(violations)) }
    }
}

impl db::WorkError for Error {
    fn db_error(&self) -> Option<&db::Error> {
        match self {
            Self::Store(error) => Some(error),
            _ => None,
        }
    }
}

/// A unit of work for `Db::read` and `Db::write`: `work!(|conn| store::find(conn, id).await)`. Its error is [`Error`], or
/// the one that it names: `work!(|conn| -> Error { ... })`.
#[macro_export]
macro_rules! work {
    (|$($name:ident),+| -> $error:ty $body:block) => {
        move |$($name),+| Box::pin($crate::error::fallible::<_, $error, _>(async move $body))
    };
    (|$($name:ident),+| $body:expr) => {
        $crate::work!(|$($name),+| -> $crate::error::Error { $body })
    };
}

/// Fixes the error type of a future, for [`work!`](crate::work).
pub const fn fallible<T, E, F: Future<Output = Result<T, E>>>(work: F) -> F {
    work
}
