//! Gitea and Forgejo.
//!
//! Source: the API document of Gitea, operations `repoGetRawFile` and `GetTree`.

use reqwest::Url;
use serde::Deserialize;

use super::address::{FileAddress, GitRef, RefKind, below, encode, encode_path, ref_at, segments};
use super::glob::Pattern;
use super::integration::{ApiCall, Listed, RawPage, checked_host, checked_url};
use crate::platform::fetch::Credential;

/// Entries of a page of a listing. Servers give fewer when they are configured so.
const PAGE_ENTRIES: &str = "1000";

/// A Gitea server.
#[derive(Clone, Debug)]
pub struct Gitea {
    pub(super) host: String,
    pub(super) credential: Option<Credential>,
    base: Url,
}

impl Gitea {
    /// A server without token, with its usual address.
    ///
    /// # Errors
    /// A sentence for people when `host` is not a host.
    pub fn new(host: &str) -> Result<Self, String> {
        let host = checked_host(host)?;
        Ok(Self { base: checked_url(&format!("https://{host}"))?, host, credential: None })
    }

    /// The same below another address: its path comes before the owners, and its API is below it.
    ///
    /// # Errors
    /// A sentence for people when `url` is not an address.
    pub fn with_base(self, url: &str) -> Result<Self, String> {
        Ok(Self { base: checked_url(url)?, ..self })
    }

    /// The same with an access token.
    ///
    /// # Errors
    /// A sentence for people when the token cannot be sent.
    pub fn with_token(self, token: &str) -> Result<Self, String> {
        Ok(Self { credential: Some(Credential::authorization("token", token)?), ..self })
    }

    /// The same with a user.
    ///
    /// # Errors
    /// A sentence for people when name and password cannot be sent.
    pub fn with_user(self, name: &str, password: &str) -> Result<Self, String> {
        Ok(Self { credential: Some(Credential::basic(name, password)?), ..self })
    }

    pub(super) fn api_urls(&self) -> Vec<&Url> {
        vec![&self.base]
    }

    pub(super) fn parse(&self, url: &Url) -> Option<FileAddress> {
        let n_base = self.n_base();
        let segments = segments(url)?;
        let repository = segments.get(n_base..n_base + 2)?.to_vec();
        let at = n_base + 3;
        let form = segments.get(n_base + 2)?.as_str();
        let kind = match segments.get(at)?.as_str() {
            "branch" => RefKind::Branch,
            "tag" => RefKind::Tag,
            "commit" => RefKind::Commit,
            _ => RefKind::Any,
        };
        let (git_ref, n_before) = match (form, kind) {
            ("src" | "raw" | "media", RefKind::Branch | RefKind::Tag | RefKind::Commit) if segments.len() > at + 1 => {
                (GitRef { kind, name: segments[at + 1].clone() }, at + 2)
            }
            // Editors name the branch without its kind, and so did old addresses.
            ("src" | "raw" | "media" | "_edit", _) => {
                let (git_ref, n_ref) = ref_at(&segments, at)?;
                (git_ref, at + n_ref)
            }
            _ => return None,
        };
        FileAddress::in_path(url, repository, Some(git_ref), n_before)
    }

    fn n_base(&self) -> usize {
        segments(&self.base).map_or(0, |segments| segments.len())
    }

    fn repository(&self, address: &FileAddress) -> String {
        format!("api/v1/repos/{}", encode_path(&address.repository.join("/")))
    }

    pub(super) fn read_call(&self, address: &FileAddress) -> ApiCall {
        let mut url = below(&self.base, &format!("{}/raw/{}", self.repository(address), encode_path(&address.path)));
        if let Some(git_ref) = address.ref_name() {
            url.query_pairs_mut().append_pair("ref", git_ref);
        }
        ApiCall::new(url)
    }

    pub(super) fn list_call(&self, address: &FileAddress, _: &Pattern) -> ApiCall {
        let git_ref = encode(address.ref_name().unwrap_or("HEAD"));
        let mut url = below(&self.base, &format!("{}/git/trees/{git_ref}", self.repository(address)));
        url.query_pairs_mut()
            .append_pair("recursive", "true")
            .append_pair("per_page", PAGE_ENTRIES)
            .append_pair("page", "1");
        ApiCall::new(url)
    }

    pub(super) fn listed(&self, page: &RawPage<'_>) -> Result<Listed, String> {
        let tree: Tree = serde_json::from_slice(page.bytes).map_err(|error| error.to_string())?;
        // Every page but the last is called truncated.
        let next = (tree.truncated && !tree.tree.is_empty()).then(|| {
            let number =
                page.url.query_pairs().find_map(|(name, value)| (name == "page").then(|| value.parse::<u64>().ok())?);
            let others: Vec<_> = page.url.query_pairs().filter(|(name, _)| name != "page").collect();
            let mut url = page.url.clone();
            let next = number.unwrap_or(1) + 1;
            url.query_pairs_mut().clear().extend_pairs(others).append_pair("page", &next.to_string());
            url
        });
        let files = tree.tree.into_iter().filter(|entry| entry.kind == "blob").map(|entry| entry.path).collect();
        Ok(Listed { files, next })
    }

    /// Only branches are edited.
    pub(super) fn edit_url(&self, address: &FileAddress) -> Option<Url> {
        let git_ref =
            address.git_ref.as_ref().filter(|git_ref| matches!(git_ref.kind, RefKind::Branch | RefKind::Any))?;
        let repository = encode_path(&address.repository.join("/"));
        let path = format!("{repository}/_edit/{}/{}", encode_path(&git_ref.name), encode_path(&address.path));
        Some(below(&self.base, &path))
    }
}

#[derive(Deserialize)]
struct Tree {
    #[serde(default)]
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
