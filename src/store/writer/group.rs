//! One transaction for all that waits, and what is told to whom afterwards.

use std::collections::BTreeMap;
use std::time::Instant;

use super::{Batch, CommitOutcome, Committed, Job, WriterSettings};
use crate::domain::effect::Write;
use crate::domain::id::WorkspaceId;
use crate::store::StoreError;
use crate::store::dialect::WriteConnection;
use crate::store::ledger::{self, Answers};

/// Where the steps of an edit are logged.
const JOURNEY: &str = "baton::journey";

/// The whole transaction is gone, or may be.
struct Gone(StoreError);

/// What became of a job inside the transaction; it holds if the transaction commits.
enum Done {
    Room(CommitOutcome),
    Account(Result<(), StoreError>),
    Epoch(Result<u64, StoreError>),
    Nothing,
}

impl Done {
    /// The COMMIT failed: what was written may be there or not.
    fn lose(&mut self) {
        match self {
            Done::Room(outcome) if *outcome == CommitOutcome::Ok => *outcome = CommitOutcome::Lost,
            Done::Account(result) if result.is_ok() => *result = Err(StoreError::Lost),
            Done::Epoch(result) if result.is_ok() => *result = Err(StoreError::Lost),
            Done::Room(_) | Done::Account(_) | Done::Epoch(_) | Done::Nothing => {}
        }
    }
}

/// Tells whoever waits. Whoever no longer listens does not want to know.
fn answer(job: Job, done: Done) {
    match (job, done) {
        (Job::Room { batch, since, done }, Done::Room(outcome)) => {
            let Batch { incarnation, n, writes, .. } = batch;
            // Before anybody is told, so that the log has the steps in their order.
            for write in writes {
                if let Write::Receipt { op_id, .. } = write {
                    tracing::trace!(target: JOURNEY, op = %op_id.0, ?outcome, "committed");
                }
            }
            done.send(Committed { incarnation, n, outcome });
            metrics::histogram!("baton_persist_seconds").record(since.elapsed().as_secs_f64());
        }
        (Job::Account { done, .. }, Done::Account(result)) => drop(done.send(result)),
        (Job::Epoch { done, .. }, Done::Epoch(result)) => drop(done.send(result)),
        (Job::Barrier { done }, _) => drop(done.send(())),
        // `job` gives each kind of job its kind of outcome.
        _ => {}
    }
}

/// The writer's side of the connection.
pub(super) struct Group {
    connection: Box<dyn WriteConnection>,
    settings: WriterSettings,
    /// The incarnation of a workspace that failed last; nothing of it is taken any more. At most one entry a workspace, and
    /// only for workspaces that failed.
    failed: BTreeMap<WorkspaceId, u64>,
    answers: Answers,
    probes: u64,
}

impl Group {
    pub(super) fn new(connection: Box<dyn WriteConnection>, settings: WriterSettings) -> Self {
        Group { connection, settings, failed: BTreeMap::new(), answers: Answers::default(), probes: 0 }
    }

    pub(super) async fn close(self) {
        self.connection.close().await;
    }

    /// Writes all jobs in one transaction and answers them. Returns only when the outcome is known.
    ///
    /// Nearly always every statement works, so the first try has no savepoints. If one fails, the try is taken back whole
    /// and played again with a savepoint for each batch, which tells whose batch it was and hurts no other.
    pub(super) async fn settle(&mut self, jobs: &mut Vec<Job>) {
        let mut gone = None;
        let mut dones = Vec::with_capacity(jobs.len());
        if jobs.iter().any(Job::writes) {
            metrics::histogram!("baton_commit_count_of").record(jobs.len() as f64);
            self.begin().await;
            if !self.boldly(jobs, &mut dones).await {
                self.connection.rollback().await;
                self.begin().await;
                dones.clear();
                for job in &*jobs {
                    dones.push(self.carefully(job, &mut gone).await);
                }
            }
            if gone.is_none() {
                let began = Instant::now();
                gone = self.connection.commit().await.err().map(Gone);
                metrics::histogram!("baton_commit_seconds").record(began.elapsed().as_secs_f64());
            }
        } else {
            dones.extend(jobs.iter().map(|_| Done::Nothing));
        }
        if let Some(Gone(error)) = gone {
            tracing::error!(%error, "a commit failed; probing until the database can be written");
            self.probe().await;
            self.lose(jobs, &mut dones);
        }
        for (job, done) in jobs.drain(..).zip(dones) {
            answer(job, done);
        }
    }

    /// Until a transaction is begun nothing is unknown, so a failure here costs time and nothing else.
    async fn begin(&mut self) {
        while let Err(error) = self.connection.begin().await {
            tracing::error!(%error, "no transaction could be begun; probing until the database can be written");
            self.probe().await;
        }
    }

    /// All jobs without a savepoint. False: a statement failed, and nothing of this may stay.
    async fn boldly(&mut self, jobs: &[Job], dones: &mut Vec<Done>) -> bool {
        for job in jobs {
            if self.refused(job) {
                dones.push(Done::Room(CommitOutcome::RoomFailed));
                continue;
            }
            let Ok(done) = self.run(job).await else { return false };
            dones.push(done);
            if let Job::Room { batch, .. } = job {
                self.answers.count(batch.workspace, &batch.writes);
            }
        }
        self.answers.make_room(self.connection.as_mut()).await.is_ok()
    }

    /// One job under a savepoint of its own.
    async fn carefully(&mut self, job: &Job, gone: &mut Option<Gone>) -> Done {
        if !job.writes() {
            return Done::Nothing;
        }
        if self.refused(job) {
            return Done::Room(CommitOutcome::RoomFailed);
        }
        let mut result = self.savepoint(gone).await.map(|()| Done::Nothing);
        if result.is_ok() {
            result = self.run(job).await;
        }
        match (self.end(result, gone).await, job) {
            (Ok(done), _) => done,
            (Err(StoreError::Lost), Job::Room { .. }) => Done::Room(CommitOutcome::Lost),
            (Err(error), Job::Room { batch, .. }) => {
                let Batch { workspace, incarnation, n, .. } = *batch;
                tracing::error!(%workspace, incarnation, n, %error, "a room's batch failed and was taken back");
                self.failed.insert(workspace, incarnation);
                Done::Room(CommitOutcome::RoomFailed)
            }
            (Err(error), Job::Account { .. }) => Done::Account(Err(error)),
            (Err(error), Job::Epoch { .. }) => Done::Epoch(Err(error)),
            (Err(_), Job::Barrier { .. } | Job::Close) => Done::Nothing,
        }
    }

    /// Whether the job is of a life of a room that has failed.
    fn refused(&self, job: &Job) -> bool {
        matches!(job, Job::Room { batch, .. } if self.failed.get(&batch.workspace) == Some(&batch.incarnation))
    }

    /// The statements of a job.
    async fn run(&mut self, job: &Job) -> Result<Done, StoreError> {
        let connection = self.connection.as_mut();
        Ok(match job {
            Job::Room { batch, .. } => {
                for write in &batch.writes {
                    ledger::write(connection, batch.workspace, write).await?;
                }
                Done::Room(CommitOutcome::Ok)
            }
            Job::Account { facts, .. } => {
                for fact in facts {
                    ledger::account(connection, fact).await?;
                }
                Done::Account(Ok(()))
            }
            Job::Epoch { now_ms, .. } => Done::Epoch(Ok(ledger::begin_epoch(connection, *now_ms).await?)),
            Job::Barrier { .. } | Job::Close => Done::Nothing,
        })
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
        result: Result<Done, StoreError>,
        gone: &mut Option<Gone>,
    ) -> Result<Done, StoreError> {
        if gone.is_some() {
            return Err(StoreError::Lost);
        }
        match result {
            Ok(done) => self.connection.keep().await.map(|()| done).map_err(|error| lost(gone, error)),
            Err(error) => {
                self.connection.undo().await.map_err(|error| lost(gone, error))?;
                Err(error)
            }
        }
    }

    /// Every room of the transaction must rebuild, so nothing more of its present life is taken.
    fn lose(&mut self, jobs: &[Job], dones: &mut [Done]) {
        for (job, done) in jobs.iter().zip(dones) {
            done.lose();
            if let (Job::Room { batch, .. }, Done::Room(CommitOutcome::Lost)) = (job, done) {
                self.failed.insert(batch.workspace, batch.incarnation);
            }
        }
    }

    /// Ends what may be open and commits a row of our own, on this connection or another, as often as it takes. Only a commit
    /// that writes settles what a failed commit left: reads may show it and a kill may undo it.
    async fn probe(&mut self) {
        let mut pause = self.settings.probe_pause;
        loop {
            self.probes += 1;
            metrics::counter!("baton_store_probes_total").increment(1);
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
