//! Azure DevOps, in the cloud and on servers of organisations.
//!
//! Source: the REST API's page on items, version 6.0; Microsoft's page on client credentials.

use reqwest::Url;
use serde::Deserialize;

use super::address::{FileAddress, GitRef, RefKind, below, encode, segments};
use super::glob::Pattern;
use super::integration::{ApiCall, Listed, RawPage, checked_host, checked_url};
use super::oauth::{ClientCredentials, SignIn};
use crate::platform::fetch::{Credential, Form};

/// What a service principal asks to be let into. Source: Microsoft's page on service principals in Azure DevOps.
const SCOPE: &str = "499b84ac-1321-427f-aa17-267ca6975798/.default";

/// An Azure DevOps server.
#[derive(Clone, Debug)]
pub struct Azure {
    pub(super) host: String,
    base: Url,
    sign_ins: Vec<(Vec<String>, SignIn)>,
    tokens: Url,
}

impl Azure {
    /// A server without token.
    ///
    /// # Errors
    /// A sentence for people when `host` is not a host.
    pub fn new(host: &str) -> Result<Self, String> {
        let host = checked_host(host)?;
        let base = checked_url(&format!("https://{host}"))?;
        Ok(Self { base, host, sign_ins: Vec::new(), tokens: checked_url("https://login.microsoftonline.com")? })
    }

    /// The same with other addresses of the server and of the exchange of tokens.
    ///
    /// # Errors
    /// A sentence for people when one is not an address.
    pub fn at(self, base: &str, tokens: &str) -> Result<Self, String> {
        Ok(Self { base: checked_url(base)?, tokens: checked_url(tokens)?, ..self })
    }

    /// The same with a personal access token for organizations, all when there is none. The first that fits is used.
    ///
    /// # Errors
    /// A sentence for people when the token cannot be sent.
    pub fn with_token(mut self, organizations: &[String], token: &str) -> Result<Self, String> {
        self.sign_ins.push((organizations.to_vec(), SignIn::Fixed(Credential::basic("", token)?)));
        Ok(self)
    }

    /// The same with a service principal, whose tokens are fetched when they are needed.
    ///
    /// # Errors
    /// A sentence for people when the tenant cannot be a part of an address.
    pub fn with_principal(
        mut self,
        organizations: &[String],
        tenant: &str,
        id: &str,
        secret: &str,
    ) -> Result<Self, String> {
        if tenant.is_empty() || !tenant.chars().all(|char| char.is_ascii_alphanumeric() || matches!(char, '-' | '.')) {
            return Err("the tenant must be an id or a domain".to_owned());
        }
        let form = Form::new(&[
            ("grant_type", "client_credentials"),
            ("client_id", id),
            ("client_secret", secret),
            ("scope", SCOPE),
        ]);
        let exchange = ClientCredentials::new(below(&self.tokens, &format!("{tenant}/oauth2/v2.0/token")), form, None);
        self.sign_ins.push((organizations.to_vec(), SignIn::Exchanged(exchange)));
        Ok(self)
    }

    pub(super) fn api_urls(&self) -> Vec<&Url> {
        vec![&self.base, &self.tokens]
    }

    pub(super) fn credential(&self, address: &FileAddress) -> &SignIn {
        const NOBODY: &SignIn = &SignIn::Nobody;
        let organization = address.repository.first().map_or("", String::as_str);
        let fits =
            |names: &[String]| names.is_empty() || names.iter().any(|name| name.eq_ignore_ascii_case(organization));
        self.sign_ins.iter().find(|(names, _)| fits(names)).map_or(NOBODY, |(_, sign_in)| sign_in)
    }

    pub(super) fn parse(&self, url: &Url) -> Option<FileAddress> {
        let segments = segments(url)?;
        let at = segments.iter().position(|segment| segment == "_git")?;
        let [name] = &segments[at + 1..] else { return None };
        // `organization/_git/name` is short for a project with the name of the repository.
        let repository = match &segments[..at] {
            [] => return None,
            [organization] => vec![organization.clone(), name.clone(), name.clone()],
            project => [project, std::slice::from_ref(name)].concat(),
        };
        let version = url.query_pairs().find(|(name, _)| name == "version");
        let git_ref = match version {
            None => None,
            Some((_, version)) => Some(version_of(&version)?),
        };
        FileAddress::in_query(url, repository, git_ref)
    }

    fn items(&self, address: &FileAddress) -> Url {
        let encoded: Vec<String> = address.repository.iter().map(|part| encode(part)).collect();
        let (name, project) = encoded
            .split_last()
            .map_or((String::new(), String::new()), |(name, project)| (name.clone(), project.join("/")));
        let mut url = below(&self.base, &format!("{project}/_apis/git/repositories/{name}/items"));
        url.query_pairs_mut().append_pair("api-version", "6.0");
        if let Some(GitRef { kind, name }) = &address.git_ref {
            let kind = match kind {
                RefKind::Any | RefKind::Branch => "branch",
                RefKind::Tag => "tag",
                RefKind::Commit => "commit",
            };
            url.query_pairs_mut()
                .append_pair("versionDescriptor.version", name)
                .append_pair("versionDescriptor.versionType", kind);
        }
        url
    }

    pub(super) fn read_call(&self, address: &FileAddress) -> ApiCall {
        let mut url = self.items(address);
        url.query_pairs_mut().append_pair("path", &format!("/{}", address.path));
        ApiCall { url, accept: Some("application/octet-stream") }
    }

    pub(super) fn list_call(&self, address: &FileAddress, pattern: &Pattern) -> ApiCall {
        let mut url = self.items(address);
        let folder = pattern.folder();
        url.query_pairs_mut()
            .append_pair("scopePath", &format!("/{}", folder.trim_end_matches('/')))
            .append_pair("recursionLevel", "full");
        ApiCall { url, accept: Some("application/json") }
    }

    pub(super) fn listed(&self, page: &RawPage<'_>) -> Result<Listed, String> {
        let items: Items = serde_json::from_slice(page.bytes).map_err(|error| error.to_string())?;
        let files =
            items.value.into_iter().filter(|item| !item.is_folder && item.git_object_type.as_deref() != Some("tree"));
        Ok(Listed { files: files.map(|item| item.path.trim_start_matches('/').to_owned()).collect(), next: None })
    }
}

/// `GBmain` is a branch, `GTv1` a tag, `GC…` a commit.
fn version_of(text: &str) -> Option<GitRef> {
    let kinds = [("GB", RefKind::Branch), ("GT", RefKind::Tag), ("GC", RefKind::Commit)];
    kinds.into_iter().find_map(|(prefix, kind)| Some(GitRef { kind, name: text.strip_prefix(prefix)?.to_owned() }))
}

#[derive(Deserialize)]
struct Items {
    value: Vec<Item>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    path: String,
    #[serde(default)]
    is_folder: bool,
    git_object_type: Option<String>,
}
