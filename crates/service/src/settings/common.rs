//! Options of every command, and where a setting comes from: an argument wins over its environment variable, the variable
//! over the settings file, the file over the default.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::options::Options;
use super::toml_file::read_toml;
use db::Location;

/// Options of every command, as arguments or variables.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct CommonOptions {
    /// The directory of the embedded store.
    #[arg(long, global = true, env = "STATUARY_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// `postgres://...`; without it, the embedded SQLite file in the data directory.
    #[arg(long, global = true, env = "STATUARY_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// A TOML file with settings.
    #[arg(long, global = true, env = "STATUARY_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The names of the settings that came as arguments.
    #[arg(skip)]
    pub flags: BTreeSet<String>,
}

/// The settings that a credential of systemd (`LoadCredential=`) may set: a file with the name of the variable.
pub const CREDENTIALS: [&str; 3] =
    ["STATUARY_DATABASE_URL", "STATUARY_SMTP_URL", "STATUARY_OIDC_CLIENT_SECRET"];
/// The most bytes of a credential, as of systemd.
const LONGEST_CREDENTIAL: u64 = 1 << 20;

/// Reads an environment variable, without the spaces around its value; an empty one is unset. A secret that is unset is read
/// from the credentials of the service.
pub fn variable(name: &str) -> Option<OsString> {
    let value = std::env::var_os(name).map(trimmed).filter(|value| !value.is_empty());
    value.or_else(|| if CREDENTIALS.contains(&name) { credential(name) } else { None })
}

fn trimmed(value: OsString) -> OsString {
    match value.to_str() {
        Some(text) => text.trim().into(),
        None => value,
    }
}

/// Reads a file of the folder that systemd makes for the service. One that cannot be read has a text that is no URL, so that the
/// setting is refused and not passed over.
fn credential(name: &str) -> Option<OsString> {
    let folder = std::env::var_os("CREDENTIALS_DIRECTORY")?;
    let mut text = String::new();
    let read = std::fs::File::open(Path::new(&folder).join(name))
        .and_then(|file| file.take(LONGEST_CREDENTIAL).read_to_string(&mut text));
    match read {
        Ok(_) => Some(text.trim().into()).filter(|text: &OsString| !text.is_empty()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(_) => Some("a credential that cannot be read".into()),
    }
}

impl CommonOptions {
    /// Reads the settings file; without one, no option is set.
    ///
    /// # Errors
    /// When the file cannot be read or has an invalid or unknown key.
    pub fn file(&self) -> Result<Options> {
        let Some(path) = &self.config else { return Ok(Options::default()) };
        read_toml(path, "a settings file").with_context(|| self.source("config"))
    }

    /// The argument, variable or key of the file that set a setting, for error messages. `name` is the key.
    pub fn source(&self, name: &str) -> String {
        let variable_name = format!("STATUARY_{}", name.to_uppercase());
        if self.flags.contains(name) {
            format!("--{}", name.replace('_', "-"))
        } else if variable(&variable_name).is_some() {
            variable_name
        } else {
            format!("{name} of the settings file")
        }
    }

    /// The location of the store.
    ///
    /// # Errors
    /// When the file with the URL cannot be read, or the URL is not one of PostgreSQL.
    pub fn location(&self, file: &Options) -> Result<Location> {
        const URL: &str = "database_url";
        const URL_FILE: &str = "database_url_file";
        let in_file = |path: &Path| secret(path).with_context(|| self.source(URL_FILE));
        let url_file = variable("STATUARY_DATABASE_URL_FILE").map(PathBuf::from);
        let url = match (&self.database_url, url_file, &file.database_url, &file.database_url_file) {
            (Some(url), ..) | (None, None, Some(url), _) => Some((url.clone(), URL)),
            (None, Some(path), ..) => Some((in_file(&path)?, URL_FILE)),
            (None, None, None, Some(path)) => Some((in_file(path)?, URL_FILE)),
            (None, None, None, None) => None,
        };
        if let Some((url, name)) = url {
            if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
                bail!("{}: the database URL does not start with postgres://", self.source(name));
            }
            return Ok(Location::Postgres(url));
        }
        let data = self.data.clone().or_else(|| file.data.clone());
        let data = data.unwrap_or_else(|| PathBuf::from("./statuary-data"));
        Ok(Location::in_directory(&data))
    }
}

impl CommonOptions {
    /// A secret setting, such as the URL of the server that takes mails, and the name of the setting that has it: itself, or that of
    /// the file. `given` and `file` are those of an argument, of a variable or of the settings file, where those are merged; a file
    /// that a variable names wins over the settings file.
    pub(super) fn secret(
        &self,
        (name, given): (&'static str, Option<&String>),
        (file_name, file): (&'static str, Option<&PathBuf>),
    ) -> Result<Option<(String, &'static str)>> {
        let in_file = |path: &Path| secret(path).with_context(|| self.source(file_name));
        let is_from_file = self.source(name).ends_with("settings file");
        let named = variable(&format!("STATUARY_{}", file_name.to_uppercase())).map(PathBuf::from);
        Ok(match (given, named, file) {
            (Some(text), None, _) => Some((text.clone(), name)),
            (Some(text), Some(_), _) if !is_from_file => Some((text.clone(), name)),
            (_, Some(path), _) => Some((in_file(&path)?, file_name)),
            (None, None, Some(path)) => Some((in_file(path)?, file_name)),
            (None, None, None) => None,
        })
    }
}

fn secret(path: &Path) -> Result<String> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let text = text.trim();
    if text.is_empty() {
        bail!("{} is empty", path.display());
    }
    Ok(text.to_owned())
}
