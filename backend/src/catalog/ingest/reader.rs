//! Reads many locations at a time, away from the threads that answer requests.

use std::path::PathBuf;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Instant;

use aws_lc_rs::digest::{Context, SHA256};
use tracing::error;

use super::error::ProcessingError;
use super::graph::LocationId;
use super::process::{Processed, Source, process};
use super::read::{expand_glob, read_file};
use super::rules::Rules;
use crate::catalog::location::{FILE, LocationRef, hex};
use crate::catalog::metrics;

/// Part of every content hash: a version that understands descriptors differently reads them again.
const FORMAT: &str = concat!("callboard ", env!("CARGO_PKG_VERSION"), " format 1");

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
    /// Files that placeholders pulled in last time.
    pub depends_on: Vec<String>,
}

/// What reading a location gave.
#[derive(Debug)]
pub struct Outcome {
    /// The location.
    pub id: LocationId,
    /// What it says.
    pub said: Said,
}

/// What a location says.
#[derive(Debug)]
pub enum Said {
    /// What it said before.
    Same,
    /// A glob stands for these files.
    Files {
        /// Sorted.
        files: Vec<PathBuf>,
        /// Of the list.
        hash: String,
    },
    /// A file holds these documents.
    Documents {
        /// Good and bad ones.
        processed: Processed,
        /// Of the bytes and of all that decides how they are understood.
        hash: String,
    },
    /// It cannot be read.
    Failed(ProcessingError),
}

/// Reads locations.
#[derive(Clone, Debug)]
pub struct Reader {
    /// Which kinds may come from where.
    pub rules: Arc<Rules>,
}

impl Reader {
    /// Reads all of `jobs`, on as many threads as there are processors. Outcomes come in the order of the jobs.
    pub async fn read_all(&self, jobs: Vec<Job>) -> Vec<Outcome> {
        let n_threads = available_parallelism().map_or(1, usize::from);
        let share = jobs.len().div_ceil(n_threads).max(1);
        let tasks: Vec<_> = jobs
            .chunks(share)
            .map(|jobs| {
                let (reader, jobs) = (self.clone(), jobs.to_vec());
                tokio::task::spawn_blocking(move || jobs.iter().map(|job| reader.read(job)).collect::<Vec<_>>())
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

    fn read(&self, job: &Job) -> Outcome {
        let started = Instant::now();
        let said = match job.location.location_type.as_str() {
            FILE if job.location.is_glob() => self.read_glob(job),
            FILE => self.read_documents(job),
            other => Err(ProcessingError::new(
                "InputError",
                format!("locations of type `{other}` are not read by this version; use `file`"),
            )),
        };
        let said = said.unwrap_or_else(Said::Failed);
        metrics::read_done(&said, started.elapsed());
        Outcome { id: job.id, said }
    }

    fn read_glob(&self, job: &Job) -> Result<Said, ProcessingError> {
        let files = expand_glob(&job.location)?;
        // A folder that is suddenly empty is more likely a missing mount than a decision.
        if files.is_empty() {
            let message =
                format!("no file matches `{}`; what it stood for before is kept until one does", job.location.target);
            return Err(ProcessingError::new("NotFoundError", message));
        }
        let mut hash = Context::new(&SHA256);
        for file in &files {
            hash.update(file.as_os_str().as_encoded_bytes());
            hash.update(&[0]);
        }
        let hash = hex(hash.finish().as_ref());
        Ok(if job.known_hash.as_ref() == Some(&hash) { Said::Same } else { Said::Files { files, hash } })
    }

    fn read_documents(&self, job: &Job) -> Result<Said, ProcessingError> {
        let bytes = read_file(job.location.target.as_ref())?;
        if let Some(known) = &job.known_hash
            && *known == self.hash(job, &bytes, &job.depends_on)
        {
            return Ok(Said::Same);
        }
        let processed = process(Source { location: &job.location, origin: &job.origin }, &bytes, &self.rules);
        let hash = self.hash(job, &bytes, &processed.depends_on);
        Ok(Said::Documents { processed, hash })
    }

    /// Differs whenever the location may say something else: by its bytes, by the files it pulls in, or by the rules.
    fn hash(&self, job: &Job, bytes: &[u8], depends_on: &[String]) -> String {
        let mut hash = Context::new(&SHA256);
        for part in [FORMAT, self.rules.fingerprint(), &job.origin.to_string()] {
            hash.update(part.as_bytes());
            hash.update(&[0]);
        }
        hash.update(bytes);
        for file in depends_on {
            hash.update(&[0]);
            match read_file(file.as_ref()) {
                Ok(bytes) => hash.update(&bytes),
                Err(error) => hash.update(error.message.as_bytes()),
            }
        }
        hex(hash.finish().as_ref())
    }
}
