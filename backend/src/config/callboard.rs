//! `callboard`: what Backstage has no key for.

use std::path::PathBuf;

use super::branding::Branding;
use super::links::PortalLink;

section! {
    /// What Backstage has no key for.
    pub struct Callboard {
        /// Folder for the embedded database, keys and work files, relative to the working directory. It is made when it
        /// does not exist.
        pub data_directory: PathBuf = "dataDirectory", default PathBuf::from("./callboard-data");
        /// The log, which is written to standard error.
        pub log: Log = "log";
        /// Who may read `/metrics`: `enabled` lets everyone who reaches the port, `authenticated` only programs with a token
        /// of `backend.auth.externalAccess` (one that is restricted must name the plugin `metrics`), `off` nobody.
        pub metrics: MetricsAccess = "metrics", default MetricsAccess::Enabled;
        /// Places that people of this organisation often go to. The page shows them on home and in its help menu.
        pub links: Vec<PortalLink> = "links";
        /// What makes the page look like the organisation's own.
        pub branding: Branding = "branding";
    }
}

section! {
    /// The log.
    pub struct Log {
        /// How lines are written: `text` for people, `json` for machines.
        pub format: LogFormat = "format", default LogFormat::Text;
        /// Least important messages that are written: `error`, `warn`, `info`, `debug` or `trace`.
        pub level: LogLevel = "level", default LogLevel::Info;
    }
}

choice! {
    /// Who may read the metrics.
    pub enum MetricsAccess {
        /// Everyone who reaches the port.
        Enabled = "enabled",
        /// Programs with a token of `backend.auth.externalAccess`.
        Authenticated = "authenticated",
        /// Nobody.
        Off = "off",
    }
}

choice! {
    /// How log lines are written.
    pub enum LogFormat {
        /// For people.
        Text = "text",
        /// For machines: one JSON object a line.
        Json = "json",
    }
}

choice! {
    /// How important a message is.
    pub enum LogLevel {
        /// Something failed.
        Error = "error",
        /// Something needs attention.
        Warn = "warn",
        /// What the server does.
        Info = "info",
        /// How it does it.
        Debug = "debug",
        /// Every step.
        Trace = "trace",
    }
}
