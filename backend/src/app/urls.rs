//! From the configuration to what is read from other servers.

use tracing::warn;

use super::StartError;
use crate::config::integrations::{
    AzureCredential, AzureIntegration, BitbucketCloudIntegration, BitbucketServerIntegration, GiteaIntegration,
    GithubIntegration, GitlabIntegration,
};
use crate::config::{Config, SecretString};
use crate::platform::fetch::AllowRule;
use crate::platform::scm::{
    Azure, BitbucketCloud, BitbucketServer, Gitea, Github, Gitlab, Integration, UrlReaderSettings,
};

/// Which addresses of other servers are read, and with which tokens.
///
/// # Errors
/// [`StartError::Setting`] when a host, an address or a token of the configuration cannot be used.
pub fn urls(config: &Config) -> Result<UrlReaderSettings, StartError> {
    let written = &config.integrations;
    let mut integrations = Vec::new();
    add(&mut integrations, "github", &written.github, github)?;
    add(&mut integrations, "gitlab", &written.gitlab, gitlab)?;
    add(&mut integrations, "bitbucketCloud", &written.bitbucket_cloud, bitbucket_cloud)?;
    add(&mut integrations, "bitbucketServer", &written.bitbucket_server, bitbucket_server)?;
    add(&mut integrations, "azure", &written.azure, azure)?;
    add(&mut integrations, "gitea", &written.gitea, gitea)?;
    let mut allow = Vec::new();
    for (n, rule) in config.backend.reading.allow.iter().enumerate() {
        let rule = AllowRule::parse(&rule.host, &rule.paths);
        allow.push(rule.map_err(|reason| StartError::Setting(format!("`backend.reading.allow[{n}]`: {reason}")))?);
    }
    Ok(UrlReaderSettings { integrations, allow, ..UrlReaderSettings::default() })
}

/// Adds the hosts of a list. One that is there already is left out with a warning: the first counts.
fn add<T>(
    integrations: &mut Vec<Integration>,
    key: &str,
    written: &[T],
    read: impl Fn(&T, &str) -> Result<Integration, String>,
) -> Result<(), StartError> {
    for (n, entry) in written.iter().enumerate() {
        let at = format!("integrations.{key}[{n}]");
        let host = read(entry, &at).map_err(|reason| StartError::Setting(format!("`{at}`: {reason}")))?;
        if integrations.iter().any(|known| known.host() == host.host()) {
            warn!("`{at}` is not used: an entry before it is about `{}`, too", host.host());
        } else {
            integrations.push(host);
        }
    }
    Ok(())
}

fn github(written: &GithubIntegration, _: &str) -> Result<Integration, String> {
    let mut host = Github::new(&written.host)?;
    if let Some(url) = &written.api_base_url {
        host = host.with_api(url.as_str())?;
    }
    if let Some(url) = &written.raw_base_url {
        host = host.with_raw(url.as_str())?;
    }
    if let Some(token) = &written.token {
        host = host.with_token(token.expose())?;
    }
    Ok(Integration::Github(host))
}

fn gitlab(written: &GitlabIntegration, _: &str) -> Result<Integration, String> {
    let mut host = Gitlab::new(&written.host)?;
    if let Some(url) = &written.base_url {
        host = host.with_base(url.as_str())?;
    }
    if let Some(url) = &written.api_base_url {
        host = host.with_api(url.as_str())?;
    }
    if let Some(token) = &written.token {
        host = host.with_token(token.expose())?;
    }
    Ok(Integration::Gitlab(host))
}

fn bitbucket_cloud(written: &BitbucketCloudIntegration, at: &str) -> Result<Integration, String> {
    let host = BitbucketCloud::new()?;
    let secret = |secret: &Option<SecretString>| secret.as_ref().map(|secret| secret.expose().to_owned());
    let (name, token, password) = (written.username.as_deref(), secret(&written.token), secret(&written.app_password));
    let host = match (name, token.or(password), &written.client_id, secret(&written.client_secret)) {
        (Some(name), Some(password), ..) => host.with_user(name, &password)?,
        (None, _, Some(id), Some(secret)) | (Some(_), None, Some(id), Some(secret)) => {
            host.with_consumer(id, &secret)?
        }
        (None, Some(token), ..) if written.token.is_some() => host.with_token(&token)?,
        (None, None, None, None) => host,
        _ => {
            incomplete(at, "`token`, `username` with `token` or `appPassword`, or `clientId` with `clientSecret`");
            host
        }
    };
    Ok(Integration::BitbucketCloud(host))
}

fn bitbucket_server(written: &BitbucketServerIntegration, at: &str) -> Result<Integration, String> {
    let mut host = BitbucketServer::new(&written.host)?;
    if let Some(url) = &written.api_base_url {
        host = host.with_api(url.as_str())?;
    }
    host = match (&written.token, &written.username, &written.password) {
        (Some(token), ..) => host.with_token(token.expose())?,
        (None, Some(name), Some(password)) => host.with_user(name, password.expose())?,
        (None, None, None) => host,
        _ => {
            incomplete(at, "`token`, or `username` with `password`");
            host
        }
    };
    Ok(Integration::BitbucketServer(host))
}

fn azure(written: &AzureIntegration, at: &str) -> Result<Integration, String> {
    let mut host = Azure::new(&written.host)?;
    for (n, credential) in written.credentials.iter().enumerate() {
        let AzureCredential { organizations, personal_access_token, client_id, client_secret, tenant_id } = credential;
        host = match (personal_access_token, tenant_id, client_id, client_secret) {
            (Some(token), ..) => host.with_token(organizations, token.expose())?,
            (None, Some(tenant), Some(id), Some(secret)) => {
                host.with_principal(organizations, tenant, id, secret.expose())?
            }
            _ => {
                let at = format!("{at}.credentials[{n}]");
                incomplete(&at, "`personalAccessToken`, or `tenantId` with `clientId` and `clientSecret`");
                host
            }
        };
    }
    if let Some(token) = &written.token {
        host = host.with_token(&[], token.expose())?;
    }
    Ok(Integration::Azure(host))
}

fn gitea(written: &GiteaIntegration, at: &str) -> Result<Integration, String> {
    let mut host = Gitea::new(&written.host)?;
    if let Some(url) = &written.base_url {
        host = host.with_base(url.as_str())?;
    }
    host = match (&written.username, &written.password) {
        (Some(name), Some(password)) => host.with_user(name, password.expose())?,
        (None, Some(token)) => host.with_token(token.expose())?,
        (None, None) => host,
        (Some(_), None) => {
            incomplete(at, "`password`, with or without `username`");
            host
        }
    };
    Ok(Integration::Gitea(host))
}

/// A variable of the environment that is not set leaves a hole. The rest of the portal works, so it starts.
fn incomplete(at: &str, complete: &str) {
    warn!("`{at}` is read without credentials, because they are not complete: it takes {complete}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::LoadOptions;

    fn urls_of(text: &str) -> Result<UrlReaderSettings, StartError> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("app-config.yaml"), text).unwrap();
        let options = LoadOptions { working_directory: folder.path().to_owned(), ..LoadOptions::default() };
        urls(&Config::load(options).unwrap().0)
    }

    const ALL: &str = "
backend: {reading: {allow: [{host: example.com, paths: [/public]}, {host: '*.example.org'}]}}
integrations:
  github: [{token: s3cret}, {host: ghe.example.com, apiBaseUrl: 'https://ghe.example.com/api/v3', rawBaseUrl: 'https://ghe.example.com/raw'}]
  gitlab: [{host: gitlab.example.com, token: s3cret, baseUrl: 'https://gitlab.example.com/git', apiBaseUrl: 'https://gitlab.example.com/git/api/v4'}]
  bitbucketCloud: [{username: anna, appPassword: s3cret}, {token: s3cret}]
  bitbucketServer: [{host: 'bitbucket.example.com:8443', username: anna, password: s3cret}]
  azure: [{credentials: [{organizations: [o], personalAccessToken: s3cret}, {tenantId: t, clientId: c, clientSecret: s3cret}], token: s3cret}]
  gitea: [{host: gitea.example.com, password: s3cret}]
";

    #[test]
    fn every_kind_of_integration_is_taken_over_without_showing_its_token() {
        let settings = urls_of(ALL).unwrap();
        let hosts: Vec<&str> = settings.integrations.iter().map(Integration::host).collect();
        assert_eq!(
            hosts,
            [
                "github.com",
                "ghe.example.com",
                "gitlab.example.com",
                "bitbucket.org",
                "bitbucket.example.com:8443",
                "dev.azure.com",
                "gitea.example.com"
            ]
        );
        assert_eq!(settings.allow.len(), 2);
        assert!(!format!("{settings:?}").contains("s3cret"));
    }

    #[test]
    fn incomplete_credentials_do_not_stop_a_start() {
        let text = "
integrations:
  bitbucketCloud: [{username: anna}]
  bitbucketServer: [{host: a.example, username: anna}]
  azure: [{credentials: [{clientId: c}]}]
  gitea: [{host: b.example, username: anna}]
";
        assert_eq!(urls_of(text).unwrap().integrations.len(), 4);
    }

    #[track_caller]
    fn check_error(text: &str, expected: &str) {
        let message = urls_of(text).unwrap_err().to_string();
        assert!(message.starts_with(expected), "{message}");
        assert!(!message.contains("s3cret"), "{message}");
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        check_error(
            "backend: {reading: {allow: [{host: a.example}, {host: 'a b'}]}}",
            "`backend.reading.allow[1]`: `a b` is not a host",
        );
        check_error(
            "integrations: {github: [{host: 'https://github.com'}]}",
            "`integrations.github[0]`: `https://github.com`",
        );
        check_error(
            "integrations: {gitlab: [{token: \"s3cret\\nx\"}]}",
            "`integrations.gitlab[0]`: the token is empty or has characters",
        );
    }
}
