//! The program that is measured, as a process of its own.

use std::fs::{self, File};
use std::io::Read;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use super::http::{Connection, TOKEN, get};

/// How long a portal may take to start, at any size.
const START_LIMIT: Duration = Duration::from_secs(300);
/// How often is looked whether something has happened.
const LOOK: Duration = Duration::from_millis(2);
/// Clock ticks a second in `/proc`, which Linux fixes at this value for programs.
const TICKS_PER_SECOND: f64 = 100.0;

/// Where a portal keeps its data, and what it reads.
pub struct Setup {
    folder: PathBuf,
    program: PathBuf,
    arguments: Vec<String>,
}

impl Setup {
    /// Writes the configuration of a portal with its data in `folder`, and with the descriptors that `root` leads to.
    ///
    /// `postgres` is the address of an empty database; SQLite otherwise.
    pub fn new(program: &Path, folder: &Path, root: &Path, postgres: Option<&str>) -> Result<Self> {
        fs::create_dir_all(folder)?;
        let database = match postgres {
            Some(address) => format!("{{ client: pg, connection: '{address}' }}"),
            None => "{ client: better-sqlite3 }".to_owned(),
        };
        let config = format!(
            "backend:
  listen: {{ host: 127.0.0.1, port: 0 }}
  database: {database}
  auth:
    externalAccess:
      - type: static
        options: {{ token: {TOKEN}, subject: benchmark }}
callboard:
  dataDirectory: '{data}'
catalog:
  locations:
    - type: file
      target: '{root}'
      rules:
        - allow: [Component, API, Resource, System, Domain, Group, User, Location, Template, AiResource]
",
            data = folder.display(),
            root = root.display()
        );
        let file = folder.join("app-config.yaml");
        fs::write(&file, config)?;
        let arguments = ["serve", "--config"].map(str::to_owned).into_iter().chain([file.display().to_string()]);
        Ok(Self { folder: folder.to_owned(), program: program.to_owned(), arguments: arguments.collect() })
    }

    /// The same portal, run by another program.
    pub fn run_by(&self, program: &Path, arguments: &[String]) -> Self {
        let config = self.folder.join("app-config.yaml").display().to_string();
        let arguments = arguments.iter().cloned().chain([config]).collect();
        Self { folder: self.folder.clone(), program: program.to_owned(), arguments }
    }

    /// What the database takes on disk, in bytes; 0 where it is not here.
    pub fn database_bytes(&self) -> u64 {
        let size = |name: &str| fs::metadata(self.folder.join(name)).map_or(0, |file| file.len());
        size("callboard.db") + size("callboard.db-wal")
    }

    /// Where the search index is.
    pub fn search_folder(&self) -> PathBuf {
        self.folder.join("search")
    }

    /// Starts the portal and waits until it says where it is.
    pub async fn start(&self) -> Result<Portal> {
        let started = Instant::now();
        let log = self.folder.join("log.txt");
        let mut child = Command::new(&self.program)
            .args(&self.arguments)
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(&log)?)
            .spawn()
            .with_context(|| format!("cannot start {}", self.program.display()))?;
        let stdout = child.stdout.take().context("the output of the portal is piped")?;
        let said = tokio::task::spawn_blocking(move || first_line(stdout)).await??;
        let mut portal = Portal { child, started, address: SocketAddr::from(([127, 0, 0, 1], 0)), log };
        let Some((_, port)) = said.trim_end().rsplit_once(':') else {
            bail!("the portal does not start: {}", portal.log_text());
        };
        portal.address.set_port(port.parse().with_context(|| format!("`{said}` names no port"))?);
        Ok(portal)
    }
}

fn first_line(mut stdout: ChildStdout) -> std::io::Result<String> {
    let (mut line, mut byte) = (Vec::new(), [0]);
    while stdout.read(&mut byte)? == 1 && byte[0] != b'\n' {
        line.push(byte[0]);
    }
    Ok(String::from_utf8_lossy(&line).into_owned())
}

/// A running portal. It is killed when the value is dropped.
pub struct Portal {
    child: Child,
    /// When the process was started.
    pub started: Instant,
    pub address: SocketAddr,
    log: PathBuf,
}

impl Portal {
    /// Waits until `is_so`, and says how long ago the process was started then.
    pub async fn wait(
        &mut self,
        what: &str,
        mut is_so: impl AsyncFnMut(&mut Connection) -> Result<bool>,
    ) -> Result<Duration> {
        let mut connection = None;
        loop {
            ensure!(self.started.elapsed() < START_LIMIT, "waited in vain: {what}; the log says: {}", self.log_text());
            if let Some(status) = self.child.try_wait()? {
                bail!("the portal ended with {status}: {}", self.log_text());
            }
            let answered = match &mut connection {
                Some(connection) => is_so(connection).await,
                none => {
                    *none = Connection::open(self.address).await.ok();
                    Ok(false)
                }
            };
            match answered {
                Ok(true) => return Ok(self.started.elapsed()),
                Ok(false) => {}
                // The portal is not there yet; should it never come, the limit says so.
                Err(_) => connection = None,
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Waits until this many entities can be found.
    pub async fn wait_for_entities(&mut self, n_entities: usize) -> Result<Duration> {
        let count = get("/api/catalog/entities/by-query?limit=0");
        let what = format!("{n_entities} entities");
        self.wait(&what, async |connection| {
            let answer = connection.fetch(&count).await?;
            let answer: serde_json::Value = serde_json::from_slice(&answer)?;
            Ok(answer["totalItems"].as_u64() == Some(n_entities as u64))
        })
        .await
    }

    /// Memory that the process holds now, in bytes; `None` where the system does not tell.
    pub fn resident(&self) -> Option<u64> {
        self.status("VmRSS:")
    }

    /// The most memory that the process held since [`Portal::forget_peak`], in bytes.
    pub fn peak(&self) -> Option<u64> {
        self.status("VmHWM:")
    }

    pub fn forget_peak(&self) -> Result<()> {
        let file = format!("/proc/{}/clear_refs", self.child.id());
        if Path::new(&file).exists() { Ok(fs::write(file, "5")?) } else { Ok(()) }
    }

    /// Processor time so far, of all threads; `None` where the system does not tell.
    pub fn processor_time(&self) -> Option<Duration> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).ok()?;
        // After the name, which is in brackets and may hold spaces, come the state and ten numbers.
        let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
        let (user, system): (f64, f64) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
        Some(Duration::from_secs_f64((user + system) / TICKS_PER_SECOND))
    }

    /// Waits until the process does next to nothing, at most a minute.
    pub async fn calm_down(&self) {
        let started = Instant::now();
        let mut before = self.processor_time();
        while started.elapsed() < Duration::from_secs(60) {
            tokio::time::sleep(Duration::from_secs(1)).await;
            let now = self.processor_time();
            let Some((is, was)) = now.zip(before) else { return };
            if is.saturating_sub(was) <= Duration::from_millis(30) {
                return;
            }
            before = now;
        }
    }

    /// The share of one processor that is used while nobody asks anything.
    pub async fn idle_share(&self, duration: Duration) -> Option<f64> {
        let before = self.processor_time()?;
        tokio::time::sleep(duration).await;
        Some((self.processor_time()? - before).as_secs_f64() / duration.as_secs_f64())
    }

    /// Stops the portal as a supervisor does, and waits for its end.
    pub async fn stop(mut self) -> Result<()> {
        let status = Command::new("kill").arg("-TERM").arg(self.child.id().to_string()).status()?;
        ensure!(status.success(), "the portal cannot be told to stop");
        let asked = Instant::now();
        while asked.elapsed() < Duration::from_secs(30) {
            if let Some(status) = self.child.try_wait()? {
                ensure!(status.success(), "the portal ended with {status}: {}", self.log_text());
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        bail!("the portal does not stop")
    }

    fn status(&self, name: &str) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        Some(line.split_whitespace().next()?.parse::<u64>().ok()? * 1024)
    }

    fn log_text(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Portal {
    fn drop(&mut self) {
        // It may have ended by itself; nothing is left to be done then.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
