//! `callboard restore`: puts a copy into a database.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;

use super::backup::described;
use super::{ConfigFiles, print};
use crate::app::database_target;
use crate::catalog::feed::Feed;
use crate::catalog::store::CatalogStore;
use crate::platform::db::Db;
use crate::platform::db::backup::{Existing, load};

#[derive(Debug, Args)]
pub(super) struct RestoreArgs {
    /// The copy, as `callboard backup` made it, of this or an older version and of either kind of database
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    files: ConfigFiles,
    /// Lose what the database holds already
    #[arg(long)]
    replace: bool,
}

pub(super) async fn run(args: &RestoreArgs) -> anyhow::Result<ExitCode> {
    let config = args.files.load_with(vec![])?;
    let db = Db::open_unmigrated(&database_target(&config)).await?;
    let existing = if args.replace { Existing::Replace } else { Existing::Refuse };
    let summary = match load(&db, &args.file, existing).await {
        Ok(summary) => summary,
        Err(error) => {
            db.close().await;
            return Err(error.into());
        }
    };
    print(&described(&args.file, &summary, "is restored"))?;
    // As the next start does it: what cannot be read shows now.
    let feed = Arc::new(Feed::load(CatalogStore::new(db.clone())).await?);
    print(&format!("The catalog has {} entities.\n", feed.index().len()))?;
    db.close().await;
    Ok(ExitCode::SUCCESS)
}
