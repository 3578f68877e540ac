//! The text of a copy: lines of JSON, compressed with gzip.
//!
//! A header, then each table with its columns followed by its rows as lists, then the end with the number of rows of each
//! table and the SHA-256 of all lines before it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{Context, SHA256};
use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::BackupError;
use super::layout::Table;

/// What every copy starts with.
const FORMAT: &str = "callboard-backup";
/// Changes when an older program could not read a copy any more.
const VERSION: u32 = 1;
/// The longest line, in bytes: the largest descriptor has 32 MiB, and grows where it is quoted.
const MAX_LINE_BYTES: u64 = 128 * 1024 * 1024;
/// The most tables, to bound what the end may list.
const MAX_TABLES: usize = 1_000;

/// The first line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Header {
    format: String,
    /// Of the format.
    version: u32,
    /// The version of the program that made the copy.
    pub callboard: String,
    /// The database that it was made from: `sqlite` or `postgres`.
    pub engine: String,
    /// When, in RFC 3339.
    pub created_at: String,
    /// The migrations that the database had, oldest first.
    pub migrations: Vec<String>,
}

impl Header {
    /// Of a copy that is made now.
    pub(super) fn new(engine: &str, created_at: String, migrations: Vec<String>) -> Self {
        let callboard = env!("CARGO_PKG_VERSION").to_owned();
        Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            callboard,
            engine: engine.to_owned(),
            created_at,
            migrations,
        }
    }
}

/// What a copy holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Its first line.
    pub header: Header,
    /// The number of rows of each table.
    pub rows: BTreeMap<String, u64>,
}

impl Summary {
    /// Rows of all tables.
    #[must_use]
    pub fn n_rows(&self) -> u64 {
        self.rows.values().sum()
    }
}

/// The last line.
#[derive(Debug, Serialize, Deserialize)]
struct End {
    end: BTreeMap<String, u64>,
    sha256: String,
}

/// A line between the first and the last.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Line {
    Row(Vec<Value>),
    Table(Table),
    End(End),
}

/// What follows in a copy.
#[derive(Debug)]
pub(super) enum Part {
    /// The rows that follow are of this table.
    Table(Table),
    /// As many values as the table has columns.
    Row(Vec<Value>),
}

/// Writes a copy beside its place; it takes the place when it is whole.
pub(super) struct Writer {
    file: PathBuf,
    unfinished: PathBuf,
    out: Option<GzEncoder<BufWriter<File>>>,
    hash: Context,
    rows: BTreeMap<String, u64>,
    table: String,
    header: Header,
}

impl Writer {
    /// Readable for its owner only: a copy holds the signing keys.
    pub fn create(file: &Path, header: &Header) -> Result<Self, BackupError> {
        let mut name = file.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.unfinished", std::process::id()));
        let unfinished = file.with_file_name(name);
        let mut options = File::options();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let out = options.open(&unfinished).map_err(|error| file_error("write", &unfinished, &error))?;
        let mut writer = Self {
            file: file.to_owned(),
            unfinished,
            out: Some(GzEncoder::new(BufWriter::new(out), Compression::default())),
            hash: Context::new(&SHA256),
            rows: BTreeMap::new(),
            table: String::new(),
            header: header.clone(),
        };
        writer.line(header)?;
        Ok(writer)
    }

    pub fn table(&mut self, table: &Table) -> Result<(), BackupError> {
        self.table.clone_from(&table.name);
        self.rows.insert(table.name.clone(), 0);
        self.line(table)
    }

    pub fn row(&mut self, values: &[Value]) -> Result<(), BackupError> {
        if let Some(n_rows) = self.rows.get_mut(&self.table) {
            *n_rows += 1;
        }
        self.line(values)
    }

    /// Ends the copy and puts it into its place.
    pub fn finish(mut self) -> Result<Summary, BackupError> {
        let sha256 = hex(self.hash.clone().finish().as_ref());
        self.line(&End { end: self.rows.clone(), sha256 })?;
        let out = self.out.take().expect("only the end takes it");
        let written = out.finish().and_then(|out| out.into_inner().map_err(std::io::IntoInnerError::into_error));
        // On the disk before the name says so.
        let synced = written.and_then(|out| out.sync_all());
        synced.map_err(|error| file_error("write", &self.unfinished, &error))?;
        std::fs::rename(&self.unfinished, &self.file).map_err(|error| file_error("write", &self.file, &error))?;
        Ok(Summary { header: self.header.clone(), rows: std::mem::take(&mut self.rows) })
    }

    fn line(&mut self, line: &(impl Serialize + ?Sized)) -> Result<(), BackupError> {
        let mut text = serde_json::to_vec(line).expect("lines are made of text, numbers and lists");
        text.push(b'\n');
        self.hash.update(&text);
        let out = self.out.as_mut().expect("only the end takes it");
        out.write_all(&text).map_err(|error| file_error("write", &self.unfinished, &error))
    }
}

impl Drop for Writer {
    /// Takes away what was not finished.
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_file(&self.unfinished)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(%error, file = %self.unfinished.display(), "an unfinished copy is left behind; remove it");
        }
    }
}

/// Reads a copy line by line, in memory for one line.
pub(super) struct Reader {
    file: PathBuf,
    input: BufReader<GzDecoder<BufReader<File>>>,
    hash: Context,
    n_lines: u64,
    rows: BTreeMap<String, u64>,
    table: Option<(String, usize)>,
    header: Header,
}

impl Reader {
    /// Reads the header.
    pub fn open(file: &Path) -> Result<Self, BackupError> {
        let input = File::open(file).map_err(|error| file_error("read", file, &error))?;
        let mut reader = Self {
            file: file.to_owned(),
            input: BufReader::new(GzDecoder::new(BufReader::new(input))),
            hash: Context::new(&SHA256),
            n_lines: 0,
            rows: BTreeMap::new(),
            table: None,
            header: Header::new("", String::new(), vec![]),
        };
        let text = reader.text()?.ok_or_else(|| reader.damaged("it is empty"))?;
        let header: Value = reader.parse(&text)?;
        if header["format"] != FORMAT {
            return Err(reader.damaged("it does not start as one"));
        }
        if header["version"].as_u64().is_none_or(|version| version > u64::from(VERSION)) {
            return Err(BackupError::Newer {
                file: file.to_owned(),
                version: header["callboard"].as_str().unwrap_or("unknown").to_owned(),
                what: format!("version {} of the format", header["version"]),
            });
        }
        reader.header = serde_json::from_value(header).map_err(|error| reader.damaged(&error.to_string()))?;
        reader.hash.update(&text);
        Ok(reader)
    }

    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The next part; `None` when the copy ended as it should.
    pub fn next(&mut self) -> Result<Option<Part>, BackupError> {
        let text = self.text()?.ok_or_else(|| self.damaged("it stops before its end"))?;
        let line: Line = self.parse(&text)?;
        match line {
            Line::Row(values) => {
                let Some((table, n_columns)) = &self.table else {
                    return Err(self.damaged("a row comes before any table"));
                };
                if values.len() != *n_columns {
                    return Err(self.damaged(&format!("a row of `{table}` has {} values", values.len())));
                }
                *self.rows.entry(table.clone()).or_default() += 1;
                self.hash.update(&text);
                Ok(Some(Part::Row(values)))
            }
            Line::Table(table) => {
                if self.rows.len() >= MAX_TABLES || self.rows.insert(table.name.clone(), 0).is_some() {
                    return Err(self.damaged(&format!("the table `{}` comes twice, or there are too many", table.name)));
                }
                self.table = Some((table.name.clone(), table.columns.len()));
                self.hash.update(&text);
                Ok(Some(Part::Table(table)))
            }
            Line::End(end) => {
                if end.end != self.rows {
                    return Err(self.damaged("rows are missing, or there are too many"));
                }
                if end.sha256 != hex(self.hash.clone().finish().as_ref()) {
                    return Err(self.damaged("its checksum is another one"));
                }
                if self.text()?.is_some() {
                    return Err(self.damaged("it goes on behind its end"));
                }
                // Read to its end, the archive has checked itself. Nothing may follow it.
                let mut more = [0];
                let n_more = self.input.get_mut().get_mut().read(&mut more);
                match n_more.map_err(|error| file_error("read", &self.file, &error))? {
                    0 => Ok(None),
                    _ => Err(self.damaged("something follows its end")),
                }
            }
        }
    }

    /// What the copy holds, after its end.
    pub fn into_summary(self) -> Summary {
        Summary { header: self.header, rows: self.rows }
    }

    /// One line with its end; `None` behind the last one.
    fn text(&mut self) -> Result<Option<Vec<u8>>, BackupError> {
        let mut text = Vec::new();
        let read = (&mut self.input).take(MAX_LINE_BYTES).read_until(b'\n', &mut text);
        read.map_err(|error| self.damaged(&format!("it cannot be unpacked ({error})")))?;
        self.n_lines += 1;
        match text.last() {
            None => Ok(None),
            Some(b'\n') => Ok(Some(text)),
            Some(_) if text.len() as u64 == MAX_LINE_BYTES => Err(self.damaged("a line is too long")),
            Some(_) => Err(self.damaged("it stops within a line")),
        }
    }

    fn parse<T: DeserializeOwned>(&self, text: &[u8]) -> Result<T, BackupError> {
        serde_json::from_slice(text).map_err(|error| self.damaged(&error.to_string()))
    }

    /// An error about the line that was read last.
    pub fn damaged(&self, reason: &str) -> BackupError {
        BackupError::Damaged { file: self.file.clone(), reason: format!("line {}: {reason}", self.n_lines) }
    }
}

fn file_error(action: &'static str, file: &Path, error: &std::io::Error) -> BackupError {
    BackupError::File { action, file: file.to_owned(), reason: error.to_string() }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
