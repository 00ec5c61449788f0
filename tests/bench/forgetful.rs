//! Baton with a store in memory: the same sockets, rooms and writer, but nothing is written from the first lock on. What rooms
//! decide they decide by what they hold in memory, so nobody notices until the server starts again.

use std::future::pending;
use std::io::{Error, Result};

use async_trait::async_trait;
use baton::app;
use baton::config::{self, Sources};
use baton::store::StoreError;
use baton::store::dialect::{EachRow, Reading, Statement, WriteConnection};

use crate::server::settings;

type Answer<T> = std::result::Result<T, StoreError>;

/// Runs over a data folder until it is killed.
pub fn run(data: &str) -> Result<()> {
    let flags = settings(data).map(|(name, value)| (name.to_owned(), value)).into();
    let config = config::load(&Sources { flags, ..Sources::default() }).map_err(Error::other)?;
    app::block_on(async {
        let forgetful = |kept| -> Box<dyn WriteConnection> { Box::new(Forgetful { kept, forgets: false }) };
        let running = app::start_writing(&config, forgetful).await.map_err(Error::other)?;
        println!("forgetful on {}", running.address);
        pending().await
    })
}

struct Forgetful {
    kept: Box<dyn WriteConnection>,
    forgets: bool,
}

#[async_trait]
impl Reading for Forgetful {
    async fn fetch(&mut self, statement: Statement, each: EachRow<'_>) -> Answer<()> {
        self.kept.fetch(statement, each).await
    }
}

#[async_trait]
impl WriteConnection for Forgetful {
    async fn begin(&mut self) -> Answer<()> {
        if self.forgets { Ok(()) } else { self.kept.begin().await }
    }

    async fn savepoint(&mut self) -> Answer<()> {
        if self.forgets { Ok(()) } else { self.kept.savepoint().await }
    }

    async fn keep(&mut self) -> Answer<()> {
        if self.forgets { Ok(()) } else { self.kept.keep().await }
    }

    async fn undo(&mut self) -> Answer<()> {
        if self.forgets { Ok(()) } else { self.kept.undo().await }
    }

    async fn execute(&mut self, statement: Statement) -> Answer<u64> {
        if !self.forgets && statement.sql.trim_start().starts_with("INSERT INTO locks ") {
            self.kept.rollback().await;
            self.forgets = true;
        }
        if self.forgets { Ok(1) } else { self.kept.execute(statement).await }
    }

    async fn commit(&mut self) -> Answer<()> {
        if self.forgets { Ok(()) } else { self.kept.commit().await }
    }

    async fn rollback(&mut self) {
        if !self.forgets {
            self.kept.rollback().await;
        }
    }

    async fn reopen(&mut self) -> Answer<()> {
        self.kept.reopen().await
    }

    async fn close(self: Box<Self>) {
        self.kept.close().await;
    }
}
