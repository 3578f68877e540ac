//! `integrations`: servers that host source code.

use super::{secret::SecretString, values::HttpUrl};

section! {
    /// Servers that host source code, and the tokens with which they are read. Each key holds a list; of several entries for
    /// one host the first counts.
    pub struct Integrations {
        /// GitHub and GitHub Enterprise. `github.com` is known without an entry.
        pub github: Vec<GithubIntegration> = "github";
        /// GitLab. `gitlab.com` is known without an entry.
        pub gitlab: Vec<GitlabIntegration> = "gitlab";
        /// Bitbucket Cloud. `bitbucket.org` is known without an entry.
        pub bitbucket_cloud: Vec<BitbucketCloudIntegration> = "bitbucketCloud";
        /// Bitbucket Server and Data Center.
        pub bitbucket_server: Vec<BitbucketServerIntegration> = "bitbucketServer";
        /// Azure DevOps. `dev.azure.com` is known without an entry.
        pub azure: Vec<AzureIntegration> = "azure";
        /// Gitea and Forgejo.
        pub gitea: Vec<GiteaIntegration> = "gitea";
    }
    later: ["gerrit", "harness", "awsS3", "awsCodeCommit", "azureBlobStorage", "googleGcs", "bitbucket"]
}

section! {
    /// A GitHub server.
    pub struct GithubIntegration {
        /// Host name.
        pub host: String = "host", default "github.com".to_owned();
        /// Personal access token. Without it only public repositories are read, at a low rate.
        pub token: Option<SecretString> = "token";
        /// Address of the API; by default that of `github.com`, or `https://<host>/api/v3`.
        pub api_base_url: Option<HttpUrl> = "apiBaseUrl";
        /// Address of raw files, which are read there when there is no token; by default that of `github.com`. Other
        /// servers are asked through their API when this is left out.
        pub raw_base_url: Option<HttpUrl> = "rawBaseUrl";
    }
    later: ["apps", "commitSigningKey"]
}

section! {
    /// A GitLab server.
    pub struct GitlabIntegration {
        /// Host name.
        pub host: String = "host", default "gitlab.com".to_owned();
        /// Access token with the scope `read_api`; `read_repository` is enough where no target has wildcards.
        pub token: Option<SecretString> = "token";
        /// Address of the API, by default `https://<host>/api/v4`.
        pub api_base_url: Option<HttpUrl> = "apiBaseUrl";
        /// Address of the server, by default `https://<host>`.
        pub base_url: Option<HttpUrl> = "baseUrl";
    }
    later: ["commitSigningKey", "maxRetries", "maxApiRequestsPerMinute", "retry"]
}

section! {
    /// An account of Bitbucket Cloud.
    pub struct BitbucketCloudIntegration {
        /// User name, or e-mail address with an API token.
        pub username: Option<String> = "username";
        /// App password.
        pub app_password: Option<SecretString> = "appPassword";
        /// API token.
        pub token: Option<SecretString> = "token";
        /// Client id of an OAuth consumer.
        pub client_id: Option<String> = "clientId";
        /// Client secret of an OAuth consumer.
        pub client_secret: Option<SecretString> = "clientSecret";
    }
    later: ["commitSigningKey", "host"]
}

section! {
    /// A Bitbucket Server or Data Center.
    pub struct BitbucketServerIntegration {
        /// Host name.
        pub host: String = "host" => required;
        /// HTTP access token.
        pub token: Option<SecretString> = "token";
        /// User name, together with `password`.
        pub username: Option<String> = "username";
        /// Password, together with `username`.
        pub password: Option<SecretString> = "password";
        /// Address of the API, by default `https://<host>/rest/api/1.0`.
        pub api_base_url: Option<HttpUrl> = "apiBaseUrl";
    }
    later: ["commitSigningKey"]
}

section! {
    /// An Azure DevOps server.
    pub struct AzureIntegration {
        /// Host name.
        pub host: String = "host", default "dev.azure.com".to_owned();
        /// Credentials; the first whose organizations match is used.
        pub credentials: Vec<AzureCredential> = "credentials";
        /// Personal access token in the old form, used when no credential matches.
        pub token: Option<SecretString> = "token";
    }
    later: ["commitSigningKey", "credential"]
}

section! {
    /// A credential for Azure DevOps.
    pub struct AzureCredential {
        /// Organizations for which it is used; all when empty.
        pub organizations: Vec<String> = "organizations";
        /// Personal access token.
        pub personal_access_token: Option<SecretString> = "personalAccessToken";
        /// Client id of a service principal.
        pub client_id: Option<String> = "clientId";
        /// Client secret of a service principal.
        pub client_secret: Option<SecretString> = "clientSecret";
        /// Tenant of a service principal.
        pub tenant_id: Option<String> = "tenantId";
    }
    later: ["managedIdentityClientId"]
}

section! {
    /// A Gitea or Forgejo server.
    pub struct GiteaIntegration {
        /// Host name.
        pub host: String = "host" => required;
        /// Address of the server, by default `https://<host>`.
        pub base_url: Option<HttpUrl> = "baseUrl";
        /// User name. Without it `password` is used as an access token.
        pub username: Option<String> = "username";
        /// Password or access token.
        pub password: Option<SecretString> = "password";
    }
    later: ["commitSigningKey"]
}
