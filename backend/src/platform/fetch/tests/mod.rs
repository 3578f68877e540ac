//! Requests against stand-in servers.

mod answers;
mod budgets;
mod redirects;
mod ssrf;

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::Duration;

use chrono::DateTime;
use reqwest::Url;

use super::testing::{Reply, StandIn, reply};
use super::*;
use crate::platform::clock::Clock;

const KILOBYTE: u64 = 1024;

/// Settings that allow these hosts, with short limits and a clock that stands still.
fn settings(hosts: &[&str]) -> FetchSettings {
    let limits =
        FetchLimits { total: Duration::from_secs(5), retry_delay: Duration::from_millis(1), ..FetchLimits::default() };
    FetchSettings {
        allow: hosts.iter().map(|host| AllowRule::parse(host, &[]).unwrap()).collect(),
        limits,
        names: Names::fixed(HashMap::new()),
        clock: Clock::stopped_at(DateTime::from_timestamp(1_000_000, 0).unwrap()),
    }
}

fn fetcher(hosts: &[&str]) -> Fetcher {
    Fetcher::new(settings(hosts)).unwrap()
}

/// A fetcher that knows one name beside the hosts.
fn fetcher_with_name(hosts: &[&str], name: &str, ip: &str) -> Fetcher {
    let table: HashMap<String, Vec<IpAddr>> = [(name.to_owned(), vec![ip.parse().unwrap()])].into();
    Fetcher::new(FetchSettings { names: Names::fixed(table), ..settings(hosts) }).unwrap()
}

fn get(url: &str) -> Request<'static> {
    Request::get(Url::parse(url).unwrap(), 64 * KILOBYTE)
}

/// The body of a good answer.
#[track_caller]
fn text(fetched: Result<Fetched, FetchError>) -> String {
    match fetched {
        Ok(Fetched::Answer { bytes, .. }) => String::from_utf8(bytes).unwrap(),
        other => panic!("{other:?}"),
    }
}
