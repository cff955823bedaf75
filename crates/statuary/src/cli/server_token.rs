//! The token of another server, which `conform`, `import` and `mcp` need.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use service::settings::variable;

/// The arguments for the token of another server.
#[derive(clap::Args)]
pub struct ServerToken {
    /// A token of a user of the server. In a variable or in a file, other users of the machine cannot read it.
    #[arg(long, value_name = "T", conflicts_with = "token_file")]
    token: Option<String>,
    /// A file that contains the token.
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
}

impl ServerToken {
    /// Whether an argument names a token.
    pub const fn is_given(&self) -> bool {
        self.token.is_some() || self.token_file.is_some()
    }

    /// The token: of an argument, of a file that an argument names, of the variable `name`, or of the file that the variable
    /// with `_FILE` names. Without one, the process ends with the code of wrong usage.
    pub fn read(self, name: &str) -> Result<String> {
        server_token(self.token, self.token_file, name)
    }
}

fn server_token(token: Option<String>, file: Option<PathBuf>, name: &str) -> Result<String> {
    let variable = |name: &str| variable(name).and_then(|text| text.into_string().ok());
    let in_file = || variable(&format!("{name}_FILE")).map(PathBuf::from);
    let token = match (token, file) {
        (Some(token), _) => token,
        (None, Some(file)) => read(&file)?,
        (None, None) => match (variable(name), in_file()) {
            (Some(token), _) => token,
            (None, Some(file)) => read(&file)?,
            (None, None) => missing(name),
        },
    };
    let token = token.trim().to_owned();
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        bail!("the token is empty or has a character that no token has");
    }
    Ok(token)
}

fn read(file: &PathBuf) -> Result<String> {
    std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
}

/// Exits with the code of wrong usage.
fn missing(name: &str) -> ! {
    let message = format!("a token is needed: --token, --token-file, {name} or {name}_FILE");
    clap::Error::raw(clap::error::ErrorKind::MissingRequiredArgument, format!("{message}\n")).exit()
}
