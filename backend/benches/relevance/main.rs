//! How well search finds what people look for: `./justw bench-relevance`.
//!
//! Asks the judged questions of `tests/relevance/queries.yaml` over HTTP, of a portal with the example catalog and of one with a
//! generated catalog of 14,000 entities, and prints NDCG@10 and the mean reciprocal rank: of the embedded engine, of Meilisearch
//! where `MEILI_URL` names a server, and of two simple ways to search for comparison. The exit code tells whether everything
//! could be measured, not what came out.

mod baselines;
#[path = "../portal/http.rs"]
#[expect(dead_code, reason = "the benchmark of the portal uses all of it")]
mod http;
mod measures;
#[path = "../portal/portal.rs"]
#[expect(dead_code, reason = "the benchmark of the portal uses all of it")]
mod portal;

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use callboard::catalog::generate::generate;
use clap::Parser;
use serde::Deserialize;
use serde_json::Value;

use baselines::{Entity, Like, Lunr};
use http::{Connection, get};
use measures::{Score, Scores};
use portal::{Portal, Setup};

/// How many entities the generated catalog has.
const N_GENERATED: usize = 14_000;
/// How many results of a question are looked at.
const DEPTH: usize = 10;

#[derive(Parser)]
struct Arguments {
    /// Name every question that does not find what it should first
    #[arg(long)]
    verbose: bool,
    /// The program to measure instead of the one that was built for this
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
    /// What cargo passes to every benchmark
    #[arg(long, hide = true)]
    bench: bool,
}

/// A judged question.
#[derive(Clone, Debug, Deserialize)]
struct Question {
    catalog: String,
    sort: String,
    term: String,
    /// How good each document is, by its name.
    wants: BTreeMap<String, u32>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("the package is within the repository")?;
    let text = std::fs::read_to_string(root.join("backend/tests/relevance/queries.yaml"))?;
    let questions: Vec<Question> = serde_yaml::from_str(&text)?;
    let program = arguments.program.clone().unwrap_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_callboard")));
    let work = tempfile::Builder::new().prefix("relevance.").tempdir()?;
    let generated = generate(N_GENERATED, &work.path().join("generated"))?.root;
    let mut engines = vec![("embedded", String::new())];
    match std::env::var("MEILI_URL") {
        Ok(url) if !url.is_empty() => {
            let key = std::env::var("MEILI_KEY").unwrap_or_default();
            engines.push(("meilisearch", meilisearch_config(&url, &key)));
        }
        Ok(_) | Err(_) => eprintln!("Meilisearch is left out: MEILI_URL names no server."),
    }

    let mut scores = Scores::default();
    for (catalog, sources) in [("example", root.join("examples/catalog-info.yaml")), ("generated", generated)] {
        let asked: Vec<&Question> = questions.iter().filter(|question| question.catalog == catalog).collect();
        for (number, (engine, config)) in engines.iter().enumerate() {
            let folder = work.path().join(format!("{catalog}-{engine}"));
            let portal = start(&program, &folder, &sources, &config.replace("CATALOG", catalog)).await?;
            let mut connection = Connection::open(portal.address).await?;
            for question in &asked {
                let found = ask(&mut connection, &question.term).await?;
                scores.add(engine, judge(question, &found, arguments.verbose.then_some(*engine)));
            }
            if number == 0 {
                let entities = entities(portal.address).await?;
                for question in &asked {
                    for name in question.wants.keys() {
                        let entity = name.split('#').next().unwrap_or_default();
                        let is_there = entities.iter().any(|known| known.name == entity);
                        ensure!(is_there, "`{}` wants `{name}`, which is not in the catalog", question.term);
                    }
                }
                let (like, lunr) = (Like::new(&entities), Lunr::new(&entities));
                for question in &asked {
                    scores.add("SQL LIKE", judge(question, &like.find(&question.term, DEPTH), None));
                    scores.add("Lunr-style", judge(question, &lunr.find(&question.term, DEPTH), None));
                }
            }
            portal.stop().await?;
        }
    }
    println!("{}", scores.table(questions.len()));
    Ok(())
}

fn meilisearch_config(url: &str, key: &str) -> String {
    let key = if key.is_empty() { String::new() } else { format!("\n    apiKey: '{key}'") };
    format!(
        "search:\n  engine: meilisearch\n  meilisearch:\n    host: '{url}'\n    index: callboard-relevance-CATALOG{key}\n"
    )
}

/// Starts a portal and waits until its index is current.
async fn start(program: &Path, folder: &Path, sources: &Path, config: &str) -> Result<Portal> {
    let setup = Setup::new(program, folder, sources, None)?;
    OpenOptions::new().append(true).open(folder.join("app-config.yaml"))?.write_all(config.as_bytes())?;
    let mut portal = setup.start().await?;
    let mut n_before = None;
    portal
        .wait("the index is current", async |connection| {
            let status = json(connection, "/api/search/status").await?;
            let entities = json(connection, "/api/catalog/entities/by-query?limit=0").await?["totalItems"].as_u64();
            let target = "/api/search/query?pageLimit=0&types[]=software-catalog";
            let found = json(connection, target).await?["numberOfResults"].as_u64();
            let is_current = status["state"] == "current" && entities == found && found > Some(0);
            // Twice the same: nothing more comes in.
            let is_calm = is_current && n_before == found;
            n_before = found.filter(|_| is_current);
            Ok(is_calm)
        })
        .await?;
    portal.calm_down().await;
    Ok(portal)
}

async fn json(connection: &mut Connection, target: &str) -> Result<Value> {
    Ok(serde_json::from_slice(&connection.fetch(&get(target)).await?)?)
}

/// The names of the best documents.
async fn ask(connection: &mut Connection, term: &str) -> Result<Vec<String>> {
    let query: String = form_urlencoded::Serializer::new(String::new())
        .append_pair("term", term)
        .append_pair("pageLimit", &DEPTH.to_string())
        .finish();
    let answer = json(connection, &format!("/api/search/query?{query}")).await?;
    let results = answer["results"].as_array().context("an answer has results")?;
    Ok(results.iter().filter_map(|result| name(result["document"]["location"].as_str()?)).collect())
}

/// The name by which `queries.yaml` knows the document at an address.
fn name(location: &str) -> Option<String> {
    let (path, place) = location.split_once('#').map_or((location, None), |(path, place)| (path, Some(place)));
    let mut parts = path.strip_prefix("/catalog/")?.split('/');
    let (namespace, kind, name) = (parts.next()?, parts.next()?, parts.next()?);
    let entity = format!("{kind}:{namespace}/{name}");
    Some(place.map_or_else(|| entity.clone(), |place| format!("{entity}#{place}")))
}

async fn entities(address: SocketAddr) -> Result<Vec<Entity>> {
    let mut connection = Connection::open(address).await?;
    let entities = json(&mut connection, "/api/catalog/entities").await?;
    let entities: Vec<Entity> =
        entities.as_array().context("the list is a list")?.iter().filter_map(Entity::read).collect();
    ensure!(!entities.is_empty(), "the catalog is empty");
    Ok(entities)
}

fn judge(question: &Question, found: &[String], told_of: Option<&str>) -> Score {
    let score = Score::of(&question.sort, &question.wants, found, DEPTH);
    if let Some(engine) = told_of
        && score.ndcg < 0.999
    {
        let best: Vec<&String> = found.iter().take(5).collect();
        eprintln!("{engine}: `{}` ({}): NDCG {:.2}, finds {best:?}", question.term, question.sort, score.ndcg);
    }
    score
}
