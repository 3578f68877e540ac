//! The portal with a handler beside it that answers from memory what it was given, byte for byte.
//!
//! A list and the same bytes without the work for it, in one process, behind the same middleware: the difference is what
//! the list costs.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use actix_web::web::{self, Bytes};
use actix_web::{HttpResponse, error};
use anyhow::{Context, Result};
use callboard::app::Application;
use callboard::config::{Config, LoadOptions};

use super::http::{Connection, get};
use super::load::{self, Load, Questions};
use super::portal::{Portal, Setup};

/// How this program is told to be such a portal.
pub const COMMAND: &str = "serve-constants";
/// How long is asked in one turn. Short, so that whatever else the machine does falls on both.
const TURN: Duration = Duration::from_millis(400);
const WARM_UP: Duration = Duration::from_millis(100);
/// How many answers of each sort are constants.
const N_CONSTANTS: usize = 256;

/// Serves until it is told to stop. `folder` holds the constants, one a file.
pub async fn serve(folder: &Path, config: PathBuf) -> Result<()> {
    let mut constants = Vec::new();
    while let Ok(body) = fs::read(folder.join(constants.len().to_string())) {
        constants.push(Bytes::from(body));
    }
    let (config, _) = Config::load(LoadOptions::from_process(vec![config]))?;
    let constants: Arc<[Bytes]> = constants.into();
    let application = Application::build(&config).await?.with_routes(move |config| {
        let constants = Arc::clone(&constants);
        let answer = move |number: web::Path<usize>| {
            let body = constants.get(*number).cloned();
            async move {
                let body = body.ok_or_else(|| error::ErrorNotFound("there is no such constant"))?;
                Ok::<_, error::Error>(HttpResponse::Ok().content_type("application/json; charset=utf-8").body(body))
            }
        };
        config.route("/api/catalog/constants/{number}", web::get().to(answer));
    });
    println!("http://{}", application.address()?);
    let stop = application.stopper();
    tokio::spawn(async move {
        let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
            .expect("a process may listen to its own signals");
        terminate.recv().await;
        stop.send_replace(true);
    });
    Ok(application.run().await?)
}

/// The same portal with some answers to each of `asked` as constants.
pub struct WithConstants {
    portal: Portal,
    constants: Vec<Questions>,
}

impl WithConstants {
    /// Takes over the data of `portal`, which is stopped.
    pub async fn start(setup: &Setup, portal: Portal, folder: &Path, asked: &[&Questions]) -> Result<Self> {
        fs::create_dir_all(folder)?;
        let mut connection = Connection::open(portal.address).await?;
        let mut n_written = 0;
        let mut constants = Vec::new();
        for questions in asked {
            let mut requests = Vec::new();
            // Spread over all of them, so that on average the constants are as large as the answers.
            for question in questions.0.iter().step_by((questions.0.len() / N_CONSTANTS).max(1)) {
                fs::write(folder.join(n_written.to_string()), connection.fetch(&question[0]).await?)?;
                requests.push(get(&format!("/api/catalog/constants/{n_written}")));
                n_written += 1;
            }
            constants.push(Questions::of(requests));
        }
        drop(connection);
        portal.stop().await?;
        let this = std::env::current_exe().context("this program does not know where it is")?;
        let portal = setup.run_by(&this, &[COMMAND.to_owned(), folder.display().to_string()]);
        let mut portal = portal.start().await?;
        portal
            .wait("the portal with constants answers", async |connection| {
                Ok(connection.ask(&get("/api/catalog/entities/by-query?limit=0")).await?.status == 200)
            })
            .await?;
        portal.calm_down().await;
        Ok(Self { portal, constants })
    }

    /// Asks real questions and their constants in turn, and answers with both.
    pub async fn compare(
        &self,
        number: usize,
        asked: &Questions,
        n_connections: usize,
        n_turns: usize,
    ) -> Result<(Load, Load)> {
        let address = self.portal.address;
        let mut both: Option<(Load, Load)> = None;
        // Orders and the like are built at the first question, which is not what is compared.
        load::run(address, asked, n_connections, TURN).await?;
        for turn in 0..n_turns {
            let first = turn * asked.0.len() / n_turns;
            let real = load::run_from(address, asked, first, n_connections, WARM_UP, TURN).await?;
            let constants = &self.constants[number];
            let constant = load::run_from(address, constants, 0, n_connections, WARM_UP, TURN).await?;
            both = Some(match both.take() {
                Some((first, second)) => (first.and(real), second.and(constant)),
                None => (real, constant),
            });
        }
        both.context("there is at least one turn")
    }

    pub async fn stop(self) -> Result<()> {
        self.portal.stop().await
    }
}
