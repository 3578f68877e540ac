//! `callboard backup`: a copy of everything that the portal keeps.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{ArgGroup, Args};

use super::{ConfigFiles, print};
use crate::app::database_target;
use crate::platform::clock::Clock;
use crate::platform::db::Db;
use crate::platform::db::backup::{Summary, check, save};

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("what").required(true))]
pub(super) struct BackupArgs {
    #[command(flatten)]
    files: ConfigFiles,
    /// Where the copy goes; one that is there is replaced when the new one is whole
    #[arg(short, long, value_name = "FILE", group = "what")]
    output: Option<PathBuf>,
    /// Read a copy to its end, without a database, and say what it holds
    #[arg(long, value_name = "FILE", group = "what")]
    check: Option<PathBuf>,
}

pub(super) async fn run(args: &BackupArgs) -> anyhow::Result<ExitCode> {
    if let Some(file) = &args.check {
        print(&described(file, &check(file)?, "is whole"))?;
    }
    if let Some(file) = &args.output {
        let config = args.files.load_with(vec![])?;
        let db = Db::open_to_read(&database_target(&config)).await?;
        let outcome = save(&db, file, Clock::system().now()).await;
        db.close().await;
        print(&described(file, &outcome?, "is written"))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// One line for people.
pub(super) fn described(file: &Path, summary: &Summary, what: &str) -> String {
    let header = &summary.header;
    format!(
        "{} {what}: {} rows of {} tables, made {} by callboard {} from {}\n",
        file.display(),
        summary.n_rows(),
        summary.rows.len(),
        header.created_at,
        header.callboard,
        header.engine
    )
}
