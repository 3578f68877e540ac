//! `callboard dev generate`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, Subcommand};

use super::print;
use crate::catalog::generate::{MIN_ENTITIES, generate};

#[derive(Debug, Subcommand)]
pub(super) enum DevCommand {
    /// Write a made-up catalog into a folder
    ///
    /// The same number gives the same files. `catalog-info.yaml` in the folder leads to all of them; it needs a rule that
    /// allows every kind.
    Generate(GenerateArgs),
}

#[derive(Debug, Args)]
pub(super) struct GenerateArgs {
    /// How many entities, at least 100
    #[arg(value_name = "N", value_parser = at_least_the_smallest)]
    n_entities: usize,
    /// The folder, which is made where it does not exist
    folder: PathBuf,
}

fn at_least_the_smallest(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number) if number >= MIN_ENTITIES => Ok(number),
        Ok(_) => Err(format!("a catalog with every kind has at least {MIN_ENTITIES} entities")),
        Err(error) => Err(format!("{error}")),
    }
}

pub(super) fn run(command: &DevCommand) -> anyhow::Result<ExitCode> {
    let DevCommand::Generate(GenerateArgs { n_entities, folder }) = command;
    let written =
        generate(*n_entities, folder).with_context(|| format!("cannot write a catalog to `{}`", folder.display()))?;
    let megabytes = written.n_bytes as f64 / 1e6;
    print(&format!(
        "{} entities in {} files, {megabytes:.1} MB; the first is {}\n",
        written.n_entities,
        written.n_files,
        written.root.display()
    ))?;
    Ok(ExitCode::SUCCESS)
}
