//! `backend.database`.

use std::path::PathBuf;

use super::{
    reader::{At, Reader, Setting},
    reference::KeyDescription,
    secret::SecretString,
    tree::Content,
};

choice! {
    /// A kind of database.
    pub enum DatabaseClient {
        /// A file, embedded in the server.
        Sqlite = "better-sqlite3" | "sqlite" | "sqlite3",
        /// A PostgreSQL server.
        Postgres = "pg" | "postgres" | "postgresql",
    }
}

/// Where the data is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Database {
    /// A file. Without a path it is `callboard.db` in the data directory.
    Sqlite(Option<PathBuf>),
    /// A `postgres://` address with its password.
    Postgres(SecretString),
}

impl Default for Database {
    fn default() -> Self {
        Self::Sqlite(None)
    }
}

section! {
    /// `backend.database` as it is written.
    pub struct DatabaseSection {
        /// Kind of database: `better-sqlite3` (or `sqlite`) or `pg` (or `postgres`). Without it the connection decides.
        pub client: Option<DatabaseClient> = "client";
        /// For SQLite the path of a file, for PostgreSQL an address `postgres://user:password@host:port/database`, or an
        /// object with the keys below. For SQLite, without a connection or with `:memory:`, the file is `callboard.db`
        /// in `callboard.dataDirectory`: nothing is ever kept in memory only.
        pub connection: Connection = "connection";
    }
    ignored: ["prefix", "pluginDivisionMode", "plugin", "knexConfig", "ensureExists", "ensureSchemaExists", "schema",
        "role", "skipMigrations", "useNullAsDefault"]
}

/// `backend.database.connection` as it is written.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Connection {
    /// Not given.
    #[default]
    Absent,
    /// A path or address.
    Text(SecretString),
    /// Its parts.
    Parts(Box<ConnectionParts>),
}

section! {
    /// The parts of a connection.
    pub struct ConnectionParts {
        /// SQLite: the file.
        pub filename: Option<PathBuf> = "filename";
        /// SQLite: the folder in which the file `callboard.db` is.
        pub directory: Option<PathBuf> = "directory";
        /// PostgreSQL: the whole address, instead of its parts.
        pub connection_string: Option<SecretString> = "connectionString";
        /// PostgreSQL: name or address of the server.
        pub host: String = "host", default "localhost".to_owned();
        /// PostgreSQL: port of the server.
        pub port: u16 = "port", default 5432;
        /// PostgreSQL: the user.
        pub user: Option<String> = "user";
        /// PostgreSQL: the password.
        pub password: Option<SecretString> = "password";
        /// PostgreSQL: the database, which must exist.
        pub database: String = "database", default "callboard".to_owned();
        /// PostgreSQL: whether the connection is encrypted. `true` also checks the server's certificate; an object with
        /// `rejectUnauthorized: false` does not. Without it the connection is encrypted when the server offers that.
        pub ssl: Option<Ssl> = "ssl";
        /// Only `default`: the managed variants of Backstage are reached through their ordinary address.
        pub variant: Option<String> = "type";
    }
    ignored: ["application_name", "connectionTimeoutMillis", "idleTimeoutMillis", "keepAlive", "statement_timeout",
        "options"]
}

/// How a connection to PostgreSQL is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ssl {
    /// Not at all.
    Off,
    /// Encrypted, whoever answers.
    Unverified,
    /// Encrypted, with a certificate that is valid for the host.
    Verified,
}

section! {
    /// `ssl` as an object.
    pub struct SslObject {
        /// Whether a certificate that is not valid for the host ends the connection.
        pub reject_unauthorized: bool = "rejectUnauthorized", default true;
        /// Not supported here: use a connection string with `sslrootcert=/path/to/ca.pem`.
        pub ca: Option<SecretString> = "ca";
        /// Not supported here: use a connection string with `sslcert=/path/to/cert.pem`.
        pub cert: Option<SecretString> = "cert";
        /// Not supported here: use a connection string with `sslkey=/path/to/key.pem`.
        pub key: Option<SecretString> = "key";
    }
}

impl Setting for Ssl {
    fn read(at: &At<'_>, reader: &mut Reader) -> Option<Self> {
        if !matches!(at.node.content, Content::Map(_)) {
            return bool::read(at, reader).map(|is_on| if is_on { Self::Verified } else { Self::Off });
        }
        let object = SslObject::read(at, reader)?;
        for (key, parameter) in [("ca", "sslrootcert"), ("cert", "sslcert"), ("key", "sslkey")] {
            if let Some(at) = at.key(key) {
                let path = at.path.clone();
                reader.error(
                    &at,
                    format!("`{path}` is not supported: put it into a file and name that in a connection string, `postgres://…?sslmode=verify-full&{parameter}=/path/to/file.pem`"),
                );
            }
        }
        Some(if object.reject_unauthorized { Self::Verified } else { Self::Unverified })
    }

    fn kind() -> String {
        "`true`, `false` or object".to_owned()
    }

    fn describe(path: &str, table: &mut Vec<KeyDescription>) {
        SslObject::describe(path, table);
    }
}

impl Setting for Connection {
    fn read(at: &At<'_>, reader: &mut Reader) -> Option<Self> {
        match &at.node.content {
            Content::Text(text) => Some(Self::Text(SecretString::new(text))),
            Content::Map(_) => ConnectionParts::read(at, reader).map(|parts| Self::Parts(Box::new(parts))),
            _ => {
                reader.wrong_secret(at, "a path, an address or an object");
                None
            }
        }
    }

    fn kind() -> String {
        "text or object".to_owned()
    }

    fn describe(path: &str, table: &mut Vec<KeyDescription>) {
        ConnectionParts::describe(path, table);
    }

    const IS_SECRET: bool = true;
    const IS_OPTIONAL: bool = true;
}

impl Setting for Database {
    fn read(at: &At<'_>, reader: &mut Reader) -> Option<Self> {
        if at.key("client").and_then(|at| at.text()) == Some("embedded-postgres") {
            let message = "`embedded-postgres` is not available: use `better-sqlite3` for a database without a server, or `pg` with a server";
            reader.error(at, format!("`{}.client`: {message}", at.path));
            return None;
        }
        let DatabaseSection { client, connection } = DatabaseSection::read(at, reader)?;
        let connection_at = at.key("connection").unwrap_or_else(|| at.clone());
        match connection {
            Connection::Absent if at.key("connection").is_some() => None, // Reported already.
            Connection::Absent if client == Some(DatabaseClient::Postgres) => {
                reader.error(
                    at,
                    format!("`{}.connection` is missing: give it an address such as `postgres://user:password@host:5432/callboard`", at.path),
                );
                None
            }
            Connection::Absent => Some(Self::Sqlite(None)),
            Connection::Text(text) => from_text(&text, client, &connection_at, reader),
            Connection::Parts(parts) => from_parts(*parts, client, &connection_at, reader),
        }
    }

    fn kind() -> String {
        DatabaseSection::kind()
    }

    fn describe(path: &str, table: &mut Vec<KeyDescription>) {
        DatabaseSection::describe(path, table);
    }
}

fn is_postgres_address(text: &str) -> bool {
    text.starts_with("postgres://") || text.starts_with("postgresql://")
}

fn from_text(
    text: &SecretString,
    client: Option<DatabaseClient>,
    at: &At<'_>,
    reader: &mut Reader,
) -> Option<Database> {
    let is_address = is_postgres_address(text.expose());
    match (client, is_address) {
        (Some(DatabaseClient::Postgres) | None, true) => Some(Database::Postgres(text.clone())),
        (Some(DatabaseClient::Sqlite), true) => {
            reader.wrong_secret(at, "the path of a file, because the client is SQLite (set the client to `pg`)");
            None
        }
        (Some(DatabaseClient::Postgres), false) => {
            reader.wrong_secret(at, "an address such as `postgres://user:password@host:5432/callboard`");
            None
        }
        (Some(DatabaseClient::Sqlite) | None, false) => Some(Database::Sqlite(sqlite_file(text.expose()))),
    }
}

/// The file of an SQLite connection string; `None` where the default file stands in for a database in memory.
fn sqlite_file(text: &str) -> Option<PathBuf> {
    let path = text.strip_prefix("sqlite://").or_else(|| text.strip_prefix("file:")).unwrap_or(text).trim();
    let path = path.split_once('?').map_or(path, |(path, _)| path);
    (!path.is_empty() && path != ":memory:").then(|| PathBuf::from(path))
}

fn from_parts(
    parts: ConnectionParts,
    client: Option<DatabaseClient>,
    at: &At<'_>,
    reader: &mut Reader,
) -> Option<Database> {
    let is_file = parts.filename.is_some() || parts.directory.is_some();
    if client == Some(DatabaseClient::Sqlite) || (client.is_none() && is_file) {
        let file = match parts.filename {
            Some(file) => sqlite_file(&file.to_string_lossy()),
            None => parts.directory.map(|directory| directory.join("callboard.db")),
        };
        return Some(Database::Sqlite(file));
    }
    if let Some(at) = at.key("type").filter(|_| parts.variant.as_deref() != Some("default")) {
        reader.wrong(&at, "left out: give the server's ordinary address and password");
        return None;
    }
    if let Some(address) = &parts.connection_string {
        return from_text(address, Some(DatabaseClient::Postgres), &at.key("connectionString")?, reader);
    }
    let host = if parts.host.contains(':') { format!("[{}]", parts.host) } else { encoded(&parts.host) };
    let mut address = "postgres://".to_owned();
    if let Some(user) = &parts.user {
        address.push_str(&encoded(user));
        if let Some(password) = &parts.password {
            address.push(':');
            address.push_str(&encoded(password.expose()));
        }
        address.push('@');
    }
    address.push_str(&format!("{host}:{}/{}", parts.port, encoded(&parts.database)));
    if let Some(ssl) = parts.ssl {
        address.push_str("?sslmode=");
        address.push_str(match ssl {
            Ssl::Off => "disable",
            Ssl::Unverified => "require",
            Ssl::Verified => "verify-full",
        });
    }
    Some(Database::Postgres(SecretString::new(address)))
}

/// Percent-encodes all but letters, digits and `-._~`.
fn encoded(text: &str) -> String {
    let encode = |byte: u8| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    text.bytes().map(encode).collect()
}
