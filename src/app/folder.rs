//! The data folder: one server at a time, and where to find it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

const LOCK_FILE: &str = "baton.lock";
const DATABASE_FILE: &str = "baton.db";

/// What stands in the lock file of a folder that is in use. Readable by its owner only: the key opens the server.
#[derive(Clone, Serialize, Deserialize)]
pub struct InUse {
    /// The process.
    pub pid: u32,
    /// Where it listens.
    pub url: String,
    /// With this the operator's command line signs in.
    pub key: String,
}

/// A data folder that is ours as long as this lives.
pub struct Folder {
    path: PathBuf,
    lock: File,
}

/// Why the folder is not ours.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// Another server has it.
    #[error("the data folder {} is in use by another baton", .0.display())]
    InUse(PathBuf),
    /// It cannot be made or written.
    #[error("the data folder {} cannot be used: {error}", path.display())]
    Io {
        /// The folder.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
}

impl Folder {
    /// Makes the folder if it is not there, and takes it.
    ///
    /// # Errors
    /// [`FolderError`].
    pub fn take(path: &Path) -> Result<Self, FolderError> {
        let failed = |error| FolderError::Io { path: path.to_owned(), error };
        fs::create_dir_all(path).map_err(failed)?;
        let mut options = OpenOptions::new();
        options.create(true).read(true).write(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let lock = options.open(path.join(LOCK_FILE)).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => Ok(Folder { path: path.to_owned(), lock }),
            Err(TryLockError::WouldBlock) => Err(FolderError::InUse(path.to_owned())),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }

    /// The database in it.
    pub fn database(&self) -> PathBuf {
        database(&self.path)
    }

    /// Says where the server listens.
    ///
    /// # Errors
    /// If the lock file cannot be written.
    pub fn announce(&mut self, in_use: &InUse) -> io::Result<()> {
        self.lock.set_len(0)?;
        self.lock.write_all(serde_json::to_string(in_use)?.as_bytes())?;
        self.lock.flush()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // The lock ends with the file; what it said is not true any more.
        let _ = self.lock.set_len(0);
    }
}

/// The database of a data folder.
pub fn database(path: &Path) -> PathBuf {
    path.join(DATABASE_FILE)
}

/// The server that uses a folder; none if it is free.
pub fn in_use(path: &Path) -> Option<InUse> {
    let file = File::open(path.join(LOCK_FILE)).ok()?;
    match file.try_lock_shared() {
        Ok(()) => None,
        Err(_) => serde_json::from_str(&fs::read_to_string(path.join(LOCK_FILE)).ok()?).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_one_server_that_can_be_found() {
        let temp = tempfile::tempdir().expect("a folder");
        let path = temp.path().join("data");
        let mut first = Folder::take(&path).expect("free");
        assert!(matches!(Folder::take(&path), Err(FolderError::InUse(_))));
        let told = InUse { pid: 7, url: "http://127.0.0.1:1".to_owned(), key: "k".to_owned() };
        first.announce(&told).expect("written");
        assert_eq!(in_use(&path).expect("in use").url, told.url);
        drop(first);
        assert!(in_use(&path).is_none());
        assert!(Folder::take(&path).is_ok());
    }
}
