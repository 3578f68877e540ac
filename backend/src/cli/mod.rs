//! The `callboard` command: what its arguments mean. The work itself is in the slices.

mod backup;
mod check;
mod config;
mod explain;
mod export;
mod generate;
mod restore;
mod serve;

use std::io::{ErrorKind, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, CommandFactory, Parser, Subcommand};
use clap_complete::Shell;
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;

use crate::app::openapi_json;
use crate::config::{Config, LoadOptions, Override};

/// Everything went well, but what was checked has errors.
const FOUND_ERRORS: u8 = 1;
/// The command could not do its work.
const FAILED: u8 = 2;

/// An internal developer portal: software catalog, templates, docs and search in one binary.
///
/// `callboard serve` starts with an example catalog and needs no configuration.
#[derive(Debug, Parser)]
#[command(name = "callboard", version, max_term_width = 100, subcommand_required = true, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start the portal
    ///
    /// Without --config, `app-config.yaml` and its variants are read from the working directory where they exist; a
    /// portal without any configuration listens on 127.0.0.1:7007 and shows an example catalog.
    Serve(serve::ServeArgs),
    /// Check descriptors without a server: syntax, the rules of each kind, targets
    ///
    /// Reads files, folders and addresses, and follows the targets of Location entities. Exit code 0: no error, 1: errors
    /// were found, 2: nothing could be checked.
    Check(check::CheckArgs),
    /// Explain why something is in the catalog, as it is, or is not there
    ///
    /// Reads the database of the portal, also while it runs. Exit code 0: all is well, 1: something is wrong with it,
    /// 2: nothing is known of it.
    Explain(explain::ExplainArgs),
    /// Write the catalog as descriptors
    ///
    /// Reads the database of the portal, also while it runs. Relations, uids and what else the catalog adds are left out.
    Export(export::ExportArgs),
    /// Print the OpenAPI document of the API
    Openapi,
    /// Check and explain the configuration
    Config(config::ConfigArgs),
    /// Bring the database to the newest layout and stop
    ///
    /// `serve` does this at every start; use it to see whether an upgrade works before you switch.
    Migrate(ConfigFiles),
    /// Copy everything that the portal keeps into one file, also while it serves
    ///
    /// The copy fits both kinds of database. It holds the private keys that sign tokens, so keep it like a password.
    Backup(backup::BackupArgs),
    /// Put a copy into an empty database, of either kind
    ///
    /// It is all there at the end, or the database is as it was. Stop the portal first.
    Restore(restore::RestoreArgs),
    /// Print a completion script for your shell, for example: callboard completions bash
    Completions {
        /// The shell to write for
        shell: Shell,
    },
    /// What is only of use to people who work on Callboard
    #[command(subcommand, hide = true)]
    Dev(generate::DevCommand),
}

/// Which configuration to read.
#[derive(Debug, Args)]
struct ConfigFiles {
    /// A configuration file; repeat it to merge several, later ones win
    #[arg(short, long = "config", value_name = "FILE")]
    config: Vec<PathBuf>,
}

impl ConfigFiles {
    /// Reads the configuration and prints its warnings.
    fn load_with(&self, overrides: Vec<Override>) -> anyhow::Result<Config> {
        let options = LoadOptions { overrides, ..LoadOptions::from_process(self.config.clone()) };
        let (config, warnings) = Config::load(options)?;
        for warning in warnings {
            eprintln!("warning: {warning}");
        }
        Ok(config)
    }
}

/// Prints to standard output. A reader that has gone away, as `head` does, is no failure.
fn print(text: &str) -> anyhow::Result<()> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        outcome => outcome.context("cannot write to standard output"),
    }
}

/// Runs the command that the process was started with.
// In a box: otherwise the crate of the program would compile all that the commands do once more.
pub fn run() -> LocalBoxFuture<'static, ExitCode> {
    execute().boxed_local()
}

async fn execute() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Serve(args) => serve::run(args).await,
        Command::Check(args) => check::run(&args).await,
        Command::Explain(args) => explain::run(&args).await,
        Command::Export(args) => export::run(&args).await,
        Command::Openapi => print(&(openapi_json() + "\n")).map(|()| ExitCode::SUCCESS),
        Command::Config(args) => config::run(&args),
        Command::Migrate(files) => serve::migrate(&files).await,
        Command::Dev(command) => generate::run(&command),
        Command::Backup(args) => backup::run(&args).await,
        Command::Restore(args) => restore::run(&args).await,
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "callboard", &mut script);
            print(&String::from_utf8_lossy(&script)).map(|()| ExitCode::SUCCESS)
        }
    };
    outcome.unwrap_or_else(|error| {
        // Each cause on a line of its own: the first says what failed, the last what to mend.
        eprintln!("error: {error}");
        for cause in error.chain().skip(1) {
            eprintln!("  caused by: {cause}");
        }
        ExitCode::from(FAILED)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Cli::command().debug_assert();
    }
}
