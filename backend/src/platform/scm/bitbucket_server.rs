//! Bitbucket Server and Data Center.
//!
//! Source: the REST API's pages on `raw` and `files` of a repository.

use reqwest::Url;
use serde::Deserialize;

use super::address::{FileAddress, GitRef, RefKind, below, encode, encode_path, segments};
use super::glob::Pattern;
use super::integration::{ApiCall, Listed, RawPage, checked_host, checked_url};
use crate::platform::fetch::Credential;

/// A Bitbucket Server.
#[derive(Clone, Debug)]
pub struct BitbucketServer {
    pub(super) host: String,
    pub(super) credential: Option<Credential>,
    api: Url,
}

impl BitbucketServer {
    /// A server without token, with its usual addresses.
    ///
    /// # Errors
    /// A sentence for people when `host` is not a host.
    pub fn new(host: &str) -> Result<Self, String> {
        let host = checked_host(host)?;
        Ok(Self { api: checked_url(&format!("https://{host}/rest/api/1.0"))?, host, credential: None })
    }

    /// The same with another address of the API.
    ///
    /// # Errors
    /// A sentence for people when `url` is not an address.
    pub fn with_api(self, url: &str) -> Result<Self, String> {
        Ok(Self { api: checked_url(url)?, ..self })
    }

    /// The same with an HTTP access token.
    ///
    /// # Errors
    /// A sentence for people when the token cannot be sent.
    pub fn with_token(self, token: &str) -> Result<Self, String> {
        Ok(Self { credential: Some(Credential::bearer(token)?), ..self })
    }

    /// The same with a user.
    ///
    /// # Errors
    /// A sentence for people when name and password cannot be sent.
    pub fn with_user(self, name: &str, password: &str) -> Result<Self, String> {
        Ok(Self { credential: Some(Credential::basic(name, password)?), ..self })
    }

    pub(super) fn api_urls(&self) -> Vec<&Url> {
        vec![&self.api]
    }

    pub(super) fn parse(&self, url: &Url) -> Option<FileAddress> {
        let segments = segments(url)?;
        // The server may be below a path, such as `/bitbucket`.
        let at = (0..segments.len()).find(|at| {
            let is = |offset: usize, words: &[&str]| {
                segments.get(at + offset).is_some_and(|word| words.contains(&word.as_str()))
            };
            is(0, &["projects", "users"]) && is(2, &["repos"]) && is(4, &["browse", "raw"])
        })?;
        let project = if segments[at] == "users" { format!("~{}", segments[at + 1]) } else { segments[at + 1].clone() };
        let version = url.query_pairs().find(|(name, value)| name == "at" && !value.is_empty());
        let git_ref = version.map(|(_, name)| GitRef { kind: RefKind::Any, name: name.into_owned() });
        FileAddress::in_path(url, vec![project, segments[at + 3].clone()], git_ref, at + 5)
    }

    fn repository(&self, address: &FileAddress) -> String {
        match address.repository.as_slice() {
            [project, name, ..] => format!("projects/{}/repos/{}", encode(project), encode(name)),
            _ => String::new(),
        }
    }

    pub(super) fn read_call(&self, address: &FileAddress) -> ApiCall {
        let mut url = below(&self.api, &format!("{}/raw/{}", self.repository(address), encode_path(&address.path)));
        if let Some(git_ref) = address.ref_name() {
            url.query_pairs_mut().append_pair("at", git_ref);
        }
        ApiCall::new(url)
    }

    pub(super) fn list_call(&self, address: &FileAddress, pattern: &Pattern) -> ApiCall {
        let folder = pattern.folder();
        let path = format!("{}/files/{}", self.repository(address), encode_path(&folder));
        let mut url = below(&self.api, path.trim_end_matches('/'));
        if let Some(git_ref) = address.ref_name() {
            url.query_pairs_mut().append_pair("at", git_ref);
        }
        url.query_pairs_mut().append_pair("limit", "1000");
        ApiCall::new(url)
    }

    pub(super) fn listed(&self, page: &RawPage<'_>) -> Result<Listed, String> {
        let files: Files = serde_json::from_slice(page.bytes).map_err(|error| error.to_string())?;
        let next = match (files.is_last_page, files.next_page_start) {
            (true, _) => None,
            (false, None) => return Err("the listing does not say where its next page starts".to_owned()),
            (false, Some(start)) => {
                let mut url = page.url.clone();
                let others: Vec<_> = page.url.query_pairs().filter(|(name, _)| name != "start").collect();
                url.query_pairs_mut().clear().extend_pairs(others).append_pair("start", &start.to_string());
                Some(url)
            }
        };
        // They are relative to the folder that was asked for.
        Ok(Listed { files: files.values.iter().map(|file| format!("{}{file}", page.folder)).collect(), next })
    }

    /// There is no address for editing; the file is shown, in its default version, with a button for it.
    pub(super) fn edit_url(&self, address: &FileAddress) -> Url {
        let mut url = address.with_path(&address.path);
        url.set_query(None);
        url
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Files {
    values: Vec<String>,
    is_last_page: bool,
    next_page_start: Option<u64>,
}
