//! GitLab.
//!
//! Source: the REST API's pages on repository files, repositories and keyset pagination.

use reqwest::Url;
use reqwest::header::{HeaderName, LINK};
use serde::Deserialize;

use super::address::{FileAddress, below, encode, ref_at, segments};
use super::glob::Pattern;
use super::integration::{ApiCall, Listed, RawPage, checked_host, checked_url};
use crate::platform::fetch::Credential;

/// Segments that stand between project and version.
const FORMS: [&str; 4] = ["blob", "tree", "edit", "raw"];

/// A GitLab server.
#[derive(Clone, Debug)]
pub struct Gitlab {
    pub(super) host: String,
    pub(super) credential: Option<Credential>,
    api: Url,
    /// Segments of the address of the server, before the first group.
    n_base: usize,
}

impl Gitlab {
    /// A server without token, with its usual addresses.
    ///
    /// # Errors
    /// A sentence for people when `host` is not a host.
    pub fn new(host: &str) -> Result<Self, String> {
        let host = checked_host(host)?;
        Ok(Self { api: checked_url(&format!("https://{host}/api/v4"))?, host, credential: None, n_base: 0 })
    }

    /// The same, below another address: its path comes before the groups, and its API is below it.
    ///
    /// # Errors
    /// A sentence for people when `url` is not an address.
    pub fn with_base(self, url: &str) -> Result<Self, String> {
        let base = checked_url(url)?;
        let n_base = segments(&base).map_or(0, |segments| segments.len());
        Ok(Self { api: below(&base, "api/v4"), n_base, ..self })
    }

    /// The same with another address of the API.
    ///
    /// # Errors
    /// A sentence for people when `url` is not an address.
    pub fn with_api(self, url: &str) -> Result<Self, String> {
        Ok(Self { api: checked_url(url)?, ..self })
    }

    /// The same with an access token.
    ///
    /// # Errors
    /// A sentence for people when the token cannot be sent.
    pub fn with_token(self, token: &str) -> Result<Self, String> {
        let credential = Credential::header(HeaderName::from_static("private-token"), token)?;
        Ok(Self { credential: Some(credential), ..self })
    }

    pub(super) fn api_urls(&self) -> Vec<&Url> {
        vec![&self.api]
    }

    pub(super) fn parse(&self, url: &Url) -> Option<FileAddress> {
        let segments = segments(url)?;
        let form = self.form_at(&segments)?;
        let end = if segments[form - 1] == "-" { form - 1 } else { form };
        let (git_ref, n_ref) = ref_at(&segments, form + 1)?;
        // A project is in at least one group.
        let project = segments.get(self.n_base..end).filter(|project| project.len() >= 2)?;
        FileAddress::in_path(url, project.to_vec(), Some(git_ref), form + 1 + n_ref)
    }

    /// Where `blob` (or another form) is: after `/-/`, or in old addresses right after the project.
    fn form_at(&self, segments: &[String]) -> Option<usize> {
        let is_form = |at: usize| segments.get(at).is_some_and(|segment| FORMS.contains(&segment.as_str()));
        let first = self.n_base + 2;
        let marked = (first..segments.len()).find(|at| segments[*at] == "-" && is_form(at + 1)).map(|at| at + 1);
        marked.or_else(|| (first..segments.len()).find(|at| is_form(*at)))
    }

    fn project(&self, address: &FileAddress) -> String {
        format!("projects/{}/repository", encode(&address.repository.join("/")))
    }

    pub(super) fn read_call(&self, address: &FileAddress) -> ApiCall {
        let mut url = below(&self.api, &format!("{}/files/{}/raw", self.project(address), encode(&address.path)));
        url.query_pairs_mut().append_pair("ref", address.ref_name().unwrap_or("HEAD"));
        ApiCall::new(url)
    }

    pub(super) fn list_call(&self, address: &FileAddress, pattern: &Pattern) -> ApiCall {
        let mut url = below(&self.api, &format!("{}/tree", self.project(address)));
        let folder = pattern.folder();
        url.query_pairs_mut()
            .append_pair("ref", address.ref_name().unwrap_or("HEAD"))
            .append_pair("path", folder.trim_end_matches('/'))
            .append_pair("recursive", "true")
            .append_pair("pagination", "keyset")
            .append_pair("per_page", "100");
        ApiCall::new(url)
    }

    pub(super) fn listed(&self, page: &RawPage<'_>) -> Result<Listed, String> {
        let entries: Vec<TreeEntry> = serde_json::from_slice(page.bytes).map_err(|error| error.to_string())?;
        let files = entries.into_iter().filter(|entry| entry.kind == "blob").map(|entry| entry.path).collect();
        let links = page.headers.get_all(LINK).iter().filter_map(|value| value.to_str().ok());
        let next = links.flat_map(|links| links.split(',')).find_map(|link| {
            let (target, parameters) = link.trim().strip_prefix('<')?.split_once('>')?;
            parameters.contains("rel=\"next\"").then(|| Url::parse(target).ok())?
        });
        // Only the parameters are taken over: behind a proxy the link names a host that may be out of our reach.
        let next = next.map(|next| {
            let mut url = page.url.clone();
            url.set_query(next.query());
            url
        });
        Ok(Listed { files, next })
    }

    pub(super) fn edit_url(&self, address: &FileAddress) -> Url {
        match segments(address.url()).and_then(|segments| self.form_at(&segments)) {
            Some(form) => address.with_segment(form, "edit", &address.path),
            None => address.with_path(&address.path),
        }
    }
}

#[derive(Deserialize)]
struct TreeEntry {
    path: String,
    #[serde(rename = "type")]
    kind: String,
}
