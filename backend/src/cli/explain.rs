//! `callboard explain`: why something is in the catalog, or is not.

use std::fmt::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::bail;
use clap::{Args, ValueEnum};
use shared::api::explain::{
    ChainHop, EntityExplanation, EntityState, ExplainedClaim, ExplainedError, ExplainedLocation, ExplainedStep,
    ExplainedTarget, LocationExplanation, LocationOutcome, StepOutcome,
};
use shared::entity::EntityRef;

use super::{ConfigFiles, FOUND_ERRORS, print};
use crate::app::{database_target, processing_interval};
use crate::catalog::explain::{Explainer, LocationKey, Sight};
use crate::catalog::ingest::status::IngestStatus;
use crate::catalog::location::{FILE, LocationRef, URL, normalize};
use crate::catalog::store::CatalogStore;
use crate::platform::db::Db;

/// How many errors are shown.
const MAX_ERRORS: usize = 10;
/// How many entities of a location are listed.
const MAX_LISTED: usize = 20;

#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// An entity (component:default/booking-api), a location (file:/srv/a.yaml, url:https://…), a path or an address
    #[arg(value_name = "ENTITY|LOCATION|PATH|URL")]
    what: String,
    #[command(flatten)]
    files: ConfigFiles,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// The same JSON as the API
    Json,
}

/// What is to be explained.
#[derive(Debug, PartialEq, Eq)]
enum Subject {
    Entity(EntityRef),
    Location(LocationRef),
}

pub(super) async fn run(args: &ExplainArgs) -> anyhow::Result<ExitCode> {
    let subject = subject(&args.what)?;
    let config = args.files.load_with(vec![])?;
    let db = Db::open_to_read(&database_target(&config)).await?;
    let status = IngestStatus::new(processing_interval(&config));
    let explainer = Explainer::new(CatalogStore::new(db.clone()), status);
    let (text, is_well) = match subject {
        Subject::Entity(entity_ref) => match explainer.entity_explain(Sight::Everything, &entity_ref).await? {
            Some(found) => (
                args.format.print(&found, entity_text)?,
                found.state == EntityState::Present && found.errors.is_empty(),
            ),
            None => bail!(
                "nothing is known of `{entity_ref}`: no source describes it, and nothing refers to it; `callboard check FILE` tells what a file describes, `callboard explain FILE` whether it is read"
            ),
        },
        Subject::Location(location) => {
            match explainer.location_explain(Sight::Everything, &LocationKey::Location(location.clone())).await? {
                Some(found) => (args.format.print(&found, location_text)?, found.errors.is_empty()),
                None => bail!(
                    "the location `{location}` is not read; add it to `catalog.locations`, or to the targets of a Location entity"
                ),
            }
        }
    };
    db.close().await;
    print(&text)?;
    Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::from(FOUND_ERRORS) })
}

impl Format {
    fn print<T: serde::Serialize>(self, found: &T, text: fn(&T) -> String) -> anyhow::Result<String> {
        Ok(match self {
            Self::Text => text(found),
            Self::Json => serde_json::to_string_pretty(found)? + "\n",
        })
    }
}

/// What an argument means.
fn subject(text: &str) -> anyhow::Result<Subject> {
    let url =
        |target: &str| Subject::Location(LocationRef { location_type: URL.to_owned(), target: target.to_owned() });
    if text.starts_with("https://") || text.starts_with("http://") {
        return Ok(url(text));
    }
    match text.split_once(':') {
        Some((URL, target)) if !target.is_empty() => return Ok(url(target)),
        Some((FILE, target)) if !target.is_empty() => return file(target),
        _ => {}
    }
    let is_path =
        text.starts_with(['/', '.']) || text.ends_with(".yaml") || text.ends_with(".yml") || Path::new(text).exists();
    if is_path {
        return file(text);
    }
    Ok(Subject::Entity(text.parse()?))
}

fn file(path: &str) -> anyhow::Result<Subject> {
    Ok(Subject::Location(LocationRef::file(&normalize(&std::path::absolute(path)?))))
}

fn entity_text(found: &EntityExplanation) -> String {
    let mut out = String::new();
    line(&mut out, 0, &found.summary);
    errors(&mut out, &found.errors, found.n_errors);
    if let Some(orphan) = &found.orphan {
        section(&mut out, "orphan");
        line(&mut out, 1, orphan);
    }
    if found.claims.len() > 1 || found.claims.iter().any(|claim| !claim.is_winner) {
        section(&mut out, "described by");
        for claim in &found.claims {
            line(&mut out, 1, &claim_line(claim));
        }
    }
    chain(&mut out, &found.chain);
    if let Some(location) = &found.location {
        source(&mut out, location);
    }
    steps(&mut out, &found.steps);
    targets(&mut out, &found.targets, found.targets.len());
    if !found.relations.dangling.is_empty() {
        section(&mut out, "relations to what is not in the catalog");
        for edge in &found.relations.dangling {
            line(&mut out, 1, &format!("{} {}", edge.relation_type, edge.target_ref));
        }
    }
    if !found.relations.referred_by.is_empty() {
        section(&mut out, "referred to by");
        for referrer in &found.relations.referred_by {
            line(&mut out, 1, &format!("{} ({})", referrer.entity_ref, referrer.relation_type));
        }
    }
    out
}

fn location_text(found: &LocationExplanation) -> String {
    let mut out = String::new();
    line(&mut out, 0, &found.summary);
    errors(&mut out, &found.errors, found.n_errors);
    chain(&mut out, &found.chain);
    source(&mut out, &found.location);
    steps(&mut out, &found.steps);
    if !found.entities.is_empty() {
        section(&mut out, "describes");
        for entity in found.entities.iter().take(MAX_LISTED) {
            let state = match () {
                () if entity.is_orphan => "  not described any more",
                () if !entity.is_present => "  not in the catalog",
                () if entity.n_errors > 0 => "  the newest version is wrong",
                () if !entity.is_winner => "  another source counts",
                () => "",
            };
            line(&mut out, 1, &format!("line {}: {}{state}", entity.line, entity.entity_ref));
        }
        more(&mut out, found.n_entities, MAX_LISTED.min(found.entities.len()));
    }
    targets(&mut out, &found.targets, found.n_targets);
    out
}

/// As compilers show them: what, where, and the lines with a mark.
fn errors(out: &mut String, errors: &[ExplainedError], n_all: usize) {
    for error in errors.iter().take(MAX_ERRORS) {
        out.push('\n');
        line(out, 0, &format!("error[{}]: {}", error.name, error.message));
        let numbers = [error.line, error.line.and(error.column)].into_iter().flatten();
        let place = error.file.iter().cloned().chain(numbers.map(|number| number.to_string()));
        let place = place.collect::<Vec<_>>().join(":");
        if !place.is_empty() {
            line(out, 1, &format!("--> {place}"));
        }
        for excerpt in error.excerpt.iter().flat_map(|excerpt| excerpt.lines()) {
            line(out, 1, excerpt);
        }
    }
    if n_all > MAX_ERRORS {
        out.push('\n');
    }
    more(out, n_all, MAX_ERRORS.min(errors.len()));
}

fn claim_line(claim: &ExplainedClaim) -> String {
    let who = match (&claim.location, &claim.provider) {
        (Some(location), _) => format!("{location}, line {}", claim.line),
        (None, Some(provider)) => format!("the provider {provider}"),
        (None, None) => "a source that is not read any more".to_owned(),
    };
    format!("{} {who}: {}", if claim.is_winner { "*" } else { "-" }, claim.reason)
}

fn chain(out: &mut String, chain: &[ChainHop]) {
    if chain.is_empty() {
        return;
    }
    section(out, "comes from");
    for (depth, hop) in chain.iter().enumerate() {
        let place = match (&hop.location, &hop.provider) {
            (Some(location), _) => location.clone(),
            (None, Some(provider)) => format!("the provider {provider}"),
            (None, None) => continue,
        };
        let through = hop.through.as_ref().map(|through| format!(", through {through}")).unwrap_or_default();
        let others = match hop.n_other_ways {
            0 => String::new(),
            1 => " (and another way)".to_owned(),
            more => format!(" (and {more} other ways)"),
        };
        let arrow = if depth == 0 { "" } else { "<- " };
        line(out, depth + 1, &format!("{arrow}{place}{through}{others}"));
    }
}

fn source(out: &mut String, location: &ExplainedLocation) {
    section(out, "source");
    let outcome = match location.outcome {
        LocationOutcome::Unread => "not read yet",
        LocationOutcome::Good => "good",
        LocationOutcome::Broken => "read, and a part of it is wrong",
        LocationOutcome::Failed => "cannot be read",
        LocationOutcome::Absent => "does not exist, and need not",
    };
    let mut row = |name: &str, value: &str| line(out, 1, &format!("{name:<13} {value}"));
    row("location", &format!("{}:{}", location.location_type, location.target));
    row("state", outcome);
    row("last read", location.last_attempt.as_deref().unwrap_or("never"));
    row("last success", location.last_success.as_deref().unwrap_or("never"));
    row("next read", location.next_run.as_deref().unwrap_or("not scheduled"));
    row("", &location.next_run_reason);
    for dependency in &location.depends_on {
        row("pulls in", dependency);
    }
}

fn steps(out: &mut String, steps: &[ExplainedStep]) {
    if steps.is_empty() {
        return;
    }
    section(out, "steps");
    for step in steps {
        let outcome = match step.outcome {
            StepOutcome::Ok => "ok",
            StepOutcome::Failed => "failed",
            StepOutcome::Skipped => "skipped",
        };
        let name = format!("{:?}", step.step).to_lowercase();
        // The errors stand further up.
        let message = if step.outcome == StepOutcome::Failed { "" } else { step.message.as_str() };
        line(out, 1, &format!("{name:<6} {outcome:<8} {message}"));
    }
}

fn targets(out: &mut String, targets: &[ExplainedTarget], n_all: usize) {
    if targets.is_empty() {
        return;
    }
    section(out, "leads to");
    for target in targets.iter().take(MAX_LISTED) {
        let state = match (target.outcome, target.n_errors) {
            (LocationOutcome::Unread, _) => "  not read yet".to_owned(),
            (_, 0) => String::new(),
            (_, 1) => "  1 error".to_owned(),
            (_, more) => format!("  {more} errors"),
        };
        line(out, 1, &format!("{}{state}", target.location));
    }
    more(out, n_all, MAX_LISTED.min(targets.len()));
}

fn more(out: &mut String, n_all: usize, n_shown: usize) {
    if n_all > n_shown {
        line(out, 1, &format!("… and {} more", n_all - n_shown));
    }
}

fn section(out: &mut String, title: &str) {
    out.push('\n');
    line(out, 0, &format!("{title}:"));
}

fn line(out: &mut String, depth: usize, text: &str) {
    // A line of a message may hold control characters of a hostile descriptor, which a terminal would obey.
    let shown: String =
        text.chars().map(|char| if char.is_control() && char != '\t' { '\u{FFFD}' } else { char }).collect();
    let line = format!("{:width$}{shown}", "", width = depth * 2);
    writeln!(out, "{}", line.trim_end()).expect("writing to a string cannot fail");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let found = match subject(text).unwrap() {
            Subject::Entity(entity_ref) => entity_ref.to_string(),
            Subject::Location(location) => format!("location {location}"),
        };
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn an_argument_is_an_entity_a_location_or_a_path() {
        let here = std::env::current_dir().unwrap();
        check("Component:default/X", "component:default/x");
        check("component:x", "component:default/x");
        check("https://git.example/a.yaml", "location url:https://git.example/a.yaml");
        check("url:https://git.example/a.yaml", "location url:https://git.example/a.yaml");
        check("file:/srv/../a.yaml", "location file:/a.yaml");
        check("/srv/*.yaml", "location file:/srv/*.yaml");
        check("a/b.yaml", &format!("location file:{}/a/b.yaml", here.display()));
        check("./b", &format!("location file:{}/b", here.display()));
        assert!(subject("atlas").unwrap_err().to_string().contains("names no kind"));
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        let mut out = String::new();
        line(&mut out, 1, "a\u{1b}[2Jb ");
        assert_eq!(out, "  a\u{FFFD}[2Jb\n");
    }
}
