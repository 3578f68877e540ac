//! `callboard config`: check and explain the configuration.

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::ConfigFiles;
use crate::config::reference_markdown;

#[derive(Debug, Args)]
pub(super) struct ConfigArgs {
    #[command(subcommand)]
    command: ConfigCommand,
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Check the configuration: every error with file, line and column
    Check(ConfigFiles),
    /// Print every key that is set, its value without secrets, and where it comes from
    Print(ConfigFiles),
    /// Print the reference of all keys as Markdown
    Reference,
}

pub(super) fn run(args: &ConfigArgs) -> anyhow::Result<ExitCode> {
    match &args.command {
        ConfigCommand::Check(files) => {
            let config = files.load_with(vec![])?;
            for file in config.files() {
                println!("{}: read", file.display());
            }
            println!("The configuration is good: {} keys are set.", config.effective().len());
        }
        ConfigCommand::Print(files) => {
            for key in files.load_with(vec![])?.effective() {
                println!("{}: {}  # {}", key.path, key.value, key.source);
            }
        }
        ConfigCommand::Reference => print!("{}", reference_markdown()),
    }
    Ok(ExitCode::SUCCESS)
}
