//! The TOML file with the rules of fault injection. The settings read it.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use serde::{Deserialize, Deserializer, de};

use super::{Fault, Faults, Kind, Rule, When, parse_delay};
use crate::settings::read_toml;

/// Methods that a rule may name.
const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
/// Paths without faults: monitoring needs the real state of the process.
pub const EXEMPT: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    seed: u64,
    #[serde(default, rename = "rule")]
    rules: Vec<Rule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    method: Option<String>,
    path: String,
    fault: Option<Fault>,
    share: Option<f64>,
    script: Option<Vec<Fault>>,
    repeat: Option<bool>,
    delay: Option<Delay>,
    done: Option<bool>,
    retry_after: Option<u64>,
}

struct Delay(Duration);

impl<'de> Deserialize<'de> for Delay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse_delay(&text).map(Self).map_err(de::Error::custom)
    }
}

impl<'de> Deserialize<'de> for Rule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Written::deserialize(deserializer)?.rule().map_err(de::Error::custom)
    }
}

impl Written {
    fn rule(mut self) -> Result<Rule, String> {
        if let Some(method) = self.method.as_ref().filter(|method| !METHODS.contains(&method.as_str())) {
            return Err(format!("`{method}` is none of the methods {}", METHODS.join(", ")));
        }
        check_path(&self.path)?;
        let when = match (self.fault.take(), self.script.take()) {
            (Some(_), Some(_)) => return Err("a rule has a fault or a script, not both".into()),
            (fault, None) => {
                if self.repeat.is_some() {
                    return Err("`repeat` is only for a script".into());
                }
                let share = self.share.unwrap_or(1.0);
                if !(0.0..=1.0).contains(&share) {
                    return Err(format!("the share {share} is not between 0 and 1"));
                }
                let mut faults = [fault.unwrap_or_default()];
                self.complete(&mut faults, true)?;
                let [fault] = faults;
                if fault.is_nothing() {
                    return Err("a rule has a fault, a delay or a script".into());
                }
                When::Share(share, fault)
            }
            (None, Some(mut steps)) => {
                if self.share.is_some() {
                    return Err("`share` is only for a fault, not for a script".into());
                }
                if steps.is_empty() {
                    return Err("the script has no step".into());
                }
                self.complete(&mut steps, false)?;
                When::Script { steps, repeat: self.repeat.unwrap_or(false) }
            }
        };
        Ok(Rule { method: self.method, path: self.path, when })
    }

    /// Copies the values of the rule to each fault that has none of its own.
    fn complete(&self, faults: &mut [Fault], even_nothing: bool) -> Result<(), String> {
        let (mut done_fits, mut retry_after_fits) = (self.done.is_none(), self.retry_after.is_none());
        for fault in faults.iter_mut().filter(|fault| even_nothing || !fault.is_nothing()) {
            fault.delay = fault.delay.or(self.delay.as_ref().map(|delay| delay.0));
            match fault.kind {
                Some(Kind::TimedOut) => {
                    fault.done |= self.done.unwrap_or(false);
                    done_fits = true;
                }
                Some(Kind::TooMany | Kind::Unavailable) => {
                    fault.retry_after = fault.retry_after.or(self.retry_after);
                    retry_after_fits = true;
                }
                _ => {}
            }
        }
        if !done_fits {
            return Err("`done` is only for 504".into());
        }
        if !retry_after_fits {
            return Err("`retry_after` is only for 429 and 503".into());
        }
        Ok(())
    }
}

fn check_path(path: &str) -> Result<(), String> {
    let stem = path.strip_suffix('*').unwrap_or(path);
    if !path.starts_with('/') || stem.contains(['*', '?', ' ']) {
        return Err(format!("`{path}` is no path: it starts with `/`, and only its end may be a `*`"));
    }
    if path.len() > 1 && (path.ends_with('/') || path.strip_suffix(".json").is_some()) {
        return Err(format!("`{path}` is written without the slash or the `.json` at its end"));
    }
    if EXEMPT.contains(&path) {
        return Err(format!("{path} never meets with a fault"));
    }
    Ok(())
}

/// Reads the file.
///
/// # Errors
/// When the file cannot be read or has an invalid rule. The error names the line.
pub fn read(path: &Path) -> Result<Faults> {
    let File { seed, rules } = read_toml(path, "a file of faults")?;
    Ok(Faults::new(rules, seed))
}
