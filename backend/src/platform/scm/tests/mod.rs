//! The reader against stand-ins for each kind of host.

mod addresses;
mod reads;
mod searches;
mod sign_in;

use chrono::DateTime;

use super::*;
use crate::platform::clock::Clock;
use crate::platform::fetch::testing::{Received, Reply, StandIn, reply};

const MEGABYTE: u64 = 1024 * 1024;
/// A token that must not be seen anywhere.
const TOKEN: &str = "t0p-s3cret";

/// A reader of these hosts and of nothing else but the public ones.
fn reader(integrations: Vec<Integration>) -> UrlReader {
    let clock = Clock::stopped_at(DateTime::from_timestamp(1_000_000, 0).unwrap());
    UrlReader::new(UrlReaderSettings { integrations, clock, ..UrlReaderSettings::default() }).unwrap()
}

/// One host of each kind, each with its API at a stand-in and a token.
fn hosts(server: &StandIn) -> Vec<Integration> {
    let api = |path: &str| server.url(path);
    let token = |result: Result<Github, String>| result.unwrap().with_token(TOKEN).unwrap();
    vec![
        Integration::Github(token(Github::new("github.example.com").unwrap().with_api(&api("/api/v3")))),
        Integration::Gitlab(
            Gitlab::new("gitlab.example.com").unwrap().with_api(&api("/api/v4")).unwrap().with_token(TOKEN).unwrap(),
        ),
        Integration::BitbucketCloud(
            BitbucketCloud::new()
                .unwrap()
                .at("bitbucket.org", &api("/2.0"), &api("/token"))
                .unwrap()
                .with_token(TOKEN)
                .unwrap(),
        ),
        Integration::BitbucketServer(
            BitbucketServer::new("bitbucket.example.com")
                .unwrap()
                .with_api(&api("/rest/api/1.0"))
                .unwrap()
                .with_token(TOKEN)
                .unwrap(),
        ),
        Integration::Azure(
            Azure::new("dev.azure.com").unwrap().at(&api(""), &api("/login")).unwrap().with_token(&[], TOKEN).unwrap(),
        ),
        Integration::Gitea(
            Gitea::new("gitea.example.com").unwrap().with_base(&api("")).unwrap().with_token(TOKEN).unwrap(),
        ),
    ]
}

#[track_caller]
fn content(read: Result<UrlRead, UrlReadError>) -> String {
    match read {
        Ok(UrlRead::Content { bytes, .. }) => String::from_utf8(bytes).unwrap(),
        other => panic!("{other:?}"),
    }
}
