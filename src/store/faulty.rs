//! Faults on order, for tests of whoever writes: statements that fail, commits that fail before or after they took effect,
//! commits that wait, databases that cannot be written for a while.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use tokio::sync::watch;

use super::StoreError;
use super::dialect::{EachRow, Reading, Statement, WriteConnection};

/// When a commit reports its failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Before it took effect: a probe rolls it back.
    Before,
    /// After it took effect: what it wrote is there.
    After,
}

#[derive(Debug, Default)]
struct Plan {
    /// Statements still to run until one fails, and whether the transaction ends with it.
    statement: Option<(u64, bool)>,
    /// Commits still to run until one fails, and how.
    commit: Option<(u64, When)>,
    /// Probes that will fail.
    probes: u64,
    /// Commits that took effect.
    commits: u64,
    /// Statements of the transaction so far, and the place in it of the one that failed: it fails again when the transaction
    /// is played again.
    ran: u64,
    again: Option<(u64, bool)>,
}

/// The orders, shared between a test and the writer's connection.
#[derive(Debug, Clone)]
pub struct Faults {
    plan: Arc<Mutex<Plan>>,
    held: Arc<watch::Sender<usize>>,
    waiting: Arc<watch::Sender<usize>>,
    probes: Arc<watch::Sender<u64>>,
}

impl Default for Faults {
    fn default() -> Self {
        Faults {
            plan: Arc::default(),
            held: Arc::new(watch::channel(0).0),
            waiting: Arc::new(watch::channel(0).0),
            probes: Arc::new(watch::channel(0).0),
        }
    }
}

/// Commits wait as long as it lives.
#[derive(Debug)]
pub struct HeldCommits {
    held: Arc<watch::Sender<usize>>,
    waiting: watch::Receiver<usize>,
}

impl HeldCommits {
    /// Returns when a commit has come and waits.
    pub async fn reached(&mut self) {
        // The sender lives in the same faults that this guard came from.
        let _ = self.waiting.wait_for(|waiting| *waiting > 0).await;
    }
}

impl Drop for HeldCommits {
    fn drop(&mut self) {
        self.held.send_modify(|held| *held -= 1);
    }
}

impl Faults {
    /// The `nth` statement from now on fails without effect; 1 is the next.
    pub fn fail_statement(&self, nth: u64) {
        self.plan().statement = Some((nth.max(1), false));
    }

    /// The `nth` statement from now on fails, and the database ends the transaction by itself, as on a full disk.
    pub fn end_transaction(&self, nth: u64) {
        self.plan().statement = Some((nth.max(1), true));
    }

    /// The `nth` commit from now on fails; 1 is the next. Probes do not count.
    pub fn fail_commit(&self, nth: u64, when: When) {
        self.plan().commit = Some((nth.max(1), when));
    }

    /// The next `count` probes fail, as on a full disk.
    pub fn fail_probes(&self, count: u64) {
        self.plan().probes = count;
    }

    /// Returns when `count` probes have been tried since the faults were made.
    pub async fn probed(&self, count: u64) {
        // The sender lives in `self`.
        let _ = self.probes.subscribe().wait_for(|probes| *probes >= count).await;
    }

    /// Commits wait until what this returns is dropped.
    pub fn hold_commits(&self) -> HeldCommits {
        self.held.send_modify(|held| *held += 1);
        HeldCommits { held: Arc::clone(&self.held), waiting: self.waiting.subscribe() }
    }

    /// How many commits took effect, without probes.
    pub fn commits(&self) -> u64 {
        self.plan().commits
    }

    /// The connection with these faults.
    pub fn wrap(&self, inner: Box<dyn WriteConnection>) -> Box<dyn WriteConnection> {
        Box::new(Faulty { inner, faults: self.clone(), probing: false })
    }

    /// Whether the next statement fails, and whether the transaction ends with it.
    fn statement(&self) -> Option<bool> {
        let mut plan = self.plan();
        plan.ran += 1;
        let due = count_down(&mut plan.statement);
        let place = plan.ran;
        if let Some(ends) = due {
            plan.again = Some((place, ends));
            return due;
        }
        plan.again.take_if(|(at, _)| *at == place).map(|(_, ends)| ends)
    }

    fn probe(&self) -> Result<(), StoreError> {
        self.probes.send_modify(|probes| *probes += 1);
        let mut plan = self.plan();
        if plan.probes == 0 {
            return Ok(());
        }
        plan.probes -= 1;
        Err(fault("a probe failed"))
    }

    fn plan(&self) -> MutexGuard<'_, Plan> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn wait_while_held(&self) {
        let mut held = self.held.subscribe();
        if *held.borrow_and_update() == 0 {
            return;
        }
        self.waiting.send_modify(|waiting| *waiting += 1);
        // The sender lives in `self`.
        let _ = held.wait_for(|held| *held == 0).await;
        self.waiting.send_modify(|waiting| *waiting -= 1);
    }
}

struct Faulty {
    inner: Box<dyn WriteConnection>,
    faults: Faults,
    probing: bool,
}

/// One less to go; what was ordered, if it is due.
fn count_down<T: Copy>(order: &mut Option<(u64, T)>) -> Option<T> {
    match *order {
        Some((nth, what)) if nth > 1 => {
            *order = Some((nth - 1, what));
            None
        }
        due => {
            *order = None;
            due.map(|(_, what)| what)
        }
    }
}

fn fault(what: &str) -> StoreError {
    StoreError::Unavailable(format!("{what} on order"))
}

#[async_trait]
impl Reading for Faulty {
    async fn fetch(&mut self, statement: Statement, each: EachRow<'_>) -> Result<(), StoreError> {
        self.inner.fetch(statement, each).await
    }
}

#[async_trait]
impl WriteConnection for Faulty {
    async fn begin(&mut self) -> Result<(), StoreError> {
        self.probing = false;
        self.faults.plan().ran = 0;
        self.inner.begin().await
    }

    async fn savepoint(&mut self) -> Result<(), StoreError> {
        self.inner.savepoint().await
    }

    async fn keep(&mut self) -> Result<(), StoreError> {
        self.inner.keep().await
    }

    async fn undo(&mut self) -> Result<(), StoreError> {
        self.inner.undo().await
    }

    async fn execute(&mut self, statement: Statement) -> Result<u64, StoreError> {
        self.probing = statement.sql == super::sql::PROBE;
        if self.probing {
            self.faults.probe()?;
        } else if let Some(ends) = self.faults.statement() {
            if ends {
                self.inner.rollback().await;
            }
            return Err(fault("a statement failed"));
        }
        self.inner.execute(statement).await
    }

    async fn commit(&mut self) -> Result<(), StoreError> {
        if self.probing {
            return self.inner.commit().await;
        }
        self.faults.wait_while_held().await;
        let when = count_down(&mut self.faults.plan().commit);
        if when == Some(When::Before) {
            return Err(fault("a commit failed before it took effect"));
        }
        self.inner.commit().await?;
        let mut plan = self.faults.plan();
        plan.commits += 1;
        plan.again = None;
        drop(plan);
        match when {
            Some(_) => Err(fault("a commit failed after it took effect")),
            None => Ok(()),
        }
    }

    async fn rollback(&mut self) {
        self.inner.rollback().await;
    }

    async fn reopen(&mut self) -> Result<(), StoreError> {
        self.inner.reopen().await
    }

    async fn close(self: Box<Self>) {
        self.inner.close().await;
    }
}
