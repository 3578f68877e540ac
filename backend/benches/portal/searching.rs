//! How fast search answers, and how soon its index is made anew.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Map, Value, json};

use super::http::{Connection, get};
use super::load::{self, Questions};
use super::portal::{Portal, Setup};
use super::questions::{Asked, Dice};
use super::report::{Report, Unit, megabytes, milliseconds};
use super::{N_CONNECTIONS, Pace};

/// How long one in twenty may wait for suggestions at most.
const MAX_SUGGESTIONS_MS: f64 = 10.0;
/// Sections of documentation that are added.
const N_SECTIONS: usize = 5_000;
/// How many of them belong to one entity.
const SECTIONS_PER_ENTITY: usize = 1_000;
const WORDS_PER_SECTION: usize = 120;
const SECTION_WORDS: &str = "alert archive backup batch before booking broker build cache certificate check client cluster config \
    customer deploy every failure gateway incident invoice ledger limit log message metric migration owner payment queue release \
    replica restore retry rollback rotate schema secret service traffic";
/// How long making the index anew may take, from the start of the program on.
const MAX_REBUILD_SECS: f64 = 5.0;

/// Suggestions and whole questions.
pub async fn questions(portal: &mut Portal, asked: &Asked, pace: Pace, report: &mut Report) -> Result<()> {
    let n_documents = current(portal).await?.1;
    report.fact("documents in the search index", Unit::Entities, Some(n_documents as f64));
    suggestions("suggestions while typing", portal, asked, pace, report).await?;
    let what = "search with highlights and facets";
    let load = load::run(portal.address, &asked.searches, N_CONNECTIONS, pace.stretch).await?;
    report.fact(what, Unit::PerSecond, Some(load.per_second()));
    report.fact(format!("{what}, p95"), Unit::Milliseconds, milliseconds(load.quantile(0.95)));
    Ok(())
}

/// Suggestions with the sections of a documentation beside the entities. What stands for the sections are operations of APIs:
/// documents that belong to an entity and have a title and a text. The file is put into `folder`, which the catalog reads.
pub async fn beside_sections(
    portal: &mut Portal,
    folder: &Path,
    asked: &Asked,
    pace: Pace,
    report: &mut Report,
) -> Result<()> {
    let n_before = current(portal).await?.1;
    let apis = sections()?;
    let n_wanted = n_before + (N_SECTIONS + apis.len()) as u64;
    fs::write(folder.join("sections.yaml"), apis.join("---\n"))?;
    portal
        .wait("the sections are in the search index", async |connection| {
            Ok(fetch(connection, "/api/search/status").await?["nDocuments"].as_u64() == Some(n_wanted))
        })
        .await?;
    report.fact("documents in the search index, with sections", Unit::Entities, Some(n_wanted as f64));
    suggestions("suggestions while typing, with sections", portal, asked, pace, report).await
}

async fn suggestions(what: &str, portal: &Portal, asked: &Asked, pace: Pace, report: &mut Report) -> Result<()> {
    let load = load::run(portal.address, &asked.suggestions, N_CONNECTIONS, pace.stretch).await?;
    report.fact(what, Unit::PerSecond, Some(load.per_second()));
    let wait = milliseconds(load.quantile(0.95));
    report.at_most(format!("{what}, p95"), MAX_SUGGESTIONS_MS, Unit::Milliseconds, wait);
    Ok(())
}

/// Descriptors with all the sections.
fn sections() -> Result<Vec<String>> {
    let mut dice = Dice::new(11);
    let words: Vec<&str> = SECTION_WORDS.split_whitespace().collect();
    let mut text = |n_words: usize| (0..n_words).map(|_| *dice.pick(&words)).collect::<Vec<_>>().join(" ");
    let apis = (0..N_SECTIONS / SECTIONS_PER_ENTITY).map(|api| {
        let sections = (0..SECTIONS_PER_ENTITY).map(|number| {
            let operation = json!({"summary": text(3), "description": text(WORDS_PER_SECTION), "responses": {}});
            (format!("/sections/{api}/{number}"), json!({ "get": operation }))
        });
        let info = json!({"title": "Sections", "version": "1"});
        let paths: Map<String, Value> = sections.collect();
        let definition = json!({"openapi": "3.0.0", "info": info, "paths": paths}).to_string();
        let descriptor = json!({"apiVersion": "backstage.io/v1alpha1", "kind": "API", "metadata": {"name": format!("sections-{api}")},
            "spec": {"type": "openapi", "lifecycle": "production", "owner": "group:default/nobody", "definition": definition}});
        Ok(serde_json::to_string(&descriptor)? + "\n")
    });
    apis.collect()
}

/// Stops the portal, takes its index away, starts it again, and says how long it takes until everything is found.
pub async fn rebuild(setup: &Setup, portal: Portal, report: &mut Report) -> Result<Portal> {
    portal.stop().await?;
    fs::remove_dir_all(setup.search_folder()).context("there is an index")?;
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
