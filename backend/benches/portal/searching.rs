//! How fast search answers, and how soon its index is made anew.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::http::{Connection, get};
use super::load::{self, Questions};
use super::portal::{Portal, Setup};
use super::questions::Asked;
use super::report::{Report, Unit, megabytes, milliseconds};
use super::{N_CONNECTIONS, Pace};

/// How long one in twenty may wait for suggestions at most.
const MAX_SUGGESTIONS_MS: f64 = 10.0;
/// How long making the index anew may take, from the start of the program on.
const MAX_REBUILD_SECS: f64 = 5.0;

/// Suggestions and whole questions.
pub async fn questions(portal: &mut Portal, asked: &Asked, pace: Pace, report: &mut Report) -> Result<()> {
    let n_documents = current(portal).await?.1;
    report.fact("documents in the search index", Unit::Entities, Some(n_documents as f64));
    for (what, questions, goal) in [
        ("suggestions while typing", &asked.suggestions, Some(MAX_SUGGESTIONS_MS)),
        ("search with highlights and facets", &asked.searches, None),
    ] {
        let load = load::run(portal.address, questions, N_CONNECTIONS, pace.stretch).await?;
        report.fact(what, Unit::PerSecond, Some(load.per_second()));
        let wait = milliseconds(load.quantile(0.95));
        match goal {
            Some(goal) => report.at_most(format!("{what}, p95"), goal, Unit::Milliseconds, wait),
            None => report.fact(format!("{what}, p95"), Unit::Milliseconds, wait),
        }
    }
    Ok(())
}

/// Stops the portal, takes its index away, starts it again, and says how long it takes until everything is found.
pub async fn rebuild(setup: &Setup, portal: Portal, report: &mut Report) -> Result<Portal> {
    portal.stop().await?;
    std::fs::remove_dir_all(setup.search_folder()).context("there is an index")?;
    let mut portal = setup.start().await?;
    let (duration, _) = current(&mut portal).await?;
    report.at_most("search index gone → made anew", MAX_REBUILD_SECS, Unit::Seconds, Some(duration.as_secs_f64()));
    portal.calm_down().await;
    report.fact("memory after that", Unit::Megabytes, portal.resident().map(megabytes));
    Ok(portal)
}

/// Waits until the index holds the whole catalog; says when that was since the start, and how many documents there are.
async fn current(portal: &mut Portal) -> Result<(Duration, u64)> {
    let duration = portal
        .wait("the search index is current", async |connection| {
            let n_entities = fetch(connection, "/api/catalog/entities/by-query?limit=0").await?["totalItems"].as_u64();
            let target = "/api/search/query?pageLimit=0&types[]=software-catalog";
            let found = fetch(connection, target).await?;
            Ok(found["limitation"].is_null() && n_entities == found["numberOfResults"].as_u64() && n_entities > Some(0))
        })
        .await?;
    let mut connection = Connection::open(portal.address).await?;
    let status = fetch(&mut connection, "/api/search/status").await?;
    let n_documents = status["nDocuments"].as_u64().context("the engine tells how many documents it has")?;
    Ok((duration, n_documents))
}

/// Looks at one answer of each sort.
pub async fn check(connection: &mut Connection, suggestions: &Questions, searches: &Questions) -> Result<()> {
    let suggested: Value = serde_json::from_slice(&connection.fetch(suggestions.first()).await?)?;
    ensure!(suggested["suggestions"].as_array().is_some_and(|found| !found.is_empty()), "nothing is suggested");
    let found: Value = serde_json::from_slice(&connection.fetch(searches.first()).await?)?;
    ensure!(found["results"].as_array().is_some_and(|found| !found.is_empty()), "nothing is found");
    ensure!(found["facets"]["kind"].is_array(), "facets are missing");
    Ok(())
}

async fn fetch(connection: &mut Connection, target: &str) -> Result<Value> {
    Ok(serde_json::from_slice(&connection.fetch(&get(target)).await?)?)
}
