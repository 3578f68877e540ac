//! How fast questions are answered, and what they cost.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Result, ensure};

use super::constants::WithConstants;
use super::http::{Connection, get_with};
use super::load::{self, Load, Questions};
use super::portal::{Portal, Setup};
use super::questions::Asked;
use super::report::{Report, Unit, megabytes, milliseconds};
use super::{N_CONNECTIONS, Pace};

/// Connections that load the whole list compressed while others ask for one entity, for each encoding.
const N_DOWNLOADS: usize = 2;
/// By how much the memory may grow while the whole list is sent, on all connections together, in megabytes.
const MAX_STREAM_MEGABYTES: f64 = 32.0;
/// How long one in a hundred may wait at most.
const MAX_WAIT_MS: f64 = 10.0;

/// Lists, facets, entities.
pub async fn lists(portal: &Portal, asked: &Asked, pace: Pace, report: &mut Report) -> Result<()> {
    for (what, questions, per_second) in [
        ("list of 20", &asked.plain, 8_000.0),
        ("list of 20, filtered", &asked.filtered, 8_000.0),
        ("list of 20, sorted", &asked.sorted, 8_000.0),
        ("list of 20, filtered and sorted", &asked.filtered_and_sorted, 8_000.0),
        ("list of 20, full text", &asked.text, 8_000.0),
        ("facets of tags and owners", &asked.facets, 3_000.0),
        ("one entity by name", &asked.by_name, 20_000.0),
        ("50 entities by reference", &asked.by_refs, 8_000.0),
    ] {
        let load = load::run(portal.address, questions, N_CONNECTIONS, pace.stretch).await?;
        report.at_least(what, per_second, Unit::PerSecond, Some(load.per_second()));
        report.at_most(format!("{what}, p99"), MAX_WAIT_MS, Unit::Milliseconds, milliseconds(load.quantile(0.99)));
    }
    Ok(())
}

/// All entities in one answer.
pub async fn whole_list(portal: &Portal, asked: &Asked, pace: Pace, report: &mut Report) -> Result<()> {
    let before = portal.resident();
    portal.forget_peak()?;
    let load = load::run(portal.address, &asked.whole, N_CONNECTIONS, pace.stretch).await?;
    let size = load.n_bytes as f64 / 1e6 / load.n_answers.max(1) as f64;
    report.fact("size of the whole list", Unit::Megabytes, Some(size));
    report.at_least("whole list", 60.0, Unit::PerSecond, Some(load.per_second()));
    let grown = portal.peak().zip(before).map(|(peak, before)| megabytes(peak.saturating_sub(before)));
    report.at_most("more memory while 16 of them are sent", MAX_STREAM_MEGABYTES, Unit::Megabytes, grown);
    Ok(())
}

/// One entity by name, while the whole list is compressed for others.
pub async fn beside_compression(portal: &Portal, asked: &Asked, pace: Pace, report: &mut Report) -> Result<()> {
    let n_askers = N_CONNECTIONS - 2 * N_DOWNLOADS;
    let alone = load::run(portal.address, &asked.by_name, n_askers, pace.stretch).await?;
    let n_done = Arc::new(AtomicUsize::new(0));
    let mut downloads = Vec::new();
    for encoding in ["br", "gzip"].repeat(N_DOWNLOADS) {
        let mut connection = Connection::open(portal.address).await?;
        let n_done = Arc::clone(&n_done);
        let request = get_with("/api/catalog/entities", &format!("Accept-Encoding: {encoding}\r\n"));
        downloads.push(tokio::spawn(async move {
            loop {
                let answer = connection.ask(&request).await?;
                ensure!(answer.status == 200, "the compressed list was answered with {}", answer.status);
                n_done.fetch_add(1, Ordering::Relaxed);
            }
            #[expect(unreachable_code, reason = "it tells the type of the errors above")]
            Ok::<(), anyhow::Error>(())
        }));
    }
    let beside = load::run(portal.address, &asked.by_name, n_askers, pace.stretch).await?;
    for download in downloads {
        download.abort();
        if let Ok(outcome) = download.await {
            outcome?;
        }
    }
    report.fact("one entity by name, p99, 12 connections", Unit::Milliseconds, milliseconds(alone.quantile(0.99)));
    let p99 = milliseconds(beside.quantile(0.99));
    report.at_most("the same while 4 whole lists are compressed", MAX_BESIDE_MS, Unit::Milliseconds, p99);
    report.fact("whole lists compressed meanwhile", Unit::Entities, Some(n_done.load(Ordering::Relaxed) as f64));
    Ok(())
}

/// A compressor that held a thread for one answer of this size would make others wait for half a second and more.
const MAX_BESIDE_MS: f64 = 50.0;

/// Lists beside a handler that sends the same bytes without any work.
pub async fn against_constants(
    setup: &Setup,
    portal: Portal,
    folder: &Path,
    asked: &Asked,
    pace: Pace,
    report: &mut Report,
) -> Result<()> {
    let sorts: [(&str, &Questions); 5] = [
        ("list of 20", &asked.plain),
        ("list of 20, filtered", &asked.filtered),
        ("list of 20, sorted", &asked.sorted),
        ("list of 20, filtered and sorted", &asked.filtered_and_sorted),
        ("list of 20, full text", &asked.text),
    ];
    let both = WithConstants::start(setup, portal, folder, &sorts.map(|(_, questions)| questions)).await?;
    for (number, (what, questions)) in sorts.into_iter().enumerate() {
        let (real, constant) = both.compare(number, questions, N_CONNECTIONS, pace.n_turns).await?;
        let size = |load: &Load| load.n_bytes as f64 / load.n_answers.max(1) as f64;
        ensure!((size(&real) / size(&constant) - 1.0).abs() < 0.2, "answers and constants differ in size: {what}");
        let share = real.per_second() / constant.per_second() * 100.0;
        report.at_least(format!("{what}, share of a constant's rate"), 60.0, Unit::Percent, Some(share));
    }
    both.stop().await
}

/// What a large catalog is asked.
pub async fn at_scale(
    portal: &Portal,
    asked: &Asked,
    two_hops: &Questions,
    pace: Pace,
    report: &mut Report,
) -> Result<()> {
    for (what, questions, is_promised) in [
        ("list of 20", &asked.plain, true),
        ("list of 20, filtered", &asked.filtered, true),
        ("list of 20, sorted", &asked.sorted, true),
        ("list of 20, filtered and sorted", &asked.filtered_and_sorted, true),
        ("list of 20, full text", &asked.text, false),
        ("facets of tags and owners", &asked.facets, true),
        ("parts of the systems of a group, two requests", two_hops, true),
        ("one entity by name", &asked.by_name, false),
    ] {
        let load = load::run(portal.address, questions, N_CONNECTIONS, pace.stretch).await?;
        report.fact(what, Unit::PerSecond, Some(load.per_second()));
        let p95 = milliseconds(load.quantile(0.95));
        match is_promised {
            true => report.at_most(format!("{what}, p95"), 20.0, Unit::Milliseconds, p95),
            false => report.fact(format!("{what}, p95"), Unit::Milliseconds, p95),
        }
    }
    whole_at_scale(portal, asked, pace, report).await
}

async fn whole_at_scale(portal: &Portal, asked: &Asked, pace: Pace, report: &mut Report) -> Result<()> {
    let before = portal.resident();
    portal.forget_peak()?;
    let load = load::run(portal.address, &asked.whole, 2, pace.stretch * 2).await?;
    report.fact(
        "whole list on 2 connections",
        Unit::MegabytesPerSecond,
        Some(load.n_bytes as f64 / 1e6 / load.elapsed.as_secs_f64()),
    );
    let grown = portal.peak().zip(before).map(|(peak, before)| megabytes(peak.saturating_sub(before)));
    report.fact("more memory while they are sent", Unit::Megabytes, grown);
    Ok(())
}
