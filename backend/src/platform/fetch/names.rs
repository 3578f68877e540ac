//! From a host name to the addresses that may be connected to.
//!
//! The connection is made to the very addresses that were checked here, so a name that resolves differently a moment
//! later (DNS rebinding) gains nothing.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use thiserror::Error;

use super::guard::Reach;

/// Who tells the addresses of a name.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// Absent for the resolver of the machine.
    fixed: Option<Arc<HashMap<String, Vec<IpAddr>>>>,
}

impl Names {
    /// The resolver of the machine.
    #[must_use]
    pub fn system() -> Self {
        Self::default()
    }

    /// A table, for tests. A name that is not in it does not exist.
    #[must_use]
    pub fn fixed(table: HashMap<String, Vec<IpAddr>>) -> Self {
        Self { fixed: Some(Arc::new(table)) }
    }

    async fn addresses(&self, name: &str) -> std::io::Result<Vec<SocketAddr>> {
        match &self.fixed {
            // Port 0 stands for that of the request.
            None => Ok(tokio::net::lookup_host((name, 0)).await?.collect()),
            Some(table) => table
                .get(name)
                .map(|ips| ips.iter().map(|ip| SocketAddr::new(*ip, 0)).collect())
                .ok_or_else(|| std::io::Error::new(std::io::ErrorKind::NotFound, "the name does not exist")),
        }
    }
}

/// All addresses of a name are out of reach.
#[derive(Debug, Error)]
#[error("`{host}` resolves to addresses that are not on the Internet")]
pub struct OutOfReach {
    /// The name.
    pub host: String,
}

/// Resolves names, and leaves out the addresses that are out of reach.
pub(super) struct GuardedNames {
    pub names: Names,
    pub reach: Reach,
}

impl Resolve for GuardedNames {
    fn resolve(&self, name: Name) -> Resolving {
        let (names, reach) = (self.names.clone(), self.reach);
        Box::pin(async move {
            let host = name.as_str();
            let mut addresses = names.addresses(host).await?;
            addresses.retain(|address| reach.includes(address.ip()));
            if addresses.is_empty() {
                return Err(OutOfReach { host: host.to_owned() }.into());
            }
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}
