//! The reader of addresses.

use thiserror::Error;

use super::resolve::resolve_plain;
use super::settings::UrlReaderSettings;
use crate::platform::fetch::{
    AllowRule, FetchError, FetchSettings, Fetched, Fetcher, FetcherError, Request, Validators, parse_address, reach_of,
};

/// Reads addresses: those of known source-code hosts through their API, others as they are. Clones share everything.
#[derive(Clone, Debug)]
pub struct UrlReader {
    fetcher: Fetcher,
    /// Addresses that are read as they are.
    allow: Vec<AllowRule>,
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

/// Why an address could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct UrlReadError {
    /// What the caller can act on.
    pub kind: UrlReadErrorKind,
    /// What, which address (never a token), what to do.
    pub message: String,
}

/// The kinds of [`UrlReadError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UrlReadErrorKind {
    /// There is nothing at the address, or nothing that the token may see.
    NotFound,
    /// The configuration does not let it be read.
    NotAllowed,
    /// It is larger than the limit.
    TooLarge,
    /// The host allows no more requests for now.
    RateLimited {
        /// When to ask again, in milliseconds since 1970.
        retry_at_ms: i64,
    },
    /// Anything else.
    Failed,
}

/// Why a reader cannot be made.
#[derive(Debug, Error)]
pub enum UrlReaderError {
    /// Requests cannot be sent at all.
    #[error(transparent)]
    Fetcher(#[from] FetcherError),
}

impl UrlReader {
    /// Prepares a reader. Nothing is asked yet.
    ///
    /// # Errors
    /// See [`UrlReaderError`].
    pub fn new(settings: UrlReaderSettings) -> Result<Self, UrlReaderError> {
        let UrlReaderSettings { allow, limits, names, clock } = settings;
        let fetcher = Fetcher::new(FetchSettings { allow: allow.clone(), limits, names, clock })?;
        Ok(Self { fetcher, allow })
    }

    /// Reads what is at an address: of a file on a known host, or any that is allowed.
    ///
    /// # Errors
    /// See [`UrlReadErrorKind`].
    pub async fn read(&self, url: &str, known: Option<&Validators>, max_bytes: u64) -> Result<UrlRead, UrlReadError> {
        let address =
            parse_address(url).map_err(|message| UrlReadError { kind: UrlReadErrorKind::NotAllowed, message })?;
        if reach_of(&self.allow, &address).is_none() {
            return Err(not_allowed(url));
        }
        let request = Request { url: address, accept: None, credential: None, known, max_bytes };
        match self.fetcher.get(&request).await.map_err(|error| read_error(url, &error))? {
            Fetched::Same => Ok(UrlRead::Same),
            Fetched::Answer { headers, bytes, .. } => {
                Ok(UrlRead::Content { bytes, validators: Validators::of(&headers) })
            }
        }
    }

    /// The files that an address with wildcards in its path stands for, as browse addresses, sorted.
    ///
    /// # Errors
    /// See [`UrlReadErrorKind`].
    #[expect(clippy::unused_async, reason = "the hosts that can be searched come with their integrations")]
    pub async fn search(&self, url: &str, max_files: usize) -> Result<Vec<String>, UrlReadError> {
        let message = format!(
            "`{url}` has wildcards, which are not supported for addresses yet (it could stand for up to {max_files} files); name the files one by one"
        );
        Err(UrlReadError { kind: UrlReadErrorKind::Failed, message })
    }

    /// Whether the path of an address has wildcards: `*`, `**`, `?`.
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
    /// the host.
    ///
    /// # Errors
    /// A sentence for people.
    pub fn resolve(&self, base: &str, target: &str) -> Result<String, String> {
        resolve_plain(&parse_address(base)?, target)
    }

    /// Where the file is edited; `None` on hosts without integration.
    #[must_use]
    pub fn edit_url(&self, _url: &str) -> Option<String> {
        None
    }

    /// The folder of the file, with a slash at its end; `None` on hosts without integration.
    #[must_use]
    pub fn source_location(&self, _url: &str) -> Option<String> {
        None
    }

    /// Whether two addresses are of one repository; `None` when one is no address in a repository.
    #[must_use]
    pub fn same_repository(&self, _a: &str, _b: &str) -> Option<bool> {
        None
    }
}

fn not_allowed(url: &str) -> UrlReadError {
    let message =
        format!("`{url}` may not be read; if it is meant, add its host to `integrations` or `backend.reading.allow`");
    UrlReadError { kind: UrlReadErrorKind::NotAllowed, message }
}

fn read_error(url: &str, error: &FetchError) -> UrlReadError {
    let kind = match error {
        FetchError::NotAllowed(_) => UrlReadErrorKind::NotAllowed,
        FetchError::NotFound(_) => UrlReadErrorKind::NotFound,
        FetchError::TooLarge(_) => UrlReadErrorKind::TooLarge,
        FetchError::RateLimited { retry_at_ms } => UrlReadErrorKind::RateLimited { retry_at_ms: *retry_at_ms },
        FetchError::Denied(_) | FetchError::TimedOut(_) | FetchError::Status(_) | FetchError::Failed(_) => {
            UrlReadErrorKind::Failed
        }
    };
    UrlReadError { kind, message: format!("cannot read `{url}`: {error}") }
}
