//! The `callboard` command.

use std::process::ExitCode;

/// Gives memory back after an import: docs/adr/0011-memory-allocator.md.
#[cfg(all(feature = "jemalloc", not(target_env = "msvc")))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

#[tokio::main]
async fn main() -> ExitCode {
    callboard::cli::run().await
}
