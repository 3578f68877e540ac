//! What is wrong with a configuration, all of it at once.

use std::fmt;

use super::source::Source;
use crate::platform::yaml::JsonPath;

/// One thing that keeps the configuration from being used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// Where.
    pub source: Source,
    /// Which key; empty when it is about a file as a whole.
    pub path: JsonPath,
    /// What was found, what is expected and what to do. Secrets are left out.
    pub message: String,
    /// The offending line with a caret below it, for malformed files; else empty. Secrets are masked.
    pub excerpt: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.source, self.message)?;
        if self.excerpt.is_empty() { Ok(()) } else { write!(f, "\n{}", self.excerpt) }
    }
}

/// Everything that is wrong with a configuration, in the order of its keys. Prints one error a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigErrors(pub Vec<ConfigError>);

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.len() {
            1 => f.write_str("the configuration has an error")?,
            count => write!(f, "the configuration has {count} errors")?,
        }
        self.0.iter().try_for_each(|error| write!(f, "\n{error}"))
    }
}

impl std::error::Error for ConfigErrors {}

/// Something in the configuration that has no effect, or not the one that its author may expect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Where; `None` when it is about several places, which the message then names.
    pub source: Option<Source>,
    /// What and why.
    pub message: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.source {
            Some(source) => write!(f, "{source}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}
