//! The log on standard error. A line that is written for a request has the id of the request.

use std::fmt;
use std::io::IsTerminal;

use clap::ValueEnum;
use service::request_id;
use tracing::{Event, Subscriber};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

/// The format of the lines.
#[derive(Clone, Copy, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// An object a line.
    Json,
}

/// The target of lines whose text is fixed, because programs such as fail2ban read them.
const FIXED: &str = "statuary::http::refused";
/// The name of the field.
const FIELD: &str = "request_id";

/// The crates of this repository, whose messages are logged at a finer level than those of others.
const OWN: [&str; 16] = [
    "base",
    "conform",
    "db",
    "domain",
    "front",
    "kantata",
    "mcp",
    "messages",
    "native",
    "oauth",
    "openproject",
    "pack",
    "scim",
    "service",
    "statuary",
    "web",
];

/// Starts to log; `verbose` is the number of `-v`.
pub fn start(verbose: u8, format: LogFormat) {
    let (others, own) = match verbose {
        // The pool of connections warns of each one that has ended.
        0 => ("warn,deadpool=error", "info"),
        1 => ("info", "debug"),
        _ => ("debug", "trace"),
    };
    let level = OWN.iter().fold(others.to_owned(), |level, name| format!("{level},{name}={own}"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(level))
        .with_writer(std::io::stderr)
        // The reader of standard error may be gone, which must not end the program.
        .log_internal_errors(false)
        .with_ansi(std::io::stderr().is_terminal());
    match format {
        LogFormat::Text => log.map_event_format(|lines| WithRequest { lines, format }).init(),
        LogFormat::Json => log.json().map_event_format(|lines| WithRequest { lines, format }).init(),
    }
}

/// Adds the id of the request to the lines of another format.
struct WithRequest<F> {
    lines: F,
    format: LogFormat,
}

impl<S, N, F> FormatEvent<S, N> for WithRequest<F>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
    F: FormatEvent<S, N>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let has_own = event.metadata().target() == FIXED || event.metadata().fields().field(FIELD).is_some();
        let id = request_id::current().filter(|_| !has_own);
        let Some(id) = id.as_ref().and_then(|id| id.to_str().ok()) else {
            return self.lines.format_event(context, writer, event);
        };
        let mut line = String::new();
        self.lines.format_event(context, Writer::new(&mut line), event)?;
        let line = line.trim_end_matches('\n');
        match (self.format, line.strip_suffix('}')) {
            // The id has letters, digits and hyphens only.
            (LogFormat::Json, Some(object)) => writeln!(writer, "{object},\"{FIELD}\":\"{id}\"}}"),
            _ => writeln!(writer, "{line} {FIELD}={id}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    #[test]
    fn every_crate_of_the_program_is_among_the_own_ones() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let names =
            std::fs::read_dir(folder).expect("the crates").map(|entry| entry.expect("a crate").file_name());
        let mut names: BTreeSet<String> = names.filter_map(|name| name.into_string().ok()).collect();
        assert!(names.remove("stories"), "{names:?}");
        assert_eq!(names, super::OWN.map(str::to_owned).into());
    }
}
