//! Reads addresses: those of known source-code hosts through their API, others as they are.
//!
//! People copy addresses from their browser. [`Integration`] tells from such an address which file of which repository it
//! is, and asks the API of the host for it, with the token that belongs there. Tokens go nowhere else.

mod address;
mod azure;
mod bitbucket_cloud;
mod bitbucket_server;
mod error;
mod gitea;
mod github;
mod gitlab;
mod glob;
mod integration;
mod oauth;
mod reader;
mod repository;
mod resolve;
mod search;
mod settings;
#[cfg(test)]
mod tests;

pub use crate::platform::fetch::Validators;
pub use azure::Azure;
pub use bitbucket_cloud::BitbucketCloud;
pub use bitbucket_server::BitbucketServer;
pub use error::{UrlReadError, UrlReadErrorKind, UrlReaderError};
pub use gitea::Gitea;
pub use github::Github;
pub use gitlab::Gitlab;
pub use integration::Integration;
pub use reader::{UrlRead, UrlReader};
pub use repository::{NewFile, Repository};
pub use settings::UrlReaderSettings;
