//! Reads locations, away from the threads that answer requests: files many at a time, addresses each for itself.

use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Instant;

use aws_lc_rs::digest::{Context, SHA256, digest};
use futures_util::StreamExt;
use futures_util::stream;
use tokio::task::spawn_blocking;
use tracing::error;

use super::error::ProcessingError;
use super::graph::LocationId;
use super::placeholders::Contents;
use super::process::{Means, Processed, Source, process};
use super::read::{MAX_FILE_BYTES, MAX_GLOB_FILES, expand_glob, read_file};
use super::rules::Rules;
use crate::catalog::location::{FILE, LocationRef, URL, hex, is_address};
use crate::catalog::metrics;
use crate::platform::scm::{UrlRead, UrlReadError, UrlReadErrorKind, UrlReader, Validators};

/// Part of every content hash: a version that understands descriptors differently reads them again.
const FORMAT: &str = concat!("callboard ", env!("CARGO_PKG_VERSION"), " format 2");
/// How many bytes the addresses in the placeholders of one descriptor may hold together.
const MAX_CONTENT_BYTES: u64 = 32 * 1024 * 1024;
/// How many addresses in the placeholders of one descriptor are read at a time.
const CONTENTS_AT_A_TIME: usize = 4;
/// How often a descriptor is processed until its placeholders are satisfied. Twice is enough for a descriptor that
/// stays as it is.
const MAX_ROUNDS: usize = 3;

/// A location to read.
#[derive(Clone, Debug)]
pub struct Job {
    /// The location.
    pub id: LocationId,
    /// Where it is.
    pub location: LocationRef,
    /// The registered location that led there.
    pub origin: LocationRef,
    /// The hash of what is known already; `None` to look at everything again.
    pub known_hash: Option<String>,
    /// What lets the server say that nothing changed. Only used together with the hash.
    pub validators: Option<Validators>,
    /// Files and addresses that placeholders pulled in last time.
    pub depends_on: Vec<String>,
}

/// What reading a location gave.
#[derive(Debug)]
pub struct Outcome {
    /// The location.
    pub id: LocationId,
    /// What it says.
    pub said: Said,
    /// What lets the server say the next time that nothing changed.
    pub validators: Option<Validators>,
}

/// What a location says.
#[derive(Debug)]
pub enum Said {
    /// What it said before.
    Same,
    /// A glob stands for these locations.
    Matches {
        /// Sorted.
        locations: Vec<LocationRef>,
        /// Of the list.
        hash: String,
    },
    /// A file or an address holds these documents.
    Documents {
        /// Good and bad ones.
        processed: Processed,
        /// Of the bytes and of all that decides how they are understood.
        hash: String,
    },
    /// A file pulls in addresses, so it takes longer: see [`Reader::read`].
    Wanting,
    /// It cannot be read.
    Failed(Failure),
}

/// Why a location cannot be read.
#[derive(Debug)]
pub struct Failure {
    /// What is wrong.
    pub error: ProcessingError,
    /// Before that time the server does not want to be asked again, in milliseconds since 1970.
    pub retry_at_ms: Option<i64>,
}

/// Reads locations.
#[derive(Clone, Debug)]
pub struct Reader {
    /// Which kinds may come from where.
    pub rules: Arc<Rules>,
    /// Reads addresses.
    pub urls: UrlReader,
}

impl Job {
    /// A location of which nothing is known.
    pub fn first(location: LocationRef, origin: LocationRef) -> Self {
        Self { id: 0, location, origin, known_hash: None, validators: None, depends_on: vec![] }
    }

    /// Whether reading it may take as long as other servers like.
    pub fn is_remote(&self) -> bool {
        self.location.location_type == URL || self.addresses().next().is_some()
    }

    fn addresses(&self) -> impl Iterator<Item = &String> {
        self.depends_on.iter().filter(|dependency| is_address(dependency))
    }
}

impl Reader {
    /// Reads `jobs` that are files, on as many threads as there are processors. Outcomes come in the order of the jobs.
    pub async fn read_files(&self, jobs: Vec<Job>) -> Vec<Outcome> {
        let n_threads = available_parallelism().map_or(1, usize::from);
        let share = jobs.len().div_ceil(n_threads).max(1);
        let tasks: Vec<_> = jobs
            .chunks(share)
            .map(|jobs| {
                let (reader, jobs) = (self.clone(), jobs.to_vec());
                spawn_blocking(move || jobs.iter().map(|job| reader.read_file(job)).collect::<Vec<_>>())
            })
            .collect();
        let mut outcomes = Vec::with_capacity(jobs.len());
        for task in tasks {
            match task.await {
                Ok(read) => outcomes.extend(read),
                // The locations keep what they said before, and are tried again on the next occasion.
                Err(cause) => error!(%cause, "reading locations stopped unexpectedly"),
            }
        }
        outcomes
    }

    /// Reads one location of any type, with the addresses that its placeholders pull in.
    pub async fn read(&self, job: &Job) -> Outcome {
        let started = Instant::now();
        let (said, validators) = self.read_whole(job).await.unwrap_or_else(|failure| (Said::Failed(failure), None));
        metrics::read_done(&said, started.elapsed());
        Outcome { id: job.id, said, validators }
    }

    fn read_file(&self, job: &Job) -> Outcome {
        let started = Instant::now();
        let said = self.said_by_file(job);
        metrics::read_done(&said, started.elapsed());
        Outcome { id: job.id, said, validators: None }
    }

    fn said_by_file(&self, job: &Job) -> Said {
        let said = match job.location.location_type.as_str() {
            FILE if job.location.is_glob() => read_glob(job),
            FILE => read_file(job.location.target.as_ref()).map(|bytes| {
                let wanting = |_| Said::Wanting;
                self.understand(job, &bytes, &Contents::new()).unwrap_or_else(wanting)
            }),
            other => Err(ProcessingError::new(
                "InputError",
                format!("locations of type `{other}` are not read by this version; use `file` or `url`"),
            )),
        };
        said.unwrap_or_else(|error| Said::Failed(error.into()))
    }

    async fn read_whole(&self, job: &Job) -> Result<(Said, Option<Validators>), Failure> {
        let is_url = job.location.location_type == URL;
        if is_url && job.location.is_glob() {
            return Ok((self.search(job).await?, None));
        }
        let (bytes, validators) = if is_url {
            match self.urls.read(&job.location.target, self.known_validators(job), MAX_FILE_BYTES).await? {
                UrlRead::Same => return Ok((Said::Same, None)),
                UrlRead::Content { bytes, validators } => (bytes, validators),
            }
        } else {
            let (reader, for_file) = (self.clone(), job.clone());
            let path = job.location.target.clone();
            if job.location.location_type != FILE || job.location.is_glob() {
                return Ok((blocking(move || reader.said_by_file(&for_file)).await?, None));
            }
            (blocking(move || read_file(path.as_ref())).await??, None)
        };
        Ok((self.say(job, bytes).await?, validators))
    }

    /// What a text says that stands at the location of a job, with the addresses that its placeholders pull in.
    pub async fn read_text(&self, job: &Job, text: Vec<u8>) -> Said {
        self.say(job, text).await.unwrap_or_else(Said::Failed)
    }

    /// The same, but nothing is pulled in: a placeholder that wants an address is a mistake. For a text that only says where it
    /// stands. Addresses are read with the rights of the portal, and that a descriptor pulls in nothing of other repositories
    /// holds only where it really is.
    pub async fn read_text_alone(&self, job: &Job, text: Vec<u8>) -> Said {
        let (reader, job) = (self.clone(), job.clone());
        let said = blocking(move || {
            let mut contents = Contents::new();
            for _ in 0..MAX_ROUNDS {
                match reader.understand(&job, &text, &contents) {
                    Ok(said) => return said,
                    Err(wanted) => contents.extend(wanted.into_iter().map(|address| {
                        let message =
                            format!("`{address}` is not read for a text; register the file to see what it holds");
                        (address, Err(message))
                    })),
                }
            }
            Said::Failed(ever_new_addresses().into())
        });
        said.await.unwrap_or_else(|error| Said::Failed(error.into()))
    }

    async fn say(&self, job: &Job, bytes: Vec<u8>) -> Result<Said, Failure> {
        let bytes = Arc::new(bytes);
        let mut contents = Contents::new();
        self.read_contents(job.addresses().cloned().collect(), &mut contents).await;
        for _ in 0..MAX_ROUNDS {
            let (reader, job, bytes, at_hand) = (self.clone(), job.clone(), Arc::clone(&bytes), Arc::new(contents));
            let for_reader = Arc::clone(&at_hand);
            let understood = blocking(move || reader.understand(&job, &bytes, &for_reader)).await?;
            // The other owner was the thread that has ended.
            contents = Arc::unwrap_or_clone(at_hand);
            match understood {
                Ok(said) => return Ok(said),
                Err(wanted) => self.read_contents(wanted, &mut contents).await,
            }
        }
        Err(ever_new_addresses().into())
    }

    /// The files that an address with wildcards stands for.
    async fn search(&self, job: &Job) -> Result<Said, Failure> {
        let found = self.urls.search(&job.location.target, MAX_GLOB_FILES).await?;
        Ok(matches_of(job, found.iter().map(|address| LocationRef::url(address)).collect())?)
    }

    /// Validators may only be used when what they stand for would be understood as it was then.
    fn known_validators<'a>(&self, job: &'a Job) -> Option<&'a Validators> {
        let hash = job.known_hash.as_ref()?;
        let is_understood = hash.starts_with(&self.understanding(job));
        // What placeholders pull in may have changed although the descriptor did not.
        if is_understood && job.addresses().next().is_none() { job.validators.as_ref() } else { None }
    }

    /// Reads what placeholders want into `contents`, under one limit of size for all of it.
    async fn read_contents(&self, wanted: Vec<String>, contents: &mut Contents) {
        let mut room = MAX_CONTENT_BYTES;
        for content in contents.values().flatten() {
            room = room.saturating_sub(content.len() as u64);
        }
        let mut reads = stream::iter(wanted)
            .map(|address| async move {
                let read = self.urls.read(&address, None, MAX_CONTENT_BYTES).await;
                (address, read)
            })
            .buffer_unordered(CONTENTS_AT_A_TIME);
        while let Some((address, read)) = reads.next().await {
            let content = match read {
                Ok(UrlRead::Content { bytes, .. }) => match room.checked_sub(bytes.len() as u64) {
                    Some(rest) => {
                        room = rest;
                        Ok(bytes)
                    }
                    None => Err(format!(
                        "`{address}` and the other addresses of this descriptor hold more than {} MB; split it",
                        MAX_CONTENT_BYTES / (1024 * 1024)
                    )),
                },
                Ok(UrlRead::Same) => Err(format!("`{address}` answered nothing; the server is at fault")),
                Err(error) => Err(error.message),
            };
            contents.insert(address, content);
        }
    }

    /// What some bytes say; or the addresses that are needed to tell.
    fn understand(&self, job: &Job, bytes: &[u8], contents: &Contents) -> Result<Said, Vec<String>> {
        if let Some(known) = &job.known_hash
            && *known == self.hash(job, bytes, &job.depends_on, contents)
        {
            return Ok(Said::Same);
        }
        let source = Source { location: &job.location, origin: &job.origin };
        let processed = process(source, bytes, Means { rules: &self.rules, urls: &self.urls, contents });
        if !processed.pulled.wanted.is_empty() {
            return Err(processed.pulled.wanted);
        }
        let hash = self.hash(job, bytes, &processed.pulled.depends_on, contents);
        Ok(Said::Documents { processed, hash })
    }

    /// Differs whenever the location may say something else: by the rules, by its bytes, or by what it pulls in.
    fn hash(&self, job: &Job, bytes: &[u8], depends_on: &[String], contents: &Contents) -> String {
        let mut hash = Context::new(&SHA256);
        hash.update(bytes);
        for dependency in depends_on {
            hash.update(&[0]);
            if is_address(dependency) {
                match contents.get(dependency) {
                    Some(Ok(bytes)) => hash.update(bytes),
                    Some(Err(message)) => hash.update(message.as_bytes()),
                    None => {}
                }
            } else {
                match read_file(dependency.as_ref()) {
                    Ok(bytes) => hash.update(&bytes),
                    Err(error) => hash.update(error.message.as_bytes()),
                }
            }
        }
        self.understanding(job) + &hex(hash.finish().as_ref())
    }

    /// The part of a hash that differs between two ways to understand the same bytes.
    fn understanding(&self, job: &Job) -> String {
        let parts = [FORMAT, self.rules.fingerprint(), &job.origin.to_string()];
        let digest = digest(&SHA256, parts.join("\0").as_bytes());
        hex(&digest.as_ref()[..8]) + "-"
    }
}

fn read_glob(job: &Job) -> Result<Said, ProcessingError> {
    matches_of(job, expand_glob(&job.location)?.iter().map(|file| LocationRef::file(file)).collect())
}

fn matches_of(job: &Job, locations: Vec<LocationRef>) -> Result<Said, ProcessingError> {
    // A folder that is suddenly empty is more likely a missing mount than a decision.
    if locations.is_empty() {
        let message =
            format!("no file matches `{}`; what it stood for before is kept until one does", job.location.target);
        return Err(ProcessingError::new("NotFoundError", message));
    }
    let mut hash = Context::new(&SHA256);
    for location in &locations {
        hash.update(location.target.as_bytes());
        hash.update(&[0]);
    }
    let hash = hex(hash.finish().as_ref());
    Ok(if job.known_hash.as_ref() == Some(&hash) { Said::Same } else { Said::Matches { locations, hash } })
}

fn ever_new_addresses() -> ProcessingError {
    ProcessingError::new("InputError", "the placeholders of the descriptor lead to ever new addresses")
}

/// Does what would keep other tasks waiting on a thread of its own.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, ProcessingError> {
    spawn_blocking(work).await.map_err(|cause| {
        error!(%cause, "processing a location stopped unexpectedly");
        ProcessingError::new("ReadError", "processing stopped unexpectedly; the log tells more")
    })
}

impl From<ProcessingError> for Failure {
    fn from(error: ProcessingError) -> Self {
        Self { error, retry_at_ms: None }
    }
}

impl From<UrlReadError> for Failure {
    fn from(error: UrlReadError) -> Self {
        let (name, retry_at_ms) = match error.kind {
            UrlReadErrorKind::NotFound => ("NotFoundError", None),
            UrlReadErrorKind::NotAllowed => ("NotAllowedError", None),
            UrlReadErrorKind::TooLarge => ("InputError", None),
            UrlReadErrorKind::RateLimited { retry_at_ms } => ("ReadError", Some(retry_at_ms)),
            UrlReadErrorKind::Failed => ("ReadError", None),
        };
        Self { error: ProcessingError::new(name, error.message), retry_at_ms }
    }
}
