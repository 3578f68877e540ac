//! From files to answers, and again after a restart.

use std::fs;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use callboard::catalog::generate::Generated;
use callboard::platform::yaml::{Limits, parse_documents};
use sea_orm::{ConnectionTrait, Database};

use super::Pace;
use super::http::get;
use super::portal::{Portal, Setup};
use super::report::{Report, Unit, megabytes, seconds};

/// What depends on the size of the catalog.
pub struct Goals {
    pub load_secs: f64,
    pub restart_secs: Option<f64>,
    pub loaded_mb: f64,
    pub restarted_mb: Option<f64>,
}

/// How many times the YAML reader reads everything; the fastest counts.
const N_READINGS: usize = 3;

/// Megabytes that the YAML reader takes apart in a second, on one thread.
pub fn yaml_rate(catalog: &Generated) -> Result<f64> {
    let folder = catalog.large_file.parent().context("a file lies in a folder")?;
    let mut texts = Vec::new();
    for file in fs::read_dir(folder)? {
        texts.push(fs::read(file?.path())?);
    }
    let n_bytes: usize = texts.iter().map(Vec::len).sum();
    let mut best = f64::MAX;
    for _ in 0..N_READINGS {
        let started = Instant::now();
        for text in &texts {
            let documents = parse_documents(text, &Limits::descriptor());
            ensure!(documents.iter().all(Result::is_ok), "a generated file is not YAML");
        }
        best = best.min(started.elapsed().as_secs_f64());
    }
    Ok(n_bytes as f64 / 1e6 / best)
}

/// Makes an empty database and answers with its address.
pub async fn postgres_database(server: &str) -> Result<String> {
    let name = format!("callboard_bench_{}", uuid::Uuid::new_v4().simple());
    let admin = Database::connect(server).await?;
    admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await?;
    admin.close().await?;
    let (head, _) = server.rsplit_once('/').context("the address of the server ends with a database")?;
    Ok(format!("{head}/{name}"))
}

/// Loads the catalog into a new database, starts again, and leaves the portal running.
pub async fn measure(
    setup: &Setup,
    n_entities: usize,
    goals: Goals,
    pace: Pace,
    report: &mut Report,
) -> Result<Portal> {
    let mut portal = setup.start().await?;
    let loaded = portal.wait_for_entities(n_entities).await?;
    report.at_most("files → all can be queried", goals.load_secs, Unit::Seconds, seconds(loaded));
    portal.calm_down().await;
    report.at_most("memory after loading", goals.loaded_mb, Unit::Megabytes, portal.resident().map(megabytes));
    report.fact("most memory while loading", Unit::Megabytes, portal.peak().map(megabytes));
    report.fact(
        "database on disk",
        Unit::Megabytes,
        Some(megabytes(setup.database_bytes())).filter(|size| *size > 0.0),
    );
    let idle = portal.idle_share(pace.idle).await.map(|share| share * 100.0);
    report.at_most("processor while idle", 1.0, Unit::Percent, idle);
    portal.stop().await?;

    let mut portal = setup.start().await?;
    let one = get("/api/catalog/entities/by-name/group/default/everyone");
    let restarted = portal.wait("an entity after a restart", async |connection| {
        let body = connection.fetch(&one).await?;
        let entity: serde_json::Value = serde_json::from_slice(&body)?;
        ensure!(entity["metadata"]["name"] == "everyone", "another entity was answered");
        Ok(true)
    });
    let restarted = restarted.await?;
    match goals.restart_secs {
        Some(goal) => report.at_most("restart → first correct answer", goal, Unit::Seconds, seconds(restarted)),
        None => report.fact("restart → first correct answer", Unit::Seconds, seconds(restarted)),
    }
    portal.wait_for_entities(n_entities).await?;
    portal.calm_down().await;
    let resident = portal.resident().map(megabytes);
    match goals.restarted_mb {
        Some(goal) => report.at_most("memory after a restart", goal, Unit::Megabytes, resident),
        None => report.at_most("memory after a restart", goals.loaded_mb, Unit::Megabytes, resident),
    }
    Ok(portal)
}
