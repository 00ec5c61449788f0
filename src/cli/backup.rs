//! `backup` and `restore`.

use std::fs;
use std::path::{Path, PathBuf};

use super::Failure;
use crate::app::folder::{self, Folder};
use crate::app::inspect_database;
use crate::config::Config;
use crate::store::copy_sqlite;

/// Copies the database, also beside a running server, and looks whether the copy is whole.
pub async fn backup(config: &Config, to: &Path) -> Result<(), Failure> {
    let from = folder::database(&config.data);
    if !from.exists() {
        return Err(Failure::new(format!("there is no database at {}", from.display())));
    }
    if to.exists() {
        return Err(Failure::new(format!("{} is there already; a backup replaces nothing", to.display())));
    }
    let part = beside(to, "part");
    // What a backup that was cut off has left.
    let _ = fs::remove_file(&part);
    copy_sqlite(&from, &part)?;
    let found = inspect_database(&part).await.map_err(Failure::new)?;
    sealed(&part)?;
    fs::rename(&part, to)?;
    println!("{} holds {found}", to.display());
    Ok(())
}

/// Puts a backup in place of the database, which is kept beside it. No server may be running.
pub async fn restore(config: &Config, from: &Path) -> Result<(), Failure> {
    if !from.is_file() {
        return Err(Failure::new(format!("there is no backup at {}", from.display())));
    }
    let folder = Folder::take(&config.data)?;
    let database = folder.database();
    let part = beside(&database, "restored");
    let _ = fs::remove_file(&part);
    fs::copy(from, &part)?;
    // The copy is looked at, and brought up to date, before anything is touched.
    let found = inspect_database(&part).await.map_err(Failure::new)?;
    sealed(&part)?;
    if database.exists() {
        let kept = (1..).map(|n| beside(&database, &format!("before-{n}"))).find(|path| !path.exists());
        let kept = kept.ok_or_else(|| Failure::new("no name is free for the old database"))?;
        for end in ["", "-wal", "-shm"] {
            let (old, new) = (with_end(&database, end), with_end(&kept, end));
            if old.exists() {
                fs::rename(old, new)?;
            }
        }
        println!("the database that was there is kept as {}", kept.display());
    }
    fs::rename(&part, &database)?;
    println!("{} holds {found}", database.display());
    Ok(())
}

fn beside(path: &Path, end: &str) -> PathBuf {
    with_end(path, &format!(".{end}"))
}

fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

/// Safe on the disk, and for its owner's eyes only: it holds digests of passwords.
fn sealed(path: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    fs::File::open(path)?.sync_all()
}
