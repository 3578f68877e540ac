//! The `callboard` command.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    callboard::cli::run().await
}
