//! `callboard serve` and `callboard migrate`.

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::Args;
use serde_json::Value;
use tracing::info;
use tracing_subscriber::EnvFilter;

use super::ConfigFiles;
use crate::app::{Application, database_target};
use crate::config::callboard::LogFormat;
use crate::config::{Config, Override};
use crate::platform::db::Db;
use crate::platform::stop::Stop;

#[derive(Debug, Args)]
pub(super) struct ServeArgs {
    #[command(flatten)]
    files: ConfigFiles,
    /// Listen on this address instead of `backend.listen.host`
    #[arg(long, value_name = "ADDRESS")]
    host: Option<String>,
    /// Listen on this port instead of `backend.listen.port`; 0 takes any free one
    #[arg(long)]
    port: Option<u16>,
}

pub(super) async fn run(args: ServeArgs) -> anyhow::Result<ExitCode> {
    let mut overrides = Vec::new();
    let mut set = |option: &str, path: &str, value: Value| {
        overrides.push(Override { option: option.to_owned(), path: path.to_owned(), value });
    };
    if let Some(host) = args.host {
        set("--host", "backend.listen.host", Value::String(host));
    }
    if let Some(port) = args.port {
        set("--port", "backend.listen.port", Value::from(port));
    }
    let config = args.files.load_with(overrides)?;
    start_log(&config);
    let application = Application::build(&config).await?;
    let address = application.address()?;
    for file in config.files() {
        info!(file = %file.display(), "configuration is read");
    }
    info!(%address, version = env!("CARGO_PKG_VERSION"), "listening");
    // For people and scripts that started the portal; the log goes to standard error.
    println!("Callboard is at http://{}:{}", reachable_host(&config, address), address.port());
    stop_on_signals(application.stopper());
    application.run().await?;
    info!("stopped");
    Ok(ExitCode::SUCCESS)
}

pub(super) async fn migrate(files: &ConfigFiles) -> anyhow::Result<ExitCode> {
    let config = files.load_with(vec![])?;
    start_log(&config);
    Db::open(&database_target(&config)).await?.close().await;
    println!("The database has the newest layout.");
    Ok(ExitCode::SUCCESS)
}

/// A host that a browser on this machine can open.
fn reachable_host(config: &Config, address: std::net::SocketAddr) -> String {
    if config.backend.listen.is_loopback() || address.ip().is_unspecified() {
        return "localhost".to_owned();
    }
    if address.is_ipv6() { format!("[{}]", address.ip()) } else { address.ip().to_string() }
}

fn stop_on_signals(stop: Stop) {
    tokio::spawn(async move {
        wait_for_signal().await;
        stop.send_replace(true);
        // A second signal means now.
        wait_for_signal().await;
        std::process::exit(130);
    });
}

#[cfg(unix)]
async fn wait_for_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).expect("the process may listen to its own signals");
    tokio::select! {
        _ = terminate.recv() => {}
        interrupt = tokio::signal::ctrl_c() => interrupt.expect("the process may listen to its own signals"),
    }
}

#[cfg(not(unix))]
async fn wait_for_signal() {
    tokio::signal::ctrl_c().await.expect("the process may listen to its own signals");
}

/// Logs to standard error. `RUST_LOG` wins over the configuration.
fn start_log(config: &Config) {
    let log = &config.callboard.log;
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new(format!("warn,callboard={}", log.level.as_str())));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match log.format {
        LogFormat::Text => builder.with_target(false).with_ansi(std::io::stderr().is_terminal()).init(),
        LogFormat::Json => builder.json().flatten_event(true).init(),
    }
}
