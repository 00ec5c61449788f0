//! One transaction for all that waits, and what is told to whom afterwards.

use std::collections::BTreeMap;

use tokio::sync::{mpsc, oneshot};

use super::{Batch, CommitOutcome, Committed, Job, WriterSettings};
use crate::domain::id::WorkspaceId;
use crate::store::dialect::WriteConnection;
use crate::store::{AccountWrite, StoreError, ledger};

/// The whole transaction is gone, or may be.
struct Gone(StoreError);

/// What will be told once the transaction is settled.
enum Answer {
    Room { workspace: WorkspaceId, committed: Committed, done: mpsc::OwnedPermit<Committed> },
    Account { result: Result<(), StoreError>, done: oneshot::Sender<Result<(), StoreError>> },
    Epoch { result: Result<u64, StoreError>, done: oneshot::Sender<Result<u64, StoreError>> },
    Barrier { done: oneshot::Sender<()> },
}

impl Answer {
    /// The COMMIT failed: what was written may be there or not.
    fn lose(&mut self) {
        match self {
            Answer::Room { committed, .. } if committed.outcome == CommitOutcome::Ok => {
                committed.outcome = CommitOutcome::Lost;
            }
            Answer::Account { result, .. } if result.is_ok() => *result = Err(StoreError::Lost),
            Answer::Epoch { result, .. } if result.is_ok() => *result = Err(StoreError::Lost),
            Answer::Room { .. } | Answer::Account { .. } | Answer::Epoch { .. } | Answer::Barrier { .. } => {}
        }
    }

    fn give(self) {
        // Whoever no longer listens does not want to know.
        match self {
            Answer::Room { committed, done, .. } => drop(done.send(committed)),
            Answer::Account { result, done } => drop(done.send(result)),
            Answer::Epoch { result, done } => drop(done.send(result)),
            Answer::Barrier { done } => drop(done.send(())),
        }
    }
}

/// The writer's side of the connection.
pub(super) struct Group {
    connection: Box<dyn WriteConnection>,
    settings: WriterSettings,
    /// The incarnation of a workspace that failed last; nothing of it is taken any more. At most one entry a workspace, and
    /// only for workspaces that failed.
    failed: BTreeMap<WorkspaceId, u64>,
    probes: u64,
}

impl Group {
    pub(super) fn new(connection: Box<dyn WriteConnection>, settings: WriterSettings) -> Self {
        Group { connection, settings, failed: BTreeMap::new(), probes: 0 }
    }

    pub(super) async fn close(self) {
        self.connection.close().await;
    }

    /// Writes all jobs in one transaction and answers them. Returns only when the outcome is known.
    pub(super) async fn settle(&mut self, jobs: &mut Vec<Job>) {
        let writes = jobs.iter().any(|job| !matches!(job, Job::Barrier { .. } | Job::Close));
        if writes {
            self.begin().await;
        }
        let mut answers = Vec::with_capacity(jobs.len());
        let mut gone = None;
        for job in jobs.drain(..) {
            if let Some(answer) = self.job(job, &mut gone).await {
                answers.push(answer);
            }
        }
        if writes && gone.is_none() {
            gone = self.connection.commit().await.err().map(Gone);
        }
        if let Some(Gone(error)) = gone {
            tracing::error!(%error, "a commit failed; probing until the database can be written");
            self.probe().await;
            self.lose(&mut answers);
        }
        answers.into_iter().for_each(Answer::give);
    }

    /// Until a transaction is begun nothing is unknown, so a failure here costs time and nothing else.
    async fn begin(&mut self) {
        while let Err(error) = self.connection.begin().await {
            tracing::error!(%error, "no transaction could be begun; probing until the database can be written");
            self.probe().await;
        }
    }

    async fn job(&mut self, job: Job, gone: &mut Option<Gone>) -> Option<Answer> {
        Some(match job {
            Job::Room { batch, done } => {
                let outcome = self.room(&batch, gone).await;
                let Batch { workspace, incarnation, n, .. } = batch;
                Answer::Room { workspace, committed: Committed { incarnation, n, outcome }, done }
            }
            Job::Account { facts, done } => {
                Answer::Account { result: self.account(&facts, gone).await, done }
            }
            Job::Epoch { now_ms, done } => Answer::Epoch { result: self.epoch(now_ms, gone).await, done },
            Job::Barrier { done } => Answer::Barrier { done },
            Job::Close => return None,
        })
    }

    /// One room's batch. [`CommitOutcome::Ok`] holds if the transaction commits.
    async fn room(&mut self, batch: &Batch, gone: &mut Option<Gone>) -> CommitOutcome {
        let Batch { workspace, incarnation, n, .. } = *batch;
        if self.failed.get(&workspace) == Some(&incarnation) {
            return CommitOutcome::RoomFailed;
        }
        let mut result = self.savepoint(gone).await;
        for write in &batch.writes {
            if result.is_ok() {
                result = ledger::write(self.connection.as_mut(), workspace, write).await;
            }
        }
        match self.end(result, gone).await {
            Ok(()) => CommitOutcome::Ok,
            Err(StoreError::Lost) => CommitOutcome::Lost,
            Err(error) => {
                tracing::error!(%workspace, incarnation, n, %error, "a room's batch failed and was taken back");
                self.failed.insert(workspace, incarnation);
                CommitOutcome::RoomFailed
            }
        }
    }

    async fn account(&mut self, facts: &[AccountWrite], gone: &mut Option<Gone>) -> Result<(), StoreError> {
        let mut result = self.savepoint(gone).await;
        for fact in facts {
            if result.is_ok() {
                result = ledger::account(self.connection.as_mut(), fact).await;
            }
        }
        self.end(result, gone).await
    }

    async fn epoch(&mut self, now_ms: u64, gone: &mut Option<Gone>) -> Result<u64, StoreError> {
        let mut epoch = 0;
        let mut result = self.savepoint(gone).await;
        if result.is_ok() {
            result = ledger::begin_epoch(self.connection.as_mut(), now_ms).await.map(|begun| epoch = begun);
        }
        self.end(result, gone).await.map(|()| epoch)
    }

    async fn savepoint(&mut self, gone: &mut Option<Gone>) -> Result<(), StoreError> {
        if gone.is_some() {
            return Err(StoreError::Lost);
        }
        self.connection.savepoint().await.map_err(|error| lost(gone, error))
    }

    /// Keeps or takes back what came after the savepoint. If not even that works, the database has ended the transaction by
    /// itself (disk full, I/O error): nobody's batch is then in it, and nothing more may be written as if one were open.
    async fn end(
        &mut self,
        result: Result<(), StoreError>,
        gone: &mut Option<Gone>,
    ) -> Result<(), StoreError> {
        if gone.is_some() {
            return Err(StoreError::Lost);
        }
        match result {
            Ok(()) => self.connection.keep().await.map_err(|error| lost(gone, error)),
            Err(error) => {
                self.connection.undo().await.map_err(|error| lost(gone, error))?;
                Err(error)
            }
        }
    }

    /// Every room of the transaction must rebuild, so nothing more of its present life is taken.
    fn lose(&mut self, answers: &mut [Answer]) {
        for answer in answers {
            answer.lose();
            if let Answer::Room { workspace, committed, .. } = answer
                && committed.outcome == CommitOutcome::Lost
            {
                self.failed.insert(*workspace, committed.incarnation);
            }
        }
    }

    /// Ends what may be open and commits a row of our own, on this connection or another, as often as it takes. Only a commit
    /// that writes settles what a failed commit left: reads may show it and a kill may undo it.
    async fn probe(&mut self) {
        let mut pause = self.settings.probe_pause;
        loop {
            self.probes += 1;
            self.connection.rollback().await;
            let Err(first) = ledger::probe(self.connection.as_mut()).await else { break };
            self.connection.rollback().await;
            let error = match self.connection.reopen().await {
                Ok(()) => match ledger::probe(self.connection.as_mut()).await {
                    Ok(()) => break,
                    Err(error) => error,
                },
                Err(error) => error,
            };
            tracing::warn!(%first, %error, probes = self.probes, ?pause, "the database cannot be written");
            tokio::time::sleep(pause).await;
            pause = pause.saturating_mul(2).min(self.settings.probe_pause_max);
        }
        tracing::info!(probes = self.probes, "the database can be written again");
        self.probes = 0;
    }
}

fn lost(gone: &mut Option<Gone>, error: StoreError) -> StoreError {
    *gone = Some(Gone(error));
    StoreError::Lost
}
