//! One error for all rooms; each surface spells it in its own shape.

/// The error of the store, as a surface sees it in [`Error::Store`].
pub use db::Error as StoreError;

/// What a rule or a store function of the domain ends with.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can go wrong, as a client may be told of it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What was sent cannot be read.
    #[error("{0}")]
    Unreadable(Unreadable),
    /// What was sent is longer than the limit, in bytes.
    #[error("larger than {0} bytes")]
    TooLarge(usize),
    /// It would read more than one request may; the text says what to do.
    #[error("{0}")]
    TooMuch(String),
    /// The body has a coding that is not read: what its header says.
    #[error("the content coding `{0}` is not supported; send gzip, deflate or none")]
    UnsupportedCoding(String),
    /// Nobody whom we know asks.
    #[error("not authenticated")]
    Unauthenticated,
    /// There is no such thing, or the caller may not know of it.
    #[error("not found")]
    NotFound,
    /// The caller sees it and may not do this with it.
    #[error("not authorized")]
    Forbidden,
    /// It can be read and breaks rules of the resource.
    #[error("invalid: {0:?}")]
    Invalid(Vec<Violation>),
    /// The record is not what the client takes it for.
    #[error("changed meanwhile")]
    Changed,
    /// The idempotency key was sent with another request.
    #[error("the key was used for another request")]
    KeyReused,
    /// The request of this idempotency key is still worked on.
    #[error("the request with this key is still worked on")]
    KeyRunning,
    /// The store refuses or cannot be reached; the inside text is for the log.
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

/// One rule that one attribute breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The attribute, as the request names it; `base` for the whole object.
    pub field: &'static str,
    /// The rule.
    pub problem: Problem,
    /// The place of the object in a request that carries several.
    pub index: Option<usize>,
}

/// The rules that attributes break; surfaces have the words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// A value is required.
    Blank,
    /// Not one of the allowed values.
    NotIncluded,
    /// Of a shape that cannot be a value of this attribute.
    Malformed,
    /// The record that it names is not there.
    Missing,
    /// Another record has it.
    Taken,
    /// Longer than so many characters.
    TooLong(usize),
    /// Not between two numbers, both allowed.
    OutOfRange(i64, i64),
    /// Not above a number.
    NotAbove(i64),
    /// A rule of its own, as a whole sentence.
    Sentence(&'static str),
    /// A part of the attribute that is required is not there.
    PartBlank(&'static str),
    /// A part of the attribute is not one of its allowed values.
    PartNotIncluded(&'static str),
}

impl Violation {
    /// An attribute and the rule that it breaks.
    pub const fn new(field: &'static str, problem: Problem) -> Self {
        Self { field, problem, index: None }
    }
}

impl Error {
    /// Something that was sent cannot be read, for this reason.
    pub fn unreadable(reason: impl Into<Unreadable>) -> Self {
        Self::Unreadable(reason.into())
    }

    /// One attribute breaks one rule.
    pub fn invalid(field: &'static str, problem: Problem) -> Self {
        Self::Invalid(vec![Violation::new(field, problem)])
    }

    /// `Ok` when nothing is violated.
    ///
    /// # Errors
    /// [`Error::Invalid`] with all that is.
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

/// A unit of work for `Db::read` and `Db::write`, whose error is [`Error`]: `work!(|conn| store::find(conn, id).await)`.
#[macro_export]
macro_rules! work {
    (|$($name:ident),+| $body:expr) => {
        move |$($name),+| Box::pin($crate::error::fallible(async move { $body }))
    };
}

/// Says that the error of a future is [`Error`].
pub const fn fallible<T, F: Future<Output = Result<T>>>(work: F) -> F {
    work
}
