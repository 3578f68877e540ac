//! The reader of addresses.

use std::borrow::Cow;
use std::sync::Arc;

use reqwest::Url;

use super::address::FileAddress;
use super::bitbucket_cloud::BitbucketCloud;
use super::error::{UrlReadError, UrlReaderError};
use super::integration::{Integration, public_hosts};
use super::resolve::{absolute, check_relative, resolve_plain};
use super::settings::UrlReaderSettings;
use crate::platform::fetch::{
    AllowRule, Credential, FetchSettings, Fetched, Fetcher, Request, Validators, host_and_port, parse_address, reach_of,
};

/// The status with which Azure DevOps sends a page for signing in, in place of what was asked for.
const SIGN_IN_PAGE: u16 = 203;
/// Longest answer about a branch, in bytes.
const MAX_BRANCH_BYTES: u64 = 1024 * 1024;

/// Reads addresses: those of known source-code hosts through their API, others as they are. Clones share everything.
#[derive(Clone, Debug)]
pub struct UrlReader {
    pub(super) fetcher: Fetcher,
    hosts: Arc<[Integration]>,
    /// Addresses that are read as they are.
    allow: Arc<[AllowRule]>,
}

/// What an address gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UrlRead {
    /// The same as when the validators were given.
    Same,
    /// The content.
    Content {
        /// All of it.
        bytes: Vec<u8>,
        /// What to ask with the next time; `None` when the server gives nothing.
        validators: Option<Validators>,
    },
}

impl UrlReader {
    /// Prepares a reader. Nothing is asked yet.
    ///
    /// # Errors
    /// See [`UrlReaderError`].
    pub fn new(settings: UrlReaderSettings) -> Result<Self, UrlReaderError> {
        let UrlReaderSettings { integrations: mut hosts, allow, limits, names, clock } = settings;
        for public in public_hosts().map_err(UrlReaderError::Host)? {
            if !hosts.iter().any(|host| host.host() == public.host()) {
                hosts.push(public);
            }
        }
        let rules = allow.iter().cloned().chain(hosts.iter().flat_map(Integration::rules)).collect();
        let fetcher = Fetcher::new(FetchSettings { allow: rules, limits, names, clock })?;
        Ok(Self { fetcher, hosts: hosts.into(), allow: allow.into() })
    }

    /// Reads what is at an address: a file on a known host, or anything that is allowed.
    ///
    /// # Errors
    /// See [`super::UrlReadErrorKind`].
    pub async fn read(&self, url: &str, known: Option<&Validators>, max_bytes: u64) -> Result<UrlRead, UrlReadError> {
        let (address, place) = self.place(url)?;
        let fetched = match &place {
            Place::Plain => self.fetch(url, None, &Request { known, ..Request::get(address, max_bytes) }).await?,
            Place::File(host, file) => {
                if file.path.is_empty() || file.path.ends_with('/') {
                    return Err(UrlReadError::failed(format!("`{url}` is a folder; name a file in it")));
                }
                let credential = self.credential(url, host, file).await?;
                let pinned = self.pinned(url, host, file, credential.as_ref()).await?;
                let call = host.read_call(&pinned);
                let request = Request { accept: call.accept, known, ..Request::get(call.url, max_bytes) };
                self.fetch(url, Some(host), &request.with_credential(credential.as_ref())).await?
            }
        };
        match fetched {
            Fetched::Same => Ok(UrlRead::Same),
            Fetched::Answer { headers, bytes, .. } => {
                Ok(UrlRead::Content { bytes, validators: Validators::of(&headers) })
            }
        }
    }

    /// Whether the path of an address has wildcards: `*`, `**`, `?` (written `%3F`, where it would start the query).
    #[must_use]
    pub fn is_glob(url: &str) -> bool {
        let Ok(url) = parse_address(url) else { return false };
        let path = url.path().to_ascii_lowercase();
        let has_wildcard = path.contains('*') || path.contains("%2a") || path.contains("%3f");
        // Azure DevOps has the path in the query.
        has_wildcard || url.query_pairs().any(|(name, value)| name == "path" && value.contains(['*', '?']))
    }

    /// `target` as a descriptor at `base` means it: an absolute address; `/x` from the root of the repository (of the
    /// host, where there is no integration); `x`, `./x` and `../x` beside the descriptor. A relative target never leaves
    /// the host, and on a known host never the repository.
    ///
    /// # Errors
    /// A sentence for people.
    pub fn resolve(&self, base: &str, target: &str) -> Result<String, String> {
        let (base, target) = (parse_address(base)?, target.trim());
        let Some((host, file)) = self.file(&base) else { return resolve_plain(&base, target) };
        if let Some(absolute) = absolute(target)? {
            return Ok(absolute);
        }
        check_relative(target)?;
        Ok(host.resolved(&file, &file.resolve(target)?).into())
    }

    /// Where the file is edited; `None` on hosts without integration, and for a commit, which nobody can edit.
    #[must_use]
    pub fn edit_url(&self, url: &str) -> Option<String> {
        let (host, file) = self.file(&parse_address(url).ok()?)?;
        if has_commit(url) {
            return None;
        }
        host.edit_url(&file).map(Into::into)
    }

    /// The folder of the file, with a slash at its end; `None` on hosts without integration.
    #[must_use]
    pub fn source_location(&self, url: &str) -> Option<String> {
        let (host, file) = self.file(&parse_address(url).ok()?)?;
        Some(host.resolved(&file, file.folder()).into())
    }

    /// Whether two addresses are of one repository; `None` when one is no address in a repository.
    #[must_use]
    pub fn same_repository(&self, a: &str, b: &str) -> Option<bool> {
        let [(host_a, a), (host_b, b)] = [self.file(&parse_address(a).ok()?)?, self.file(&parse_address(b).ok()?)?];
        let is_same = |(a, b): (&String, &String)| a.eq_ignore_ascii_case(b);
        let is_repository =
            a.repository.len() == b.repository.len() && a.repository.iter().zip(&b.repository).all(is_same);
        Some(host_a.host() == host_b.host() && is_repository)
    }

    /// What an address stands for, when it may be read at all.
    pub(super) fn place(&self, url: &str) -> Result<(Url, Place<'_>), UrlReadError> {
        let address = parse_address(url).map_err(UrlReadError::not_allowed)?;
        if let Some((host, file)) = self.file(&address) {
            return Ok((address, Place::File(host, file)));
        }
        // Also pages of a known host that are no files, if a rule says so; without the token.
        if reach_of(&self.allow, &address).is_some() {
            return Ok((address, Place::Plain));
        }
        Err(match self.host(&address) {
            Some(host) => UrlReadError::failed(format!(
                "`{url}` is not the address of a file on {}; write it like `{}`",
                host.title(),
                host.example()
            )),
            None => UrlReadError::not_allowed(format!(
                "`{url}` may not be read; if it is meant, add its host to `integrations` or `backend.reading.allow`"
            )),
        })
    }

    /// What shows a host who asks for a file.
    pub(super) async fn credential(
        &self,
        url: &str,
        host: &Integration,
        file: &FileAddress,
    ) -> Result<Option<Credential>, UrlReadError> {
        let credential = host.credential(&self.fetcher, file).await;
        credential.map_err(|error| UrlReadError::from_fetch(url, Some(host), &error))
    }

    /// The file at a version that the API of its host understands.
    pub(super) async fn pinned<'a>(
        &self,
        url: &str,
        host: &Integration,
        file: &'a FileAddress,
        credential: Option<&Credential>,
    ) -> Result<Cow<'a, FileAddress>, UrlReadError> {
        let Integration::BitbucketCloud(cloud) = host else { return Ok(Cow::Borrowed(file)) };
        let Some(call) = cloud.pin_call(file) else { return Ok(Cow::Borrowed(file)) };
        let request = Request::get(call.url, MAX_BRANCH_BYTES).with_credential(credential);
        let commit = match self.fetch(url, Some(host), &request).await? {
            Fetched::Answer { bytes, .. } => BitbucketCloud::pinned(&bytes),
            Fetched::Same => Err("there is no commit".to_owned()),
        };
        let commit = commit.map_err(|reason| {
            UrlReadError::failed(format!(
                "cannot read `{url}`: the answer about its branch is not understood: {reason}"
            ))
        })?;
        Ok(Cow::Owned(file.at_version(commit)))
    }

    /// Sends a request on behalf of an address.
    pub(super) async fn fetch(
        &self,
        url: &str,
        host: Option<&Integration>,
        request: &Request<'_>,
    ) -> Result<Fetched, UrlReadError> {
        let fetched = self.fetcher.fetch(request).await.map_err(|error| UrlReadError::from_fetch(url, host, &error))?;
        match (&fetched, host) {
            (Fetched::Answer { status: SIGN_IN_PAGE, .. }, Some(host @ Integration::Azure(_))) => {
                let message = format!(
                    "cannot read `{url}`: {} sends a page for signing in; check the tokens of `integrations.{}`",
                    host.title(),
                    host.key()
                );
                Err(UrlReadError::failed(message))
            }
            _ => Ok(fetched),
        }
    }

    pub(super) fn host(&self, address: &Url) -> Option<&Integration> {
        let name = host_and_port(address);
        self.hosts.iter().find(|host| host.host() == name)
    }

    pub(super) fn file(&self, address: &Url) -> Option<(&Integration, FileAddress)> {
        let host = self.host(address)?;
        Some((host, host.parse(address)?))
    }
}

/// What an address stands for.
pub(super) enum Place<'a> {
    /// What is there, as it is.
    Plain,
    /// A file, folder or pattern in a repository.
    File(&'a Integration, FileAddress),
}

/// Whether an address names a commit by its whole hash.
fn has_commit(url: &str) -> bool {
    let is_word = |char: char| char.is_ascii_alphanumeric() || char == '_';
    let is_hash = |word: &str| word.len() == 40 && word.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    url.split(|char| !is_word(char)).any(is_hash)
}
