//! `serve` and `migrate`.

use std::io::Write;

use tokio::signal::unix::{SignalKind, signal};

use super::Failure;
use crate::app;
use crate::app::folder::Folder;
use crate::config::Config;
use crate::store::{SqliteSettings, Store, open_sqlite};

/// Runs the server until it is told to stop.
pub async fn serve(config: &Config) -> Result<(), Failure> {
    // Asked for before anything starts, so that no signal is missed.
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let running = app::start(config).await?;
    greet(&running)?;
    tokio::select! {
        _ = terminate.recv() => tracing::info!("asked to stop"),
        _ = interrupt.recv() => tracing::info!("interrupted"),
    }
    if running.stop().await {
        Ok(())
    } else {
        Err(Failure::new("the server did not stop cleanly; see the log"))
    }
}

fn greet(running: &app::Running) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "Listening on {}", running.url)?;
    if !running.greeting.demo.is_empty() {
        writeln!(out, "\nThis is a demo. Sign in as one of:")?;
        for person in &running.greeting.demo {
            writeln!(out, "  {:<18} {}", person.email, person.password)?;
        }
    }
    if let Some(link) = &running.greeting.set_up {
        writeln!(out, "\nThis instance has no owner yet. Open this link once to become it:\n  {link}")?;
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
