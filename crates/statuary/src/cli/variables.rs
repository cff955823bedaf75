//! Environment variables, each read as its argument: an empty one is unset, spaces around the value are removed, and an error
//! names the variable.

use std::any::TypeId;
use std::collections::BTreeSet;
use std::error::Error;
use std::ffi::OsString;
use std::process::ExitCode;

use clap::builder::OsStr;
use clap::error::{ContextKind, ContextValue};
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command, Parser};

use super::console::{one_line, say};
use service::settings::{NOT_A_BOOLEAN, is_on, variable};

/// The exit code of clap for a wrong argument.
const WRONG_USAGE: u8 = 2;

/// Reads the arguments and, where an argument is absent, its environment variable. Returns the names of the settings that
/// came as arguments, too.
///
/// # Errors
/// The exit code, after the message was printed; wrong arguments end the process with 2.
pub fn parse<C: Parser>() -> Result<(C, BTreeSet<String>), ExitCode> {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let read = with(C::command(), &variable).try_get_matches_from(&arguments);
    match read.and_then(|matches| Ok((C::from_arg_matches(&matches)?, matches))) {
        Ok((parsed, matches)) => {
            let mut found = BTreeSet::new();
            flags(&matches, &mut found);
            Ok((parsed, found))
        }
        Err(error) => {
            let without = with(C::command(), &|_| None).try_get_matches_from(&arguments);
            match named(&error, &C::command()) {
                Some(reason) if without.is_ok() => {
                    say(format_args!("statuary: {}", one_line(&reason)));
                    Err(ExitCode::from(WRONG_USAGE))
                }
                _ => error.exit(),
            }
        }
    }
}

/// Reads a command from the environment alone.
///
/// # Errors
/// When a variable has an invalid value. The error names the variable.
pub fn alone(command: &Command) -> anyhow::Result<ArgMatches> {
    let read = with(command.clone(), &variable).try_get_matches_from([""]);
    read.map_err(|error| anyhow::anyhow!(named(&error, command).unwrap_or_else(|| error.kind().to_string())))
}

/// A command whose variables are defaults of their arguments: clap itself takes an empty variable for a value.
fn with(command: Command, variable: &dyn Fn(&str) -> Option<OsString>) -> Command {
    let change = |arg: Arg| {
        let Some(name) = arg.get_env().map(|name| name.to_string_lossy().into_owned()) else { return arg };
        let help = format!("{} [env: {name}]", arg.get_help().map(ToString::to_string).unwrap_or_default());
        let mut arg = arg.env(None::<&'static str>).help(help);
        if arg.get_value_parser().type_id() == TypeId::of::<bool>() {
            arg = arg.value_parser(|text: &str| is_on(text).ok_or(NOT_A_BOOLEAN));
        }
        match variable(&name) {
            Some(value) => arg.default_value(OsStr::from(value)).hide_default_value(true),
            None => arg,
        }
    };
    command.mut_args(change).mut_subcommands(|command| with(command, variable))
}

/// The message for an invalid value of a variable.
fn named(error: &clap::Error, command: &Command) -> Option<String> {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    let flag = text(ContextKind::InvalidArg)?.split_whitespace().next()?.strip_prefix("--")?;
    let (name, is_secret) = environment(command, flag)?;
    let reason = error.source().map_or_else(|| "it is not an allowed value".to_owned(), ToString::to_string);
    Some(match text(ContextKind::InvalidValue) {
        Some(value) if !is_secret => format!("{name}: \"{value}\": {reason}"),
        _ => format!("{name}: {reason}"),
    })
}

/// The variable of an argument of any command, and whether its value is a secret.
fn environment(command: &Command, flag: &str) -> Option<(String, bool)> {
    let arg = command.get_arguments().find(|arg| arg.get_long() == Some(flag) && arg.get_env().is_some());
    let own =
        arg.and_then(|arg| Some((arg.get_env()?.to_string_lossy().into(), arg.is_hide_env_values_set())));
    own.or_else(|| command.get_subcommands().find_map(|command| environment(command, flag)))
}

/// Collects the names of the settings that came as arguments.
fn flags(matches: &ArgMatches, found: &mut BTreeSet<String>) {
    let is_flag = |id: &&str| matches.value_source(id) == Some(ValueSource::CommandLine);
    found.extend(matches.ids().map(clap::Id::as_str).filter(is_flag).map(str::to_owned));
    if let Some((_, matches)) = matches.subcommand() {
        flags(matches, found);
    }
}
