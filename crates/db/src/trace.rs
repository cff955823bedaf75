//! The trace context of the request for which a unit of work runs (<https://www.w3.org/TR/trace-context/>).

use std::fmt;
use std::str::FromStr;

/// A trace context: the trace, and the span in it whose work this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceParent {
    trace: u128,
    span: u64,
    flags: u8,
}

/// A text is not a trace context.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a trace context")]
pub struct ParseTraceParentError;

tokio::task_local! {
    static CURRENT: TraceParent;
}

impl TraceParent {
    /// Runs `work`, whose units of work then have this context.
    pub async fn scope<W: Future>(self, work: W) -> W::Output {
        CURRENT.scope(self, work).await
    }

    /// The context of the current unit of work, or of the current task.
    pub fn current() -> Option<Self> {
        CURRENT.try_with(|current| *current).ok()
    }

    /// The context of a further span of the trace.
    #[must_use]
    pub const fn with_span(self, span: u64) -> Self {
        Self { span: if span == 0 { 1 } else { span }, ..self }
    }
}

/// `00-TRACE-SPAN-FLAGS`; a later version may have further parts.
impl FromStr for TraceParent {
    type Err = ParseTraceParentError;

    fn from_str(text: &str) -> Result<Self, ParseTraceParentError> {
        let number = |text: &str, digits: usize| {
            let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
            let is_valid = text.len() == digits && text.bytes().all(is_hex);
            if is_valid { u128::from_str_radix(text, 16).ok() } else { None }
        };
        let read = || {
            let mut parts = text.split('-');
            let version = number(parts.next()?, 2)?;
            let trace = number(parts.next()?, 32)?;
            let span = u64::try_from(number(parts.next()?, 16)?).ok()?;
            let flags = u8::try_from(number(parts.next()?, 2)?).ok()?;
            let is_known = version != 0xff && (version != 0 || parts.next().is_none());
            (is_known && trace != 0 && span != 0).then_some(Self { trace, span, flags })
        };
        read().ok_or(ParseTraceParentError)
    }
}

impl fmt::Display for TraceParent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "00-{:032x}-{:016x}-{:02x}", self.trace, self.span, self.flags)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_context_is_read_and_written() {
        let text = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let read: TraceParent = text.parse().expect("a context");
        assert_eq!(read.to_string(), text);
        let next = read.with_span(7).to_string();
        assert_eq!(next, "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000007-01");
        assert_eq!(text.replacen("00-", "cc-", 1).parse(), Ok(read));
        assert_eq!(format!("{}-later", text.replacen("00-", "01-", 1)).parse(), Ok(read));
        for wrong in [
            "",
            "00",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
            "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-+0f067aa0ba902b7-01",
        ] {
            assert_eq!(wrong.parse::<TraceParent>(), Err(ParseTraceParentError), "{wrong}");
        }
    }

    #[tokio::test]
    async fn a_unit_of_work_has_the_context_of_its_task() {
        let folder = tempfile::tempdir().expect("a folder");
        let db = crate::Db::open(&crate::Location::in_directory(folder.path())).await.expect("a store");
        let write = || {
            db.write(crate::Scope::Account(1), |_| {
                Box::pin(async { Ok::<_, crate::Error>(TraceParent::current()) })
            })
        };
        let trace = TraceParent { trace: 1, span: 2, flags: 0 };
        assert_eq!(trace.scope(write()).await.expect("a write"), Some(trace));
        assert_eq!(write().await.expect("a write"), None);
    }
}
