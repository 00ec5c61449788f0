//! What a seed means: its own small generator, the shape of the world, and what people do next.

use baton::domain::limits::Limits;
use baton::room::gate::GateLimits;

/// SplitMix64: small, fast, and the same everywhere for ever.
#[derive(Debug, Clone)]
pub struct Rng(u64);

impl Rng {
    pub fn new(seed: u64) -> Self {
        Rng(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `n`; 0 if `n` is 0.
    pub fn below(&mut self, n: u64) -> u64 {
        if n == 0 { 0 } else { self.next() % n }
    }

    pub fn between(&mut self, from: u64, to: u64) -> u64 {
        from + self.below(to.saturating_sub(from) + 1)
    }

    /// True once in `n` times.
    pub fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    pub fn index(&mut self, len: usize) -> usize {
        usize::try_from(self.below(len as u64)).unwrap_or(0)
    }

    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        list.get(self.index(list.len()))
    }
}

/// The shape of one run. Every seed has another: small limits bring out what large ones hide.
#[derive(Debug, Clone)]
pub struct Plan {
    pub steps: u64,
    pub rooms: usize,
    pub clients: usize,
    /// Programs without a socket.
    pub bots: usize,
    pub limits: Limits,
    pub gate: GateLimits,
    /// Once in so many commits something fails; 0 never.
    pub faults: u64,
    /// Once in so many commits the store is slow.
    pub slow: u64,
    /// Once in so many steps the process crashes; 0 never.
    pub crashes: u64,
    /// Once in so many actions a socket drops.
    pub drops: u64,
    /// Once in so many steps something happens to the clocks.
    pub clocks: u64,
    /// Once in so many steps somebody's role changes.
    pub roles: u64,
    /// Whether there are custom roles.
    pub custom_roles: bool,
    /// Once in so many steps the workspace is frozen, or gets other times; 0 never.
    pub govern: u64,
}

impl Plan {
    pub fn of(rng: &mut Rng) -> Self {
        let small = rng.one_in(2);
        let defaults = Limits::default();
        let limits = Limits {
            // The shell looks up ids such as the simulation's, which do not tell when they were made. Here the core remembers them.
            receipt_ms: 24 * 60 * 60 * 1_000,
            locks: if small { 2 } else { 6 },
            requests: if small { 2 } else { 5 },
            idle_ms: if rng.one_in(2) { 20_000 } else { defaults.idle_ms },
            idle_warning_ms: if rng.one_in(2) { 5_000 } else { defaults.idle_warning_ms },
            idle_asked_ms: if rng.one_in(2) { 8_000 } else { defaults.idle_asked_ms },
            request_ms: if rng.one_in(2) { 30_000 } else { defaults.request_ms },
            memory_ms: if rng.one_in(2) { 40_000 } else { defaults.memory_ms },
            ask_again_ms: 200,
            declined_ms: 2_000,
            bot_yields_ms: if rng.one_in(2) { 2_000 } else { defaults.bot_yields_ms },
            undo_ms: if rng.one_in(2) { 10_000 } else { defaults.undo_ms },
            flush_bytes: if rng.one_in(3) { 600 } else { defaults.flush_bytes },
            refresh_ms: if rng.one_in(2) { 3_000 } else { defaults.refresh_ms },
            past_fences: if small { 4 } else { defaults.past_fences },
            nudge_ms: if rng.one_in(2) { 3_000 } else { defaults.nudge_ms },
            take_over_ms: if rng.one_in(2) { 6_000 } else { defaults.take_over_ms },
            block_ms: if rng.one_in(2) { 10_000 } else { defaults.block_ms },
            deadlock_ms: if rng.one_in(2) { 8_000 } else { defaults.deadlock_ms },
            sessions_of_member: if small { 4 } else { 50 },
            sessions: if small { 12 } else { 1_000 },
            chat_ring: if small { 3 } else { 50 },
            replay_deltas: if small { 12 } else { 400 },
            parked_operations: if small { 3 } else { 200 },
            resting_stacks: if small { 0 } else { 4 },
            crowd: if small { 3 } else { defaults.crowd },
            activity_ms: 500,
            choices_burst: 1_000,
            checkpoint_operations: if small { 3 } else { 32 },
            objects: 40,
            resting_records: if small { 1 } else { 50 },
            uploads: if small { 1 } else { 4 },
            upload_ms: 5_000,
            channels: if small { 2 } else { 100 },
            channels_of_client: if small { 2 } else { 100 },
            channel_ring: if small { 2 } else { 100 },
            presences: if small { 3 } else { 1_000 },
            presence_ms: 8_000,
            presence_grace_ms: 2_000,
            subscriptions: if small { 2 } else { 100 },
            waiting: if small { 3 } else { 100 },
            plan_operations: if small { 3 } else { 20 },
            ..defaults
        };
        Plan {
            steps: 1_200,
            rooms: 1 + rng.index(2),
            clients: 3 + rng.index(8),
            bots: rng.index(3),
            limits,
            gate: GateLimits { in_flight: if small { 8 } else { 1_024 }, ..GateLimits::default() },
            faults: *rng.pick(&[0, 60, 25]).unwrap_or(&0),
            slow: *rng.pick(&[200, 40, 15]).unwrap_or(&200),
            crashes: *rng.pick(&[0, 700, 250]).unwrap_or(&0),
            drops: *rng.pick(&[400, 60, 20]).unwrap_or(&400),
            clocks: *rng.pick(&[400, 100]).unwrap_or(&400),
            roles: *rng.pick(&[300, 80, 30]).unwrap_or(&300),
            custom_roles: rng.one_in(2),
            govern: *rng.pick(&[0, 300, 80]).unwrap_or(&0),
        }
    }
}

/// What somebody does next, with how often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    Locate,
    Chat,
    Typing,
    Choose,
    Hide,
    Report,
    Dirty,
    Open,
    CloseObject,
    Acquire,
    AcquireObject,
    Ask,
    AskObject,
    Cancel,
    Answer,
    Flush,
    Release,
    EditHeld,
    EditOldFence,
    EditStolen,
    EditAtOnce,
    Insert,
    InsertConditional,
    Delete,
    Move,
    Duplicate,
    Rename,
    EditHere,
    Force,
    TakeOver,
    Undo,
    Swap,
    CloseEditing,
    Reopen,
    RevertSome,
    RevertAll,
    Step,
    Restore,
    Preview,
    Publish,
    Import,
    DeleteObject,
    RecordInsert,
    RecordSet,
    RecordDelete,
    RecordAcquire,
    FileStep,
    ChannelStep,
    PresenceStep,
    Discard,
    Look,
    SendAgain,
    OtherIntent,
    Leave,
    Drop,
    FallSilent,
    Reload,
    DuplicateTab,
}

/// How often each is done, out of their sum.
pub const DOINGS: &[(Doing, u64)] = &[
    (Doing::Locate, 20),
    (Doing::Chat, 20),
    (Doing::Typing, 5),
    (Doing::Choose, 8),
    (Doing::Hide, 14),
    (Doing::Report, 10),
    (Doing::Dirty, 12),
    (Doing::Open, 25),
    (Doing::CloseObject, 4),
    (Doing::Acquire, 60),
    (Doing::AcquireObject, 10),
    (Doing::Ask, 60),
    (Doing::AskObject, 12),
    (Doing::Cancel, 15),
    (Doing::Answer, 50),
    (Doing::Flush, 60),
    (Doing::Release, 30),
    (Doing::EditHeld, 150),
    (Doing::EditOldFence, 15),
    (Doing::EditStolen, 6),
    (Doing::EditAtOnce, 40),
    (Doing::Insert, 30),
    (Doing::InsertConditional, 12),
    (Doing::Delete, 18),
    (Doing::Move, 15),
    (Doing::Duplicate, 8),
    (Doing::Rename, 8),
    (Doing::EditHere, 12),
    (Doing::Force, 10),
    (Doing::TakeOver, 15),
    (Doing::Undo, 8),
    (Doing::Swap, 15),
    (Doing::CloseEditing, 3),
    (Doing::Reopen, 12),
    (Doing::RevertSome, 25),
    (Doing::RevertAll, 6),
    (Doing::Step, 25),
    (Doing::Restore, 4),
    (Doing::Preview, 6),
    (Doing::Publish, 15),
    (Doing::Import, 10),
    (Doing::DeleteObject, 3),
    (Doing::RecordInsert, 20),
    (Doing::RecordSet, 40),
    (Doing::RecordDelete, 10),
    (Doing::RecordAcquire, 15),
    (Doing::FileStep, 25),
    (Doing::ChannelStep, 60),
    (Doing::PresenceStep, 50),
    (Doing::Discard, 8),
    (Doing::Look, 10),
    (Doing::SendAgain, 20),
    (Doing::OtherIntent, 5),
    (Doing::Leave, 4),
    (Doing::Drop, 10),
    (Doing::FallSilent, 6),
    (Doing::Reload, 12),
    (Doing::DuplicateTab, 3),
];

pub fn doing(rng: &mut Rng) -> Doing {
    let sum = DOINGS.iter().map(|(_, weight)| weight).sum();
    let mut at = rng.below(sum);
    for (doing, weight) in DOINGS {
        if at < *weight {
            return *doing;
        }
        at -= weight;
    }
    Doing::Look
}
