//! `backend`: the server.

use std::path::PathBuf;

use super::{
    database::Database,
    external_access::BackendAuth,
    listen::ListenAddress,
    reader::{At, Reader, Setting},
    values::{HttpUrl, OneOrMany},
};
use crate::platform::http::OriginPattern;

section! {
    /// The server.
    pub struct Backend {
        /// Address under which browsers and programs reach the server; tokens are issued in its name. Without it
        /// `http://localhost:<port>`.
        pub base_url: Option<HttpUrl> = "baseUrl";
        /// Where the server listens: a port (`7007`), text (`":7007"`, `"0.0.0.0:7007"`) or an object. Without a host it
        /// listens on this machine only.
        pub listen: ListenAddress = "listen";
        /// Where the data is kept.
        pub database: Database = "database";
        /// Access of programs.
        pub auth: BackendAuth = "auth";
        /// What may be read from other servers.
        pub reading: Reading = "reading";
        /// Pages of other origins that may call the API; none without this key.
        pub cors: Option<Cors> = "cors";
        /// Folder against which `file` locations of the catalog are resolved, relative to the working directory.
        pub working_directory: Option<PathBuf> = "workingDirectory";
    }
    later: ["csp", "cache", "rateLimit", "health", "lifecycle", "trustProxy", "actions", "logger", "packages",
        "pluginOverrides", "metrics", "auditor", "schedulerHeartbeat", "securityHeaders", "server"]
    ignored: ["https"]
}

section! {
    /// What may be read from other servers.
    pub struct Reading {
        /// Servers besides those of `integrations` from which `url` locations and placeholders may be read.
        pub allow: Vec<ReadingAllow> = "allow";
    }
    later: ["gitHub", "retry", "timeout"]
}

section! {
    /// A server that may be read from.
    pub struct ReadingAllow {
        /// Host name, exact or `*.example.com`, with an optional port or range of ports (`example.com:8080-8090`).
        /// Without a port only the default ports of http and https are meant. A host that is named exactly may be in the
        /// network of the organisation or on this machine; one below `*.` must be on the Internet.
        pub host: String = "host" => required;
        /// Paths below which reading is allowed, such as `/public`; all when empty.
        pub paths: Vec<String> = "paths";
    }
}

section! {
    /// Pages of other origins that may call the API.
    pub struct Cors {
        /// Allowed origins, such as `https://portal.example.com` or `http?(s)://*.example.com:*`; upper and lower case are
        /// the same. `*` within an origin stands for any text but `/`, and alone for every origin, which `credentials`
        /// forbids.
        pub origin: OneOrMany<OriginPattern> = "origin";
        /// Allowed methods.
        pub methods: OneOrMany<String> = "methods", default default_methods();
        /// Whether browsers send cookies along, and pages may read what is answered to them.
        pub credentials: bool = "credentials";
        /// Request headers that are allowed; those that the browser asks for when empty.
        pub allowed_headers: OneOrMany<String> = "allowedHeaders";
        /// Response headers that pages may read.
        pub exposed_headers: OneOrMany<String> = "exposedHeaders";
        /// How long browsers remember the answer, in seconds.
        pub max_age_secs: Option<u32> = "maxAge";
        /// Leaves the answer to a preflight (`OPTIONS`) to the routes, which refuse it; the headers are sent all the same.
        pub preflight_continue: bool = "preflightContinue";
        /// Status of the answer to a preflight, from 200 to 299.
        pub options_success_status: u16 = "optionsSuccessStatus", default 204;
    }
}

impl Setting for OriginPattern {
    fn read(at: &At<'_>, reader: &mut Reader) -> Option<Self> {
        let Some(text) = at.text() else {
            reader.wrong(at, &Self::kind());
            return None;
        };
        Self::parse(text).map_err(|message| reader.error(at, message)).ok()
    }

    fn kind() -> String {
        "an origin or a pattern of origins".to_owned()
    }

    fn show(&self) -> String {
        self.as_str().to_owned()
    }
}

fn default_methods() -> OneOrMany<String> {
    OneOrMany(["GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"].map(str::to_owned).to_vec())
}
