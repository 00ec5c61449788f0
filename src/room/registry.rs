//! Which rooms live here: start, look-up, unload, drain.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::time::timeout;
use uuid::Uuid;

use super::actor::{self, Inbox, Reads};
use super::calls::{Calls, Carried};
use super::clients::Clients;
use super::clock::{BEAT, Clock};
use super::fanout::Fanout;
use super::gate::Gate;
use super::turn::{Phase, Room};
use super::{Ports, RoomHandle, RoomSettings, Task};
use crate::domain::id::{StreamId, WorkspaceId};

/// How far a room has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Starting,
    Ready,
    NotFound,
    Failed,
}

/// Why a room cannot be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StartError {
    /// There is no such workspace.
    #[error("there is no such workspace")]
    NotFound,
    /// The store does not answer, or the server stops.
    #[error("the room cannot be started now")]
    Unavailable,
}

struct Entry {
    handle: RoomHandle,
    state: watch::Receiver<State>,
    life: u64,
}

struct Shared {
    ports: Ports,
    settings: Arc<RoomSettings>,
    clock: Arc<Clock>,
    incarnations: Arc<AtomicU64>,
    rooms: Mutex<BTreeMap<WorkspaceId, Entry>>,
    lives: AtomicU64,
    alive: watch::Sender<usize>,
    drain: watch::Sender<bool>,
}

/// See the module. Clones are the same registry.
#[derive(Clone)]
pub struct Registry(Arc<Shared>);

impl Registry {
    /// No room lives yet. Starts the beat by which a suspended process is noticed.
    pub fn new(ports: Ports, settings: RoomSettings) -> Self {
        let clock = Arc::new(Clock::default());
        let registry = Registry(Arc::new(Shared {
            ports,
            settings: Arc::new(settings),
            clock: Arc::clone(&clock),
            incarnations: Arc::default(),
            rooms: Mutex::default(),
            lives: AtomicU64::new(0),
            alive: watch::channel(0).0,
            drain: watch::channel(false).0,
        }));
        let ends = registry.0.drain.subscribe();
        (registry.0.ports.spawn)(WorkspaceId(Uuid::nil()), Box::pin(beat(clock, ends)));
        registry
    }

    /// The room, started if it is not running.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn room(&self, workspace: WorkspaceId) -> Result<RoomHandle, StartError> {
        let (handle, mut state) = self.find_or_start(workspace)?;
        let reached = timeout(self.0.settings.start, state.wait_for(|state| *state != State::Starting)).await;
        match reached {
            Ok(Ok(state)) => match *state {
                State::NotFound => Err(StartError::NotFound),
                State::Failed => Err(StartError::Unavailable),
                State::Starting | State::Ready => Ok(handle),
            },
            Ok(Err(_)) | Err(_) => Err(StartError::Unavailable),
        }
    }

    /// Starts a task on the thread on which the workspace's room lives.
    pub fn beside(&self, workspace: WorkspaceId, task: Task) {
        (self.0.ports.spawn)(workspace, task);
    }

    /// The rooms that live now.
    pub fn living(&self) -> Vec<RoomHandle> {
        self.rooms().values().map(|entry| entry.handle.clone()).filter(|handle| !handle.is_gone()).collect()
    }

    /// Closes all sockets with "restart", lets every room finish what it has at the writer, and waits for that.
    pub async fn drain(&self, deadline: Duration) -> bool {
        let _ = self.0.drain.send_replace(true);
        let mut alive = self.0.alive.subscribe();
        timeout(deadline, alive.wait_for(|alive| *alive == 0)).await.is_ok()
    }

    fn find_or_start(
        &self,
        workspace: WorkspaceId,
    ) -> Result<(RoomHandle, watch::Receiver<State>), StartError> {
        let mut rooms = self.rooms();
        if let Some(entry) = rooms.get(&workspace).filter(|entry| !entry.handle.is_gone()) {
            return Ok((entry.handle.clone(), entry.state.clone()));
        }
        if *self.0.drain.borrow() {
            return Err(StartError::Unavailable);
        }
        let entry = self.start(workspace);
        let found = (entry.handle.clone(), entry.state.clone());
        rooms.insert(workspace, entry);
        Ok(found)
    }

    fn start(&self, workspace: WorkspaceId) -> Entry {
        let shared = &self.0;
        let (mail, mailbox) = mpsc::channel(shared.settings.mailbox);
        let (lost, losses) = mpsc::channel(shared.settings.sockets);
        let (commits, answers) = mpsc::channel(shared.settings.gate.in_flight + 1);
        let (state, states) = watch::channel(State::Starting);
        let life = shared.lives.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let handle =
            RoomHandle::new(workspace, mail, lost, shared.settings.patience, Arc::clone(&shared.ports.store));
        let inbox = Inbox {
            mail: mailbox,
            lost: losses,
            commits: answers,
            drain: shared.drain.subscribe(),
            clock: Arc::clone(&shared.clock),
        };
        // On the heap, because the task would hold its place several times over.
        let mut room = Box::new(self.room_of(workspace, commits, state));
        let guard = Living::new(shared, workspace, life);
        let task = async move {
            room.load();
            actor::run(room, inbox).await;
            drop(guard);
        };
        (shared.ports.spawn)(workspace, Box::pin(task));
        Entry { handle, state: states, life }
    }

    fn room_of(
        &self,
        workspace: WorkspaceId,
        commits: mpsc::Sender<crate::store::Committed>,
        state: watch::Sender<State>,
    ) -> Room {
        let shared = &self.0;
        let look = shared.clock.look();
        Room {
            workspace,
            settings: Arc::clone(&shared.settings),
            ports: shared.ports.clone(),
            phase: Phase::Loading,
            core: None,
            gate: Gate::new(shared.settings.gate, []),
            fanout: Fanout::new(StreamId(Uuid::nil())),
            calls: Calls::default(),
            clients: Clients::default(),
            carried: Carried::default(),
            effects: Vec::new(),
            free: Vec::new(),
            unsent: VecDeque::new(),
            outstanding: 0,
            incarnation: 0,
            incarnations: Arc::clone(&shared.incarnations),
            commits,
            reads: Reads::new(),
            state,
            clock: Arc::clone(&shared.clock),
            now: look.now,
            instant: std::time::Instant::now(),
            stood_still: look.stood_still,
            lost_later: Vec::new(),
            ephemeral: None,
            stalled: None,
            panics: VecDeque::new(),
            park: Vec::new(),
            idle_since: None,
            touched: std::collections::BTreeSet::new(),
            sign_ins: BTreeMap::new(),
            unanswered: Vec::new(),
        }
    }

    fn rooms(&self) -> MutexGuard<'_, BTreeMap<WorkspaceId, Entry>> {
        self.0.rooms()
    }
}

impl Shared {
    fn rooms(&self) -> MutexGuard<'_, BTreeMap<WorkspaceId, Entry>> {
        // Nothing panics while the map is locked and half-changed, so a poisoned map is a whole map.
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Counts a room as living, and forgets it when it ends in whatever way.
struct Living {
    shared: Weak<Shared>,
    workspace: WorkspaceId,
    life: u64,
}

impl Living {
    fn new(shared: &Arc<Shared>, workspace: WorkspaceId, life: u64) -> Self {
        shared.alive.send_modify(|alive| *alive += 1);
        Living { shared: Arc::downgrade(shared), workspace, life }
    }
}

impl Drop for Living {
    fn drop(&mut self) {
        let Some(shared) = self.shared.upgrade() else { return };
        shared.alive.send_modify(|alive| *alive -= 1);
        let mut rooms = shared.rooms();
        if rooms.get(&self.workspace).is_some_and(|entry| entry.life == self.life) {
            rooms.remove(&self.workspace);
        }
    }
}

async fn beat(clock: Arc<Clock>, mut ends: watch::Receiver<bool>) {
    let mut ticks = tokio::time::interval(BEAT);
    loop {
        tokio::select! {
            _ = ticks.tick() => { clock.look(); }
            _ = ends.changed() => return,
        }
    }
}
