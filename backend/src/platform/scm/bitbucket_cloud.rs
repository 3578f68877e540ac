//! Bitbucket Cloud.
//!
//! Source: the REST API's page on source, and Atlassian's page on OAuth.

use reqwest::Url;
use serde::Deserialize;

use super::address::{FileAddress, GitRef, RefKind, below, encode, encode_path, ref_at, segments};
use super::glob::Pattern;
use super::integration::{ApiCall, Listed, RawPage, checked_host, checked_url};
use super::oauth::{ClientCredentials, SignIn};
use crate::platform::fetch::{Credential, Form};

/// How deep a listing goes where the pattern has no end. Deeper files would be missed, so it is deeper than repositories.
const MAX_DEPTH: usize = 100;

/// Bitbucket Cloud.
#[derive(Clone, Debug)]
pub struct BitbucketCloud {
    pub(super) host: String,
    pub(super) credential: SignIn,
    api: Url,
    tokens: Url,
}

impl BitbucketCloud {
    /// Without token.
    ///
    /// # Errors
    /// Never for the built-in addresses.
    pub fn new() -> Result<Self, String> {
        Ok(Self {
            host: checked_host("bitbucket.org")?,
            credential: SignIn::default(),
            api: checked_url("https://api.bitbucket.org/2.0")?,
            tokens: checked_url("https://bitbucket.org/site/oauth2/access_token")?,
        })
    }

    /// The same with another host and other addresses of the API and of the exchange of tokens.
    ///
    /// # Errors
    /// A sentence for people when one is no host or address.
    pub fn at(self, host: &str, api: &str, tokens: &str) -> Result<Self, String> {
        Ok(Self { host: checked_host(host)?, api: checked_url(api)?, tokens: checked_url(tokens)?, ..self })
    }

    /// The same with an access token of a repository, project or workspace.
    ///
    /// # Errors
    /// A sentence for people when the token cannot be sent.
    pub fn with_token(self, token: &str) -> Result<Self, String> {
        Ok(Self { credential: SignIn::Fixed(Credential::bearer(token)?), ..self })
    }

    /// The same with a user and an app password, or an e-mail address and an API token.
    ///
    /// # Errors
    /// A sentence for people when they cannot be sent.
    pub fn with_user(self, name: &str, password: &str) -> Result<Self, String> {
        Ok(Self { credential: SignIn::Fixed(Credential::basic(name, password)?), ..self })
    }

    /// The same with an OAuth consumer, whose tokens are fetched when they are needed.
    ///
    /// # Errors
    /// A sentence for people when they cannot be sent.
    pub fn with_consumer(self, id: &str, secret: &str) -> Result<Self, String> {
        let form = Form::new(&[("grant_type", "client_credentials")]);
        let exchange = ClientCredentials::new(self.tokens.clone(), form, Some(Credential::basic(id, secret)?));
        Ok(Self { credential: SignIn::Exchanged(exchange), ..self })
    }

    pub(super) fn api_urls(&self) -> Vec<&Url> {
        vec![&self.api, &self.tokens]
    }

    pub(super) fn parse(&self, url: &Url) -> Option<FileAddress> {
        let segments = segments(url)?;
        if !matches!(segments.get(2)?.as_str(), "src" | "raw") {
            return None;
        }
        let (git_ref, n_ref) = ref_at(&segments, 3)?;
        FileAddress::in_path(url, segments[..2].to_vec(), Some(git_ref), 3 + n_ref)
    }

    /// How the commit of a branch is asked for whose name has a slash: in an address of its source the API takes what is
    /// before the slash for the branch, encoded or not.
    pub(super) fn pin_call(&self, address: &FileAddress) -> Option<ApiCall> {
        let name = address.ref_name()?;
        let name = name.strip_prefix("refs/heads/").unwrap_or(name);
        let repository = encode_path(&address.repository.join("/"));
        let path = format!("repositories/{repository}/refs/branches/{}", encode_path(name));
        address.ref_name()?.contains('/').then(|| ApiCall::new(below(&self.api, &path)))
    }

    /// Reads the commit from the answer.
    pub(super) fn pinned(bytes: &[u8]) -> Result<GitRef, String> {
        let branch: Branch = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        let is_hash = branch.target.hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_hash
            .then_some(GitRef { kind: RefKind::Commit, name: branch.target.hash })
            .ok_or("there is no commit".to_owned())
    }

    fn source(&self, address: &FileAddress, path: &str) -> Url {
        let repository = encode_path(&address.repository.join("/"));
        let git_ref = encode(address.ref_name().unwrap_or("HEAD"));
        below(&self.api, &format!("repositories/{repository}/src/{git_ref}/{}", encode_path(path)))
    }

    pub(super) fn read_call(&self, address: &FileAddress) -> ApiCall {
        ApiCall::new(self.source(address, &address.path))
    }

    pub(super) fn list_call(&self, address: &FileAddress, pattern: &Pattern) -> ApiCall {
        let mut url = self.source(address, &pattern.folder());
        let depth = pattern.depth().map_or(MAX_DEPTH, |depth| depth + 1);
        url.query_pairs_mut()
            .append_pair("pagelen", "100")
            .append_pair("max_depth", &depth.to_string())
            .append_pair("fields", "values.path,values.type,next");
        ApiCall::new(url)
    }

    pub(super) fn listed(&self, page: &RawPage<'_>) -> Result<Listed, String> {
        let entries: Entries = serde_json::from_slice(page.bytes).map_err(|error| error.to_string())?;
        let files =
            entries.values.into_iter().filter(|entry| entry.kind == "commit_file").map(|entry| entry.path).collect();
        let next = entries
            .next
            .map(|next| Url::parse(&next).map_err(|_| "the next page has no address".to_owned()))
            .transpose()?;
        if next.as_ref().is_some_and(|next| next.origin() != self.api.origin()) {
            return Err("the next page is on another host".to_owned());
        }
        Ok(Listed { files, next })
    }

    pub(super) fn edit_url(&self, address: &FileAddress) -> Url {
        let mut url = address.with_path(&address.path);
        url.query_pairs_mut()
            .clear()
            .append_pair("mode", "edit")
            .append_pair("at", address.ref_name().unwrap_or("HEAD"));
        url
    }
}

#[derive(Deserialize)]
struct Branch {
    target: Commit,
}

#[derive(Deserialize)]
struct Commit {
    hash: String,
}

#[derive(Deserialize)]
struct Entries {
    values: Vec<Entry>,
    next: Option<String>,
}

#[derive(Deserialize)]
struct Entry {
    path: String,
    #[serde(rename = "type")]
    kind: String,
}
