//! The hosts of source code that are known, as one type.

use reqwest::Url;
use reqwest::header::HeaderMap;

use super::address::FileAddress;
use super::azure::Azure;
use super::bitbucket_cloud::BitbucketCloud;
use super::bitbucket_server::BitbucketServer;
use super::gitea::Gitea;
use super::github::Github;
use super::gitlab::Gitlab;
use super::glob::Pattern;
use crate::platform::fetch::{AllowRule, Credential, FetchError, Fetcher, Reach, host_and_port, literal_ip};

/// Hosts that everyone knows: they are on the Internet, so a name server that says otherwise is wrong.
const PUBLIC_HOSTS: [&str; 8] = [
    "github.com",
    "api.github.com",
    "raw.githubusercontent.com",
    "gitlab.com",
    "bitbucket.org",
    "api.bitbucket.org",
    "dev.azure.com",
    "login.microsoftonline.com",
];

/// A host of source code with its API and how to sign in to it.
#[derive(Clone, Debug)]
pub enum Integration {
    /// GitHub and GitHub Enterprise.
    Github(Github),
    /// GitLab.
    Gitlab(Gitlab),
    /// Bitbucket Cloud.
    BitbucketCloud(BitbucketCloud),
    /// Bitbucket Server and Data Center.
    BitbucketServer(BitbucketServer),
    /// Azure DevOps.
    Azure(Azure),
    /// Gitea and Forgejo.
    Gitea(Gitea),
}

/// A question to the API of a host.
pub(super) struct ApiCall {
    pub url: Url,
    pub accept: Option<&'static str>,
}

impl ApiCall {
    pub fn new(url: Url) -> Self {
        Self { url, accept: None }
    }
}

/// A page of a listing, as the host sent it.
pub(super) struct RawPage<'a> {
    pub url: &'a Url,
    pub headers: &'a HeaderMap,
    pub bytes: &'a [u8],
    /// The folder that was asked for, with a slash at its end unless it is the root.
    pub folder: &'a str,
}

/// A page of a listing: files as paths from the root of the repository, and where the next page is.
pub(super) struct Listed {
    pub files: Vec<String>,
    pub next: Option<Url>,
}

/// Calls the same method of whichever host it is.
macro_rules! each {
    ($integration:expr, $host:ident => $call:expr) => {
        match $integration {
            Integration::Github($host) => $call,
            Integration::Gitlab($host) => $call,
            Integration::BitbucketCloud($host) => $call,
            Integration::BitbucketServer($host) => $call,
            Integration::Azure($host) => $call,
            Integration::Gitea($host) => $call,
        }
    };
}

impl Integration {
    /// Host, and port where it is not the default one, of the addresses that people see.
    #[must_use]
    pub fn host(&self) -> &str {
        each!(self, host => &host.host)
    }

    /// Name of the product.
    #[must_use]
    pub fn title(&self) -> &'static str {
        match self {
            Self::Github(_) => "GitHub",
            Self::Gitlab(_) => "GitLab",
            Self::BitbucketCloud(_) => "Bitbucket Cloud",
            Self::BitbucketServer(_) => "Bitbucket Server",
            Self::Azure(_) => "Azure DevOps",
            Self::Gitea(_) => "Gitea",
        }
    }

    /// The key below `integrations` in which its tokens are.
    pub(super) fn key(&self) -> &'static str {
        match self {
            Self::Github(_) => "github",
            Self::Gitlab(_) => "gitlab",
            Self::BitbucketCloud(_) => "bitbucketCloud",
            Self::BitbucketServer(_) => "bitbucketServer",
            Self::Azure(_) => "azure",
            Self::Gitea(_) => "gitea",
        }
    }

    /// What the address of a file looks like.
    pub(super) fn example(&self) -> String {
        let rest = match self {
            Self::Github(_) => "OWNER/REPOSITORY/blob/BRANCH/PATH",
            Self::Gitlab(_) => "GROUP/PROJECT/-/blob/BRANCH/PATH",
            Self::BitbucketCloud(_) => "WORKSPACE/REPOSITORY/src/BRANCH/PATH",
            Self::BitbucketServer(_) => "projects/PROJECT/repos/REPOSITORY/browse/PATH?at=BRANCH",
            Self::Azure(_) => "ORGANIZATION/PROJECT/_git/REPOSITORY?path=/PATH&version=GBBRANCH",
            Self::Gitea(_) => "OWNER/REPOSITORY/src/branch/BRANCH/PATH",
        };
        format!("https://{}/{rest}", self.host())
    }

    /// Where its API lets requests go.
    pub(super) fn rules(&self) -> Vec<AllowRule> {
        let urls: Vec<&Url> = each!(self, host => host.api_urls());
        urls.into_iter().map(|url| AllowRule::origin(url, reach(url))).collect()
    }

    /// Reads an address of this host; `None` when it is none of a file, folder or pattern in a repository.
    pub(super) fn parse(&self, url: &Url) -> Option<FileAddress> {
        each!(self, host => host.parse(url))
    }

    /// How the content of a file is asked for.
    pub(super) fn read_call(&self, address: &FileAddress) -> ApiCall {
        each!(self, host => host.read_call(address))
    }

    /// How the first page of the files is asked for that a pattern may match.
    pub(super) fn list_call(&self, address: &FileAddress, pattern: &Pattern) -> ApiCall {
        each!(self, host => host.list_call(address, pattern))
    }

    /// Reads a page of such a listing.
    ///
    /// # Errors
    /// A sentence for people when it is not understood, or the host says that something is missing.
    pub(super) fn listed(&self, page: &RawPage<'_>) -> Result<Listed, String> {
        each!(self, host => host.listed(page))
    }

    /// What shows who asks; `None` for everybody.
    ///
    /// # Errors
    /// When a token has to be fetched first and is not given.
    pub(super) async fn credential(
        &self,
        fetcher: &Fetcher,
        address: &FileAddress,
    ) -> Result<Option<Credential>, FetchError> {
        match self {
            Self::Github(host) => Ok(host.credential.clone()),
            Self::Gitlab(host) => Ok(host.credential.clone()),
            Self::BitbucketServer(host) => Ok(host.credential.clone()),
            Self::Gitea(host) => Ok(host.credential.clone()),
            Self::BitbucketCloud(host) => host.credential.get(fetcher).await,
            Self::Azure(host) => host.credential(address).get(fetcher).await,
        }
    }

    /// Where the file is edited.
    pub(super) fn edit_url(&self, address: &FileAddress) -> Option<Url> {
        match self {
            Self::Github(host) => Some(host.with_form(address, "edit", &address.path)),
            Self::Gitlab(host) => Some(host.edit_url(address)),
            Self::BitbucketCloud(host) => Some(host.edit_url(address)),
            Self::BitbucketServer(host) => Some(host.edit_url(address)),
            Self::Azure(_) => Some(address.with_path(&address.path)),
            Self::Gitea(host) => host.edit_url(address),
        }
    }

    /// The address that a relative target leads to.
    pub(super) fn resolved(&self, address: &FileAddress, path: &str) -> Url {
        match self {
            // GitHub shows files under `tree`, too, and folders only there. Backstage writes it into annotations.
            Self::Github(host) => host.with_form(address, "tree", path),
            Self::Gitlab(_) | Self::BitbucketCloud(_) | Self::BitbucketServer(_) | Self::Azure(_) | Self::Gitea(_) => {
                address.with_path(path)
            }
        }
    }
}

/// The hosts that are known without being configured.
pub(super) fn public_hosts() -> Result<[Integration; 4], String> {
    Ok([
        Integration::Github(Github::new("github.com")?),
        Integration::Gitlab(Gitlab::new("gitlab.com")?),
        Integration::BitbucketCloud(BitbucketCloud::new()?),
        Integration::Azure(Azure::new("dev.azure.com")?),
    ])
}

/// How far requests to the API of a host may go. The configuration names it, or everyone knows it.
fn reach(url: &Url) -> Reach {
    if literal_ip(url).is_some() {
        Reach::Anything
    } else if PUBLIC_HOSTS.contains(&host_and_port(url).as_str()) {
        Reach::Internet
    } else {
        Reach::Network
    }
}

/// Host and port as they are in addresses.
///
/// # Errors
/// A sentence for people when it is not a host.
pub(super) fn checked_host(host: &str) -> Result<String, String> {
    AllowRule::parse(host, &[])?;
    let url = Url::parse(&format!("https://{host}/")).map_err(|_| format!("`{host}` is not a host"))?;
    if host.starts_with("*.") { Err(format!("`{host}` is not a single host")) } else { Ok(host_and_port(&url)) }
}

/// The address of an API or server, from the configuration.
///
/// # Errors
/// A sentence for people when it is not one.
pub(super) fn checked_url(url: &str) -> Result<Url, String> {
    crate::platform::fetch::parse_address(url)
}
