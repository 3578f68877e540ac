//! `callboard export`: the catalog as descriptors.

use std::fs::{self, File};
use std::io::{BufWriter, ErrorKind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, ValueEnum};
use shared::filter::parse_filter_params;

use super::ConfigFiles;
use crate::app::database_target;
use crate::catalog::export::{ExportError, ExportFormat, ExportSettings, Exported, Locations, export};
use crate::catalog::store::CatalogStore;
use crate::platform::db::Db;
use crate::platform::yaml::Limits;

#[derive(Debug, Args)]
pub(super) struct ExportArgs {
    #[command(flatten)]
    files: ConfigFiles,
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Only entities of this kind; repeat it for several
    #[arg(long, value_name = "KIND")]
    kind: Vec<String>,
    /// Only entities that meet this condition, as in the API: kind=component,spec.owner=team-a; repeat it for alternatives
    #[arg(long, value_name = "CONDITION")]
    filter: Vec<String>,
    /// Also Location entities, which lead to what is exported anyway
    #[arg(long)]
    locations: bool,
    /// How to write it
    #[arg(long, value_enum, default_value_t = Format::Yaml)]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// Documents with `---` between them, which the catalog reads again
    Yaml,
    /// One list
    Json,
}

pub(super) async fn run(args: &ExportArgs) -> anyhow::Result<ExitCode> {
    let filter = parse_filter_params(&args.filter).context("`--filter` is not understood")?;
    let config = args.files.load_with(vec![])?;
    let db = Db::open_to_read(&database_target(&config)).await?;
    let kinds: Vec<String> = args.kind.iter().map(|kind| kind.to_lowercase()).collect();
    let is_asked = args.locations || kinds.iter().any(|kind| kind == "location");
    let settings = ExportSettings {
        kinds,
        filter,
        locations: if is_asked { Locations::Included } else { Locations::LeftOut },
        format: match args.format {
            Format::Yaml => ExportFormat::Yaml,
            Format::Json => ExportFormat::Json,
        },
    };
    let store = CatalogStore::new(db.clone());
    let outcome = match &args.output {
        Some(file) => to_file(&store, &settings, file).await?,
        None => match export(&store, &settings, &mut BufWriter::new(std::io::stdout())).await {
            // A reader that has gone away, as `head` does, is no failure.
            Err(ExportError::Write(error)) if error.kind() == ErrorKind::BrokenPipe => return Ok(ExitCode::SUCCESS),
            outcome => outcome?,
        },
    };
    db.close().await;
    report(args.format, outcome);
    Ok(ExitCode::SUCCESS)
}

/// A file that is there stays as it is until the new one is whole.
async fn to_file(store: &CatalogStore, settings: &ExportSettings, file: &Path) -> anyhow::Result<Exported> {
    let mut beside = file.as_os_str().to_owned();
    beside.push(".part");
    let beside = PathBuf::from(beside);
    let made = File::create(&beside).with_context(|| format!("cannot write `{}`", beside.display()))?;
    let outcome = match export(store, settings, &mut BufWriter::new(made)).await {
        Ok(exported) => fs::rename(&beside, file).map(|()| exported).map_err(anyhow::Error::from),
        Err(error) => Err(error.into()),
    };
    if outcome.is_err()
        && let Err(cause) = fs::remove_file(&beside)
    {
        eprintln!("warning: cannot remove `{}`: {cause}", beside.display());
    }
    outcome.with_context(|| format!("cannot write `{}`", file.display()))
}

/// On standard error, since the export itself may go to standard output.
fn report(format: Format, Exported { n_entities, n_bytes }: Exported) {
    eprintln!("{n_entities} {} exported", if n_entities == 1 { "entity" } else { "entities" });
    let limits = Limits::descriptor();
    if matches!(format, Format::Yaml) && (n_bytes > limits.max_bytes || n_entities > limits.max_documents) {
        eprintln!(
            "warning: the catalog reads files of at most {} MiB and {} documents; export it in parts with --kind or --filter",
            limits.max_bytes / (1024 * 1024),
            limits.max_documents
        );
    }
}
