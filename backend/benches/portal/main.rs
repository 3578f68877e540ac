//! How the whole portal does at 14,000 and at 250,000 entities: `./justw bench`.
//!
//! Starts the program as a process of its own, with a generated catalog and a new database, asks it over HTTP, and prints
//! one table of goals and numbers. The exit code tells whether everything could be measured, not what came out.

mod changing;
mod constants;
mod http;
mod load;
mod portal;
mod questions;
mod reading;
mod report;
mod searching;
mod starting;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use callboard::catalog::generate::generate;
use clap::Parser;

use portal::Setup;
use questions::Asked;
use report::{Report, Unit, megabytes};
use starting::Goals;

/// The one of the program, since this one also serves: docs/adr/0011-memory-allocator.md.
#[cfg(all(feature = "jemalloc", not(target_env = "msvc")))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Connections of the load generator.
const N_CONNECTIONS: usize = 16;
const SMALL: usize = 14_000;
const LARGE: usize = 250_000;
/// The Location of the generated catalog, and the one that the portal makes for the location of its configuration.
const N_LOCATIONS: usize = 2;
const MAX_PROGRAM_MEGABYTES: f64 = 60.0;

#[derive(Parser)]
struct Arguments {
    /// Only the small catalog, and shorter stretches
    #[arg(long)]
    quick: bool,
    /// Entities of the small catalog; 0 leaves it out
    #[arg(long, default_value_t = SMALL)]
    small: usize,
    /// Entities of the large catalog; 0 leaves it out
    #[arg(long, default_value_t = LARGE)]
    large: usize,
    /// Write the table into this page, docs/benchmarks.md
    #[arg(long, value_name = "PAGE")]
    write: Option<PathBuf>,
    /// The command that the page says it was written by
    #[arg(long, default_value = "./justw bench")]
    written_by: String,
    /// Address of a PostgreSQL server; databases are made there. SQLite otherwise
    #[arg(long, value_name = "URL")]
    postgres: Option<String>,
    /// The program to measure instead of the one that was built for this
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
    /// What cargo passes to every benchmark
    #[arg(long, hide = true)]
    bench: bool,
}

/// How long everything takes.
#[derive(Clone, Copy)]
pub struct Pace {
    /// One sort of questions.
    pub stretch: Duration,
    /// Nothing at all.
    pub idle: Duration,
    /// Turns of real answers and constants.
    pub n_turns: usize,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let mut words = std::env::args().skip(1);
    if words.next().as_deref() == Some(constants::COMMAND) {
        let (folder, config) = words.next().zip(words.next()).context("a folder and a configuration are missing")?;
        return constants::serve(Path::new(&folder), PathBuf::from(config)).await;
    }
    let arguments = Arguments::parse();
    let pace = if arguments.quick {
        Pace { stretch: Duration::from_millis(1_500), idle: Duration::from_secs(5), n_turns: 4 }
    } else {
        Pace { stretch: Duration::from_secs(4), idle: Duration::from_secs(12), n_turns: 12 }
    };
    let program = arguments.program.clone().unwrap_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_callboard")));
    let work = tempfile::Builder::new().prefix("portal.").tempdir()?;
    let mut report = Report::default();
    eprintln!("{}", report::circumstances());
    let started = Instant::now();
    if arguments.small > 0 {
        let bench = Bench { arguments: &arguments, program: &program, folder: work.path().join("small"), pace };
        bench.small(&mut report).await?;
    }
    if arguments.large > 0 && !arguments.quick {
        let bench = Bench { arguments: &arguments, program: &program, folder: work.path().join("large"), pace };
        bench.large(&mut report).await?;
    }
    report.part("Sizes");
    let n_bytes = std::fs::metadata(&program)?.len();
    report.at_most("program", MAX_PROGRAM_MEGABYTES, Unit::Megabytes, Some(megabytes(n_bytes)));
    println!("{}\nTook {:.0} s.", report.text(), started.elapsed().as_secs_f64());
    if let Some(page) = &arguments.write {
        report.write_into(page, &arguments.written_by)?;
    }
    Ok(())
}

/// One catalog.
struct Bench<'a> {
    arguments: &'a Arguments,
    program: &'a Path,
    folder: PathBuf,
    pace: Pace,
}

impl Bench<'_> {
    async fn small(&self, report: &mut Report) -> Result<()> {
        let n_entities = self.arguments.small;
        let catalog = generate(n_entities, &self.folder.join("catalog"))?;
        let n_entities = n_entities + N_LOCATIONS;
        report.part(format!("{n_entities} entities, {}", self.database_name()));
        report.at_least(
            "YAML reader, one thread",
            30.0,
            Unit::MegabytesPerSecond,
            Some(starting::yaml_rate(&catalog)?),
        );
        let setup = self.setup(&catalog.root).await?;
        let goals = Goals { load_secs: 5.0, restart_secs: Some(1.0), loaded_mb: 150.0, restarted_mb: Some(100.0) };
        let mut portal = starting::measure(&setup, n_entities, goals, self.pace, report).await?;

        let asked = Asked::prepare(portal.address, n_entities).await?;
        reading::lists(&portal, &asked, self.pace, report).await?;
        reading::whole_list(&portal, &asked, self.pace, report).await?;
        reading::beside_compression(&portal, &asked, self.pace, report).await?;
        searching::questions(&mut portal, &asked, self.pace, report).await?;
        changing::measure(&mut portal, &catalog.large_file, report).await?;
        report.fact("memory after all this", Unit::Megabytes, portal.resident().map(megabytes));
        let portal = searching::rebuild(&setup, portal, report).await?;
        reading::against_constants(&setup, portal, &self.folder.join("constants"), &asked, self.pace, report).await?;
        // At the end: the descriptors with the sections are so large that answers with one of them would count for many.
        let mut portal = setup.start().await?;
        let folder = catalog.large_file.parent().context("the file is in a folder")?;
        searching::beside_sections(&mut portal, folder, &asked, self.pace, report).await?;
        portal.stop().await
    }

    async fn large(&self, report: &mut Report) -> Result<()> {
        let n_entities = self.arguments.large;
        let catalog = generate(n_entities, &self.folder.join("catalog"))?;
        let n_entities = n_entities + N_LOCATIONS;
        report.part(format!("{n_entities} entities, {}", self.database_name()));
        let setup = self.setup(&catalog.root).await?;
        let goals = Goals { load_secs: 120.0, restart_secs: None, loaded_mb: 900.0, restarted_mb: None };
        let portal = starting::measure(&setup, n_entities, goals, self.pace, report).await?;
        let asked = Asked::prepare(portal.address, n_entities).await?;
        let two_hops = questions::two_hops(portal.address).await?;
        reading::at_scale(&portal, &asked, &two_hops, self.pace, report).await?;
        report.at_most("memory after all this", 900.0, Unit::Megabytes, portal.resident().map(megabytes));
        portal.stop().await
    }

    fn database_name(&self) -> &'static str {
        if self.arguments.postgres.is_some() { "PostgreSQL" } else { "SQLite" }
    }

    async fn setup(&self, root: &Path) -> Result<Setup> {
        let database = match &self.arguments.postgres {
            Some(server) => Some(starting::postgres_database(server).await?),
            None => None,
        };
        Setup::new(self.program, &self.folder.join("portal"), root, database.as_deref())
    }
}
