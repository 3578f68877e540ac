//! The configuration: the `app-config.yaml` that a Backstage organisation already has.
//!
//! Files are merged ([`tree`]), their substitutions filled in ([`substitute`]), and the result is given types
//! ([`reader`]). One file per section declares its keys, defaults and reference in one place ([`section`]).
//! All errors are collected, each with its file, line and column; every value remembers its [`Source`].

#[macro_use]
mod section;

pub mod app;
pub mod auth;
pub mod backend;
pub mod branding;
pub mod callboard;
pub mod catalog;
pub mod database;
mod duration;
mod effective;
mod error;
pub mod external_access;
pub mod integrations;
pub mod links;
mod listen;
mod load;
mod reader;
mod reference;
pub mod search;
mod secret;
mod source;
mod substitute;
#[cfg(test)]
mod tests;
mod tree;
mod values;

use std::{
    fmt,
    ops::Deref,
    path::{Path, PathBuf},
};

pub use self::{
    duration::HumanDuration,
    effective::EffectiveKey,
    error::{ConfigError, ConfigErrors, Warning},
    listen::ListenAddress,
    load::{LoadOptions, Override},
    reference::{KeyDescription, key_descriptions, reference_markdown},
    secret::SecretString,
    source::Source,
    values::{HttpUrl, OneOrMany},
};

use self::{
    app::{App, Organization, Permission},
    auth::Auth,
    backend::Backend,
    callboard::Callboard,
    catalog::Catalog,
    database::Database,
    integrations::Integrations,
    search::Search,
    tree::Node,
};

section! {
    /// All sections of the configuration.
    pub struct Sections {
        /// The web page.
        pub app: App = "app";
        /// The organisation that the catalog describes.
        pub organization: Organization = "organization";
        /// The server.
        pub backend: Backend = "backend";
        /// Where entities come from and which are let in.
        pub catalog: Catalog = "catalog";
        /// Servers that host source code, and the tokens with which they are read.
        pub integrations: Integrations = "integrations";
        /// Sign-in of people.
        pub auth: Auth = "auth";
        /// Decisions about who may do what.
        pub permission: Permission = "permission";
        /// Finding things.
        pub search: Search = "search";
        /// What Backstage has no key for.
        pub callboard: Callboard = "callboard";
    }
    later: ["techdocs", "scaffolder", "proxy", "events", "notifications", "kubernetes", "mcpActions", "discovery",
        "signals", "userSettings", "home", "costInsights", "jenkins", "argocd", "pagerDuty", "grafana", "datadog",
        "buildkite", "pulumi", "techRadar"]
}

/// The configuration of a server. Its sections are reached directly: `config.backend.listen`.
#[derive(Clone)]
pub struct Config {
    sections: Sections,
    tree: Node,
    files: Vec<PathBuf>,
    working_directory: PathBuf,
}

impl Default for Config {
    /// All defaults, in the current working directory.
    fn default() -> Self {
        Self {
            sections: Sections::default(),
            tree: Node::empty(),
            files: Vec::new(),
            working_directory: PathBuf::from("."),
        }
    }
}

impl fmt::Debug for Config {
    /// Leaves out the values that have no type, because any of them may be a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("sections", &self.sections)
            .field("files", &self.files)
            .field("working_directory", &self.working_directory)
            .finish_non_exhaustive()
    }
}

impl Deref for Config {
    type Target = Sections;

    fn deref(&self) -> &Sections {
        &self.sections
    }
}

impl Config {
    /// The files that were read, in the order in which they were merged.
    #[must_use]
    pub fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// The folder against which relative paths are resolved.
    #[must_use]
    pub fn working_directory(&self) -> &Path {
        &self.working_directory
    }

    /// Address under which browsers reach the server, without a slash at its end: `backend.baseUrl`, or `localhost`.
    #[must_use]
    pub fn base_url(&self) -> String {
        match &self.backend.base_url {
            Some(url) => url.as_str().to_owned(),
            None => format!("http://localhost:{}", self.backend.listen.port),
        }
    }

    /// The folder for what the server keeps, as an absolute path where the working directory is absolute.
    #[must_use]
    pub fn data_directory(&self) -> PathBuf {
        self.working_directory.join(&self.callboard.data_directory)
    }

    /// The database with its default file filled in and its path resolved.
    #[must_use]
    pub fn database(&self) -> Database {
        match &self.backend.database {
            Database::Sqlite(Some(file)) => Database::Sqlite(Some(self.working_directory.join(file))),
            Database::Sqlite(None) => Database::Sqlite(Some(self.data_directory().join("callboard.db"))),
            Database::Postgres(address) => Database::Postgres(address.clone()),
        }
    }

    /// Folders in which the relative target of a `file` location is looked for, the first that has it counting.
    ///
    /// `backend.workingDirectory` comes first where it is set, then the working directory, then `packages/backend` in
    /// it: that is where Backstage's own server runs, so its repositories write `../../examples/entities.yaml`.
    #[must_use]
    pub fn location_directories(&self) -> Vec<PathBuf> {
        let configured = self.backend.working_directory.as_ref().map(|folder| self.working_directory.join(folder));
        let root = self.working_directory.clone();
        let backstage = root.join("packages").join("backend");
        configured.into_iter().chain([root, backstage]).collect()
    }

    /// Where a value comes from; [`Source::Default`] when the key is not set.
    #[must_use]
    pub fn source_of(&self, path: &str) -> Source {
        self.tree.at(path.split('.')).map_or(Source::Default, |node| node.source.clone())
    }
}
