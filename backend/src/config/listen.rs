//! Where the server listens.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr},
};

use super::{
    reader::{At, Reader, Setting},
    reference::KeyDescription,
    tree::Content,
};

/// The port when none is given.
pub const DEFAULT_PORT: u16 = 7007;
/// The host when none is given: this machine only. Backstage listens everywhere instead.
pub const DEFAULT_HOST: &str = "127.0.0.1";

/// A host and port, written `7007`, `":7007"`, `"0.0.0.0:7007"`, `"[::1]:7007"` or `{ host, port }`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListenAddress {
    /// An IP address or a name of this machine.
    pub host: String,
    /// The TCP port; 0 lets the system choose one.
    pub port: u16,
}

section! {
    /// The parts of a listen address.
    pub struct ListenObject {
        /// IP address or name to listen on: `127.0.0.1` for this machine only, `0.0.0.0` or `::` for all networks. Unlike
        /// Backstage, which listens everywhere when no host is given, the default is this machine only.
        pub host: String = "host", default DEFAULT_HOST.to_owned();
        /// TCP port; 0 lets the system choose one.
        pub port: u16 = "port", default DEFAULT_PORT;
    }
}

impl ListenAddress {
    /// Reads the text forms; `None` when the text is none of them.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (host, port) = match text.rsplit_once(':') {
            _ if text.parse::<IpAddr>().is_ok() => (text, None),
            Some((host, port)) => (host, Some(port)),
            None if text.bytes().all(|byte| byte.is_ascii_digit()) => ("", Some(text)),
            None => (text, None),
        };
        let port = port.map_or(Some(DEFAULT_PORT), |port| port.parse().ok())?;
        let host = match host.strip_prefix('[') {
            Some(inner) => inner.strip_suffix(']').filter(|inner| inner.parse::<IpAddr>().is_ok())?,
            None if host.is_empty() => DEFAULT_HOST,
            None => host,
        };
        is_host(host).then(|| Self { host: host.to_owned(), port })
    }

    /// Whether only this machine can connect.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        match self.host.parse::<IpAddr>() {
            Ok(address) => address.is_loopback(),
            Err(_) => self.host.eq_ignore_ascii_case("localhost"),
        }
    }
}

fn is_host(text: &str) -> bool {
    let is_name =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'));
    text.parse::<IpAddr>().is_ok() || (!text.is_empty() && is_name(text))
}

impl Default for ListenAddress {
    fn default() -> Self {
        Self { host: Ipv4Addr::LOCALHOST.to_string(), port: DEFAULT_PORT }
    }
}

impl fmt::Display for ListenAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

impl Setting for ListenAddress {
    fn read(at: &At<'_>, reader: &mut Reader) -> Option<Self> {
        const EXPECTED: &str =
            "a port such as `7007`, an address such as `\"0.0.0.0:7007\"`, or an object with host and port";
        let parsed = match &at.node.content {
            Content::Map(_) => {
                let ListenObject { host, port } = ListenObject::read(at, reader)?;
                if let Some(at) = at.key("host").filter(|_| !is_host(&host)) {
                    reader.wrong(&at, "an IP address or a host name");
                }
                return Some(Self { host, port });
            }
            Content::Number(number) => {
                let port = number.as_u64().and_then(|port| u16::try_from(port).ok());
                port.map(|port| Self { port, ..Self::default() })
            }
            Content::Text(text) => Self::parse(text),
            _ => None,
        };
        if parsed.is_none() {
            reader.wrong(at, EXPECTED);
        }
        parsed
    }

    fn kind() -> String {
        "port, `\"host:port\"` or object".to_owned()
    }

    fn show(&self) -> String {
        self.to_string()
    }

    fn describe(path: &str, table: &mut Vec<KeyDescription>) {
        ListenObject::describe(path, table);
    }
}
