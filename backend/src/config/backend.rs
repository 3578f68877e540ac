//! `backend`: the server.

use std::path::PathBuf;

use super::{
    database::Database,
    external_access::BackendAuth,
    listen::ListenAddress,
    values::{HttpUrl, OneOrMany},
};

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
        /// Pages of other origins that may call the API. Not used yet: none may.
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
        /// Allowed origins, such as `https://portal.example.com`; `*` stands for any text. Upper and lower case are the
        /// same.
        pub origin: OneOrMany<String> = "origin";
        /// Allowed methods.
        pub methods: OneOrMany<String> = "methods", default default_methods();
        /// Whether browsers send cookies along.
        pub credentials: bool = "credentials";
        /// Request headers that are allowed; those that the browser asks for when empty.
        pub allowed_headers: OneOrMany<String> = "allowedHeaders";
        /// Response headers that pages may read.
        pub exposed_headers: OneOrMany<String> = "exposedHeaders";
        /// How long browsers remember the answer, in seconds.
        pub max_age_secs: Option<u32> = "maxAge";
    }
    ignored: ["preflightContinue", "optionsSuccessStatus"]
}

fn default_methods() -> OneOrMany<String> {
    OneOrMany(["GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"].map(str::to_owned).to_vec())
}
