//! GitHub and GitHub Enterprise.
//!
//! Source: the REST API's pages on repository contents and on git trees.

use reqwest::Url;
use serde::Deserialize;

use super::address::{FileAddress, below, encode, encode_path, ref_at, segments};
use super::glob::Pattern;
use super::integration::{ApiCall, Listed, RawPage, checked_host, checked_url};
use crate::platform::fetch::Credential;

/// Segments that stand between repository and version.
const FORMS: [&str; 4] = ["blob", "tree", "edit", "raw"];

/// A GitHub server.
#[derive(Clone, Debug)]
pub struct Github {
    pub(super) host: String,
    pub(super) credential: Option<Credential>,
    api: Url,
    /// Where files are read without a token: this costs nothing of the few API calls that strangers have.
    raw: Option<Url>,
}

impl Github {
    /// A server without token, with its usual addresses.
    ///
    /// # Errors
    /// A sentence for people when `host` is not a host.
    pub fn new(host: &str) -> Result<Self, String> {
        let host = checked_host(host)?;
        let (api, raw) = match host.as_str() {
            "github.com" => ("https://api.github.com".to_owned(), Some("https://raw.githubusercontent.com")),
            _ => (format!("https://{host}/api/v3"), None),
        };
        Ok(Self { api: checked_url(&api)?, raw: raw.map(checked_url).transpose()?, host, credential: None })
    }

    /// The same with another address of the API. Without a token the API is used from then on, unless
    /// [`Github::with_raw`] follows.
    ///
    /// # Errors
    /// A sentence for people when `url` is not an address.
    pub fn with_api(self, url: &str) -> Result<Self, String> {
        let raw = self.raw.filter(|_| self.host == "github.com" && url == self.api.as_str().trim_end_matches('/'));
        Ok(Self { api: checked_url(url)?, raw, host: self.host, credential: self.credential })
    }

    /// The same with another address of raw files.
    ///
    /// # Errors
    /// A sentence for people when `url` is not an address.
    pub fn with_raw(self, url: &str) -> Result<Self, String> {
        Ok(Self { raw: Some(checked_url(url)?), ..self })
    }

    /// The same with a personal access token.
    ///
    /// # Errors
    /// A sentence for people when the token cannot be sent.
    pub fn with_token(self, token: &str) -> Result<Self, String> {
        Ok(Self { credential: Some(Credential::bearer(token)?), ..self })
    }

    pub(super) fn api_urls(&self) -> Vec<&Url> {
        std::iter::once(&self.api).chain(&self.raw).collect()
    }

    pub(super) fn parse(&self, url: &Url) -> Option<FileAddress> {
        let segments = segments(url)?;
        if !FORMS.contains(&segments.get(2)?.as_str()) {
            return None;
        }
        let (git_ref, n_ref) = ref_at(&segments, 3)?;
        FileAddress::in_path(url, segments[..2].to_vec(), Some(git_ref), 3 + n_ref)
    }

    pub(super) fn read_call(&self, address: &FileAddress) -> ApiCall {
        let (repository, path) = (encode_path(&address.repository.join("/")), encode_path(&address.path));
        let git_ref = address.ref_name().unwrap_or("HEAD");
        if let (Some(raw), None) = (&self.raw, &self.credential) {
            return ApiCall::new(below(raw, &format!("{repository}/{}/{path}", encode_path(git_ref))));
        }
        let mut url = below(&self.api, &format!("repos/{repository}/contents/{path}"));
        url.query_pairs_mut().append_pair("ref", git_ref);
        ApiCall { url, accept: Some("application/vnd.github.raw+json") }
    }

    pub(super) fn list_call(&self, address: &FileAddress, _: &Pattern) -> ApiCall {
        let repository = encode_path(&address.repository.join("/"));
        let git_ref = encode(address.ref_name().unwrap_or("HEAD"));
        let mut url = below(&self.api, &format!("repos/{repository}/git/trees/{git_ref}"));
        url.query_pairs_mut().append_pair("recursive", "1");
        ApiCall { url, accept: Some("application/vnd.github+json") }
    }

    pub(super) fn listed(&self, page: &RawPage<'_>) -> Result<Listed, String> {
        let tree: Tree = serde_json::from_slice(page.bytes).map_err(|error| error.to_string())?;
        if tree.truncated {
            return Err("the repository has more files than GitHub lists; name folders or files one by one".to_owned());
        }
        let files = tree.tree.into_iter().filter(|entry| entry.kind == "blob").map(|entry| entry.path).collect();
        Ok(Listed { files, next: None })
    }

    /// The same file in another form (`blob`, `tree`, `edit`).
    pub(super) fn with_form(&self, address: &FileAddress, form: &str, path: &str) -> Url {
        address.with_segment(2, form, path)
    }
}

#[derive(Deserialize)]
struct Tree {
    tree: Vec<TreeEntry>,
    #[serde(default)]
    truncated: bool,
}

#[derive(Deserialize)]
struct TreeEntry {
    path: String,
    #[serde(rename = "type")]
    kind: String,
}
