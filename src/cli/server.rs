//! `serve` and `migrate`.

use std::io::Write;

use tokio::signal::unix::{SignalKind, signal};

use super::Failure;
use crate::app;
use crate::app::folder::Folder;
use crate::config::Config;
use crate::store::{SqliteSettings, Store, open_sqlite};

/// A file would grow beyond the size limit of the process; the same number on every Linux and BSD.
const SIGXFSZ: i32 = 25;

/// Runs the server until it is told to stop.
pub async fn serve(config: &Config) -> Result<(), Failure> {
    // Asked for before anything starts, so that no signal is missed.
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    // Whoever asks for this signal is not ended by it: a file at the process's size limit is then a write that fails, which the
    // store knows how to live with.
    let mut file_limit = signal(SignalKind::from_raw(SIGXFSZ))?;
    actix_rt::spawn(async move {
        while file_limit.recv().await.is_some() {
            tracing::error!("a file has reached the size limit of this process (ulimit -f): raise it");
        }
    });
    let running = app::start(config).await?;
    // A server whose output nobody reads runs all the same.
    let _ = greet(&running);
    tokio::select! {
        _ = terminate.recv() => tracing::info!("asked to stop"),
        _ = interrupt.recv() => tracing::info!("interrupted: stopping"),
    }
    if running.stop().await {
        Ok(())
    } else {
        Err(Failure::new("the server did not stop cleanly; see the log"))
    }
}

/// What somebody who has just started a server looks for, below whatever was built and logged before.
fn greet(running: &app::Running) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\n  Baton is ready. Listening on {}   (Ctrl-C stops it)", running.url)?;
    if !running.greeting.demo.is_empty() {
        writeln!(out, "\n  This is a demo. Open that address in two browsers and sign in as two of:\n")?;
        for person in &running.greeting.demo {
            writeln!(out, "    {:<18} {}", person.email, person.password)?;
        }
    }
    if let Some(link) = &running.greeting.set_up {
        writeln!(out, "\n  This instance has no owner yet. Open this link once to become it:\n\n    {link}")?;
    }
    // Whoever reads this through a pipe waits for it.
    out.flush()?;
    Ok(())
}

/// Brings the database up to date.
pub async fn migrate(config: &Config) -> Result<(), Failure> {
    let folder = Folder::take(&config.data)?;
    let (store, connection) = open_sqlite(SqliteSettings::new(folder.database())).await?;
    connection.close().await;
    store.close().await;
    println!("{} is up to date", folder.database().display());
    Ok(())
}
