//! `callboard check`: validates descriptors without a server.

use std::path::Path;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::{ConfigFiles, FAILED, FOUND_ERRORS, print};
use crate::app::urls;
use crate::catalog::check::{CheckedLocation, check_all};
use crate::catalog::ingest::error::ProcessingError;
use crate::platform::fetch::AllowRule;
use crate::platform::scm::{UrlReader, UrlReaderSettings};

/// Servers on the machine of the person who checks.
const OWN_HOSTS: [&str; 3] = ["localhost:1-65535", "127.0.0.1:1-65535", "[::1]:1-65535"];

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// Descriptor files, folders that hold some, or http(s) addresses
    #[arg(required = true, value_name = "FILE|FOLDER|URL")]
    targets: Vec<String>,
    /// How to print what was found
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    files: ConfigFiles,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// file:line:column, message, and the lines around the fault
    Text,
    /// One JSON document
    Json,
    /// Annotations for GitHub Actions
    Github,
}

/// What `--format json` prints.
#[derive(Serialize)]
struct Report<'a> {
    n_files: usize,
    n_entities: usize,
    n_errors: usize,
    files: &'a [CheckedLocation],
}

pub(super) async fn run(args: &CheckArgs) -> anyhow::Result<ExitCode> {
    let mut files = check_all(&args.targets, reader(&args.files)?).await;
    shorten(&mut files);
    let n_entities = files.iter().map(|file| file.entities.len()).sum();
    let n_errors = files.iter().map(|file| file.errors.len()).sum();
    let n_files = files.len();
    let errors = || files.iter().flat_map(|file| &file.errors);
    print(&match args.format {
        Format::Text => text(&files, n_entities, n_errors),
        Format::Json => serde_json::to_string_pretty(&Report { n_files, n_entities, n_errors, files: &files })? + "\n",
        Format::Github => errors().map(|error| annotation(error) + "\n").collect(),
    })?;
    let is_anything_read = files.iter().any(|file| file.is_read);
    Ok(match (n_errors, n_entities) {
        (0, 0) => ExitCode::from(FAILED),
        _ if !is_anything_read => ExitCode::from(FAILED),
        (0, _) => ExitCode::SUCCESS,
        _ => ExitCode::from(FOUND_ERRORS),
    })
}

/// Reads what the person who checks could read with a browser, and what the portal may read whose configuration is given.
fn reader(files: &ConfigFiles) -> anyhow::Result<UrlReader> {
    let mut settings = match files.config.is_empty() {
        true => UrlReaderSettings::default(),
        false => urls(&files.load_with(vec![])?)?,
    };
    let own = OWN_HOSTS.map(|host| AllowRule::parse(host, &[]).map_err(anyhow::Error::msg));
    settings.allow.extend(own.into_iter().collect::<anyhow::Result<Vec<_>>>()?);
    settings.allow.push(AllowRule::internet());
    Ok(UrlReader::new(settings)?)
}

/// Names files below the working directory from there: people read them more easily, and GitHub places annotations only
/// on paths within the repository.
fn shorten(files: &mut [CheckedLocation]) {
    let Ok(here) = std::env::current_dir() else { return };
    let shorten = |path: &mut String| {
        if let Some(short) = Path::new(path.as_str()).strip_prefix(&here).ok().and_then(Path::to_str) {
            *path = short.to_owned();
        }
    };
    for file in files {
        shorten(&mut file.file);
        for error in &mut file.errors {
            if let Some(path) = &mut error.file {
                shorten(path);
            }
        }
    }
}

fn text(files: &[CheckedLocation], n_entities: usize, n_errors: usize) -> String {
    let mut lines = Vec::new();
    for error in files.iter().flat_map(|file| &file.errors) {
        let place = error.place().map(|place| format!("{place}: ")).unwrap_or_default();
        lines.push(format!("{place}{}: {}", error.name, error.message));
        let excerpt = error.excerpt.iter().flat_map(|excerpt| excerpt.lines());
        lines.extend(excerpt.map(|line| format!("    {line}")));
    }
    let n_files = files.len();
    let noun = |count: usize, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
    lines.push(format!(
        "{} in {}: {}\n",
        noun(n_entities, "entity", "entities"),
        noun(n_files, "file", "files"),
        if n_errors == 0 { "no errors".to_owned() } else { noun(n_errors, "error", "errors") }
    ));
    lines.join("\n")
}

/// Source: the workflow commands of GitHub Actions; `%`, line breaks, and in properties also `:` and `,`, are escaped.
fn annotation(error: &ProcessingError) -> String {
    let data = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    let mut properties = vec![];
    if let Some(file) = &error.file {
        properties.push(format!("file={}", property(file)));
    }
    if let Some(line) = error.line {
        properties.push(format!("line={line}"));
    }
    if let Some(column) = error.column {
        properties.push(format!("col={column}"));
    }
    properties.push(format!("title={}", property(&error.name)));
    format!("::error {}::{}", properties.join(","), data(&error.message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn annotations_are_escaped() {
        let error = ProcessingError {
            file: Some("a,b.yaml".into()),
            line: Some(3),
            column: Some(1),
            ..ProcessingError::new("InputError", "50% wrong\nhere: `x`")
        };
        assert_eq!(
            annotation(&error),
            "::error file=a%2Cb.yaml,line=3,col=1,title=InputError::50%25 wrong%0Ahere: `x`"
        );
    }
}
