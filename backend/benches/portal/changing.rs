//! A saved file, until readers see it.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use callboard::catalog::generate::DOCUMENTS_PER_FILE;

use super::http::{Connection, get};
use super::portal::Portal;
use super::report::{Report, Unit, seconds};

/// How often each change is made; the slowest counts.
const N_CHANGES: usize = 3;
/// How long is waited for more messages after a change was seen.
const QUIET: Duration = Duration::from_millis(600);
/// How often is looked whether a change can be seen.
const LOOK: Duration = Duration::from_millis(2);
const LIMIT: Duration = Duration::from_secs(30);

/// Changes one document of a file of 500, then all of them.
pub async fn measure(portal: &mut Portal, file: &Path, report: &mut Report) -> Result<()> {
    let original = fs::read_to_string(file)?;
    ensure!(original.matches("---\n").count() == DOCUMENTS_PER_FILE, "the file has {DOCUMENTS_PER_FILE} documents");
    let one = original.matches("\n  title: ").count() / 2;
    for (what, n_documents) in
        [("one document of 500 changed → visible", 1), ("500 of 500 changed → visible", DOCUMENTS_PER_FILE)]
    {
        let (mut slowest, mut most_written) = (Duration::ZERO, 0);
        for round in 0..N_CHANGES {
            let title = format!("Changed-{n_documents}-{round}");
            let is_changed = |place: usize| n_documents > 1 || place == one;
            let text = with_titles(&original, &title, is_changed);
            let (elapsed, n_written) = change(portal, file, &text, &title, n_documents).await?;
            (slowest, most_written) = (slowest.max(elapsed), most_written.max(n_written));
        }
        report.at_most(what, 1.0, Unit::Seconds, seconds(slowest));
        report.at_most("entities written for that", n_documents as f64, Unit::Entities, Some(most_written as f64));
    }
    Ok(())
}

/// The text with another title in some of its documents.
fn with_titles(text: &str, title: &str, is_changed: impl Fn(usize) -> bool) -> String {
    let mut place = 0;
    let mut changed = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        if line.starts_with("  title: ") {
            if is_changed(place) {
                changed.push_str(&format!("  title: {title}\n"));
            } else {
                changed.push_str(line);
            }
            place += 1;
        } else {
            changed.push_str(line);
        }
    }
    changed
}

/// Saves the file and answers how long it took until all was seen, and how many entities were written.
async fn change(
    portal: &Portal,
    file: &Path,
    text: &str,
    title: &str,
    n_documents: usize,
) -> Result<(Duration, usize)> {
    let mut events = Connection::open(portal.address).await?;
    events.follow(&get("/api/catalog/events")).await?;
    let mut asking = Connection::open(portal.address).await?;
    let count = get(&format!("/api/catalog/entities/by-query?filter=metadata.title={title}&limit=0"));
    let saved = Instant::now();
    fs::write(file, text)?;
    loop {
        let found: serde_json::Value = serde_json::from_slice(&asking.fetch(&count).await?)?;
        if found["totalItems"].as_u64() == Some(n_documents as u64) {
            break;
        }
        ensure!(saved.elapsed() < LIMIT, "a change of {} is not seen", file.display());
        tokio::time::sleep(LOOK).await;
    }
    let elapsed = saved.elapsed();
    Ok((elapsed, written(&mut events).await?))
}

/// How many entities the stream of changes names until it is quiet.
async fn written(events: &mut Connection) -> Result<usize> {
    let mut text = String::new();
    while let Ok(bytes) = tokio::time::timeout(QUIET, events.next_bytes()).await {
        text.push_str(std::str::from_utf8(bytes?).context("the stream of changes is text")?);
    }
    let mut n_written = 0;
    for data in text.lines().filter_map(|line| line.strip_prefix("data: ")) {
        let change: serde_json::Value = serde_json::from_str(data)?;
        ensure!(change["isReset"] == false, "the stream of changes does not say what changed");
        n_written += change["entityRefs"].as_array().map_or(0, Vec::len);
    }
    Ok(n_written)
}
