//! The folder of the index, as the engine sees it.
//!
//! The engine trusts its files: bytes that are not what was written make it panic, and where that happens in a thread
//! of its own, the process ends; so it does when a file that is mapped into memory becomes shorter. So a file is read
//! whole and compared with its checksum when it is opened. Damage is an error then and no panic, and whatever becomes
//! of the file, what was read stays in memory as long as somebody uses it. Only the documents, which are more than half
//! of an index, are read again when somebody asks for them: they are packed, so that damage to them is noticed.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read as _};
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};

use flate2::Crc;
use parking_lot::Mutex;
use tantivy::HasLen;
use tantivy::directory::error::{DeleteError, LockError, OpenDirectoryError, OpenReadError, OpenWriteError};
use tantivy::directory::footer::Footer;
use tantivy::directory::{
    Directory, DirectoryLock, FileHandle, FileSlice, Lock, MmapDirectory, OwnedBytes, WatchCallback, WatchHandle,
    WritePtr,
};

/// The length and the mark at the end of every footer. The engine takes for granted that a file has them.
const LEAST_BYTES: usize = 8;
/// What the file with the documents ends with.
const DOCUMENTS: &str = "store";

/// A folder whose files are read whole, and only when they are what was written. Clones share everything.
#[derive(Clone, Debug)]
pub struct CheckedDirectory {
    folder: PathBuf,
    /// Does all but reading.
    inner: MmapDirectory,
    /// Files that somebody uses, so that each is in memory once: the engine opens all of them anew after every change.
    used: Arc<Mutex<HashMap<PathBuf, Weak<Content>>>>,
}

/// What is in a file.
#[derive(Debug)]
enum Content {
    Kept(OwnedBytes),
    /// In an open file, which stays what it is when another one takes its name.
    OnDisk(File, usize),
}

impl HasLen for Content {
    fn len(&self) -> usize {
        match self {
            Self::Kept(bytes) => bytes.len(),
            Self::OnDisk(_, n_bytes) => *n_bytes,
        }
    }
}

impl FileHandle for Content {
    fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        match self {
            Self::Kept(bytes) => bytes.read_bytes(range),
            Self::OnDisk(file, _) => {
                let mut bytes = vec![0; range.len()];
                file.read_exact_at(&mut bytes, range.start as u64)?;
                Ok(OwnedBytes::new(bytes))
            }
        }
    }
}

impl CheckedDirectory {
    /// A folder that exists.
    ///
    /// # Errors
    /// When it does not, or cannot be looked at.
    pub fn open(folder: &Path) -> Result<Self, OpenDirectoryError> {
        Ok(Self { folder: folder.to_owned(), inner: MmapDirectory::open(folder)?, used: Arc::default() })
    }
}

impl Directory for CheckedDirectory {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        let mut used = self.used.lock();
        if let Some(content) = used.get(path).and_then(Weak::upgrade) {
            return Ok(content);
        }
        let is_kept = path.extension().is_none_or(|extension| extension != DOCUMENTS);
        // Also where there is no file: the engine would do without one with positions, and miss it with the first
        // question.
        let content = read(&self.folder.join(path), is_kept)
            .map_err(|cause| OpenReadError::wrap_io_error(cause, path.to_owned()))?;
        let content = Arc::new(content);
        used.retain(|_, content| content.strong_count() > 0);
        used.insert(path.to_owned(), Arc::downgrade(&content));
        Ok(content)
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.used.lock().remove(path);
        self.inner.delete(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.inner.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        self.used.lock().remove(path);
        self.inner.open_write(path)
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        self.inner.atomic_read(path)
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        self.inner.atomic_write(path, data)
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.inner.sync_directory()
    }

    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        self.inner.acquire_lock(lock)
    }

    fn watch(&self, watch_callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.inner.watch(watch_callback)
    }
}

/// Reads a file with its footer, and compares the checksum that is in there. What is not kept is read where it lies.
fn read(path: &Path, is_kept: bool) -> io::Result<Content> {
    let mut file = File::open(path)?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    if bytes.len() < LEAST_BYTES {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "the file is cut off"));
    }
    let bytes = OwnedBytes::new(bytes);
    let (footer, body) = Footer::extract_footer(FileSlice::new(Arc::new(bytes.clone())))?;
    let mut checksum = Crc::new();
    checksum.update(&body.read_bytes()?);
    if checksum.sum() != footer.crc {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "the checksum differs"));
    }
    let n_bytes = bytes.len();
    Ok(if is_kept { Content::Kept(bytes) } else { Content::OnDisk(file, n_bytes) })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use tantivy::directory::TerminatingWrite;

    use super::*;

    #[test]
    fn documents_are_read_where_they_lie_and_do_no_harm_when_they_are_cut_off() {
        let folder = tempfile::tempdir().unwrap();
        let index = tantivy::Index::create_in_dir(folder.path(), tantivy::schema::Schema::builder().build()).unwrap();
        let mut writer = index.directory().open_write(Path::new("a.store")).unwrap();
        writer.write_all(b"what is written").unwrap();
        writer.terminate().unwrap();
        let path = folder.path().join("a.store");
        let kept = read(&path, true).unwrap();
        let on_disk = read(&path, false).unwrap();
        assert!(matches!((&kept, &on_disk), (Content::Kept(_), Content::OnDisk(..))));
        assert_eq!(kept.len(), on_disk.len());
        for content in [&kept, &on_disk] {
            assert_eq!(content.read_bytes(5..7).unwrap().as_slice(), b"is");
        }
        File::options().write(true).open(&path).unwrap().set_len(6).unwrap();
        assert_eq!(kept.read_bytes(5..7).unwrap().as_slice(), b"is");
        assert_eq!(on_disk.read_bytes(5..7).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        assert!(read(&path, false).is_err(), "what was cut off is not opened");
    }
}
