//! `callboard config`: check and explain the configuration.

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::{ConfigFiles, print};
use crate::app::check_branding;
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
            check_branding(&config)?;
            let files: String = config.files().iter().map(|file| format!("{}: read\n", file.display())).collect();
            print(&format!("{files}The configuration is good: {} keys are set.\n", config.effective().len()))?;
        }
        ConfigCommand::Print(files) => {
            let keys = files.load_with(vec![])?.effective();
            let lines = keys.iter().map(|key| format!("{}: {}  # {}\n", key.path, key.value, key.source));
            print(&lines.collect::<String>())?;
        }
        ConfigCommand::Reference => print(&reference_markdown())?,
    }
    Ok(ExitCode::SUCCESS)
}
