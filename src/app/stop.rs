//! The order in which a server ends. Each step has a time limit and a log line.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_rt::Arbiter;
use actix_web::dev::ServerHandle;
use actix_web::rt::task::JoinHandle;
use tokio::time::timeout;

use super::Running;
use super::folder::Folder;
use crate::gateway::Gateway;
use crate::socket::Sockets;
use crate::store::{Store, Writer};

/// What must end, in no order.
pub struct Parts {
    pub(super) folder: Folder,
    pub(super) store: Arc<dyn Store>,
    pub(super) writer: Writer,
    pub(super) gateway: Gateway,
    pub(super) sockets: Sockets,
    pub(super) arbiters: Vec<Arbiter>,
    pub(super) server: ServerHandle,
    pub(super) task: JoinHandle<std::io::Result<()>>,
    pub(super) limit: Duration,
}

impl Running {
    /// Stops accepting, closes the sockets with "restart", lets rooms and writer finish what they have, closes the database.
    /// True if every step was done in time.
    pub async fn stop(self) -> bool {
        let Parts { folder, store, writer, gateway, sockets, arbiters, server, task, limit } = self.parts;
        let mut well = step("stop accepting", limit, server.pause()).await;
        let drained = step("sockets and rooms", limit * 2, async {
            if !gateway.drain(limit).await {
                tracing::error!("some rooms did not finish in time");
            }
            // They say why they end before their threads do.
            sockets.ended().await;
        });
        well &= drained.await;
        well &= step("requests", limit * 2, server.stop(true)).await;
        well &= step("http server", limit, async {
            match task.await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::error!(%error, "the http server did not end well"),
                Err(error) => tracing::error!(%error, "the http server did not end well"),
            }
        })
        .await;
        // The writer last: who closes last brings the log home, and readers cannot.
        well &= step("readers", limit, store.close()).await;
        well &= step("writer", limit * 2, writer.close()).await;
        for arbiter in arbiters {
            arbiter.stop();
            // A thread that was told to stop and has nothing left to run ends at once.
            if arbiter.join().is_err() {
                tracing::error!("a thread of rooms did not end well");
                well = false;
            }
        }
        drop(folder);
        match well {
            true => tracing::info!("stopped; everything is on disk"),
            false => tracing::error!("stopped, but not everything ended in time"),
        }
        well
    }
}

async fn step(what: &'static str, limit: Duration, work: impl Future<Output = ()>) -> bool {
    let began = Instant::now();
    let in_time = timeout(limit, work).await.is_ok();
    let ms = began.elapsed().as_millis();
    if in_time {
        tracing::debug!(what, ms, "ended");
    } else {
        tracing::error!(what, ms, "did not end in time");
    }
    in_time
}
