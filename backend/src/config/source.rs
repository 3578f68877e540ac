//! Where a value of the configuration comes from.

use std::{fmt, sync::Arc};

use crate::platform::yaml::Position;

/// Where a value comes from. Prints as `app-config.yaml:12:5`, or as the name of the variable or option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A place in a file; its name is as the user gave it, or relative to the working directory.
    File {
        /// The file.
        file: Arc<str>,
        /// The place.
        position: Position,
    },
    /// An environment variable such as `APP_CONFIG_backend_baseUrl`.
    Environment(Arc<str>),
    /// An option of the command line such as `--port`.
    CommandLine(Arc<str>),
    /// Not set: the default applies.
    Default,
}

impl Source {
    /// The start of a file.
    pub(super) fn start_of(file: &str) -> Self {
        Self::File { file: file.into(), position: Position { line: 1, column: 1 } }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { file, position } => write!(f, "{file}:{position}"),
            Self::Environment(name) => write!(f, "environment variable {name}"),
            Self::CommandLine(option) => write!(f, "option {option}"),
            Self::Default => f.write_str("default"),
        }
    }
}
