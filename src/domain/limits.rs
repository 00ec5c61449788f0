//! Every bound and every time of a workspace, in one place.

/// How long a room remembers a final answer, and how old an id may be whose answer it reads when it starts, in milliseconds.
pub const RECEIPT_MS: u64 = 10 * 60 * 1_000;
/// How far ahead of ours a client's clock may be, in milliseconds: the answer to an id from there is remembered as if it had been
/// given when the id says.
pub const AHEAD_MS: u64 = 24 * 60 * 60 * 1_000;

/// Times are in milliseconds. The defaults are the product's; tests and workspace settings may give others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// A session whose socket was closed keeps everything this long.
    pub grace_ms: u64,
    /// A session that says nothing is over this long after its last frame.
    pub silence_ms: u64,
    /// A session that says nothing is shown as reconnecting this long after its last frame: a ping's interval and 5 s.
    pub overdue_ms: u64,
    /// A session that is over can come back under its id, without locks, this long.
    pub memory_ms: u64,
    /// Another page that claims a connected session waits this long for the old socket's sign of life.
    pub contest_ms: u64,
    /// Sessions that hold or wait for a lock are pinged this often.
    pub ping_busy_ms: u64,
    /// The others are pinged this often.
    pub ping_idle_ms: u64,
    /// A lock without an edit is released after this.
    pub idle_ms: u64,
    /// Its holder is warned this long before.
    pub idle_warning_ms: u64,
    /// With a request waiting, a lock is idle after this at the earliest.
    pub idle_asked_ms: u64,
    /// With a request waiting, the holder has at least this much more than they had been idle when asked.
    pub idle_asked_more_ms: u64,
    /// The holder's last operations must come within this when the pen is handed over …
    pub flush_ms: u64,
    /// … and weigh so many bytes at most.
    pub flush_bytes: usize,
    /// A lock is kept free this long for an asker who is reconnecting.
    pub reserve_ms: u64,
    /// A lock request expires after this.
    pub request_ms: u64,
    /// The holder is reminded of a request after this.
    pub nudge_ms: u64,
    /// The first in the order may take over after this.
    pub take_over_ms: u64,
    /// A take-over or force can be undone this long.
    pub undo_ms: u64,
    /// A promise is for this at most.
    pub promise_ms: u64,
    /// A request goes on this long after a promise's end.
    pub promise_more_ms: u64,
    /// A declined asker waits this long before asking again.
    pub declined_ms: u64,
    /// A request for a whole object keeps others from new locks in it this long.
    pub block_ms: u64,
    /// The youngest request of a deadlock yields after this.
    pub deadlock_ms: u64,
    /// A bot gives way to a person after this at the latest.
    pub bot_yields_ms: u64,
    /// What remains of a request's or a word's time is written this often: after a restart it is longer by that at most.
    pub refresh_ms: u64,
    /// What a viewer was refused is counted and goes into the audit log this often.
    pub refusals_ms: u64,
    /// Fences of locks that ended within this are in memory; the store has all of the last 30 days, and is asked when an older
    /// one is named.
    pub past_fence_ms: u64,
    /// So many of those at most.
    pub past_fences: usize,
    /// Items that the holder of an object keeps when one of them is asked for and granted.
    pub narrowed_items: usize,
    /// A session that asked for a path and took it back waits this long before it asks again.
    pub ask_again_ms: u64,
    /// A member whose rights ended may still have operations parked this long.
    pub park_only_ms: u64,
    /// Typing in the chat is over this long after it was last said.
    pub typing_ms: u64,
    /// Consecutive operations of one author on one field are one change if no gap is longer.
    pub change_gap_ms: u64,
    /// Those with unsaved work are asked to save it within this before a publish.
    pub save_ms: u64,
    /// Changes of an object that a view carries; older ones are read from the log.
    pub view_changes: usize,
    /// A revert of more operations than this is written as one that replaces the content.
    pub revert_operations: usize,
    /// A plan over a log with more operations than this is made aside of the room's turn.
    pub plan_operations: usize,
    /// Locks that a session keeps.
    pub locks: usize,
    /// Requests of a session that wait.
    pub requests: usize,
    /// Sessions of one member.
    pub sessions_of_member: usize,
    /// Sessions of a workspace.
    pub sessions: usize,
    /// Objects of a workspace.
    pub objects: usize,
    /// Objects of one import.
    pub import_objects: usize,
    /// Members of a workspace.
    pub members: usize,
    /// Custom roles of a workspace.
    pub custom_roles: usize,
    /// Characters of a request's note, and of a reason.
    pub note: usize,
    /// Characters of a chat line.
    pub chat_text: usize,
    /// Lines kept for sessions that come back.
    pub chat_ring: usize,
    /// Chat lines that a session may send at once …
    pub chat_burst: u64,
    /// … and how long it takes to earn one more.
    pub chat_refill_ms: u64,
    /// Characters of a status message.
    pub status_message: usize,
    /// Status, privacy and sign may be chosen so often at once …
    pub choices_burst: u64,
    /// … and how long it takes to earn one more.
    pub choices_refill_ms: u64,
    /// Input may be reported so often by a session.
    pub activity_ms: u64,
    /// Interactions of one report.
    pub interactions: u32,
    /// With so many sessions a room is crowded: who comes, goes and changes is told once a tick.
    pub crowd: usize,
    /// The tick of a crowded room.
    pub crowd_tick_ms: u64,
    /// Members of a page of the list of who is where.
    pub presence_page: usize,
    /// The longest that a program is shown after its last call.
    pub keep_ms: u64,
    /// Mentions of a chat line.
    pub mentions: usize,
    /// Characters of a publish's description.
    pub description: usize,
    /// Deltas kept for sessions that come back.
    pub replay_deltas: usize,
    /// How long they are kept.
    pub replay_ms: u64,
    /// Parked operations of one member.
    pub parked_operations: usize,
    /// Bytes of parked operations of one member.
    pub parked_bytes: usize,
    /// Final answers are remembered this long, usually [`RECEIPT_MS`]; older ones are looked up in the store.
    pub receipt_ms: u64,
    /// Commands that wait for stacks to be loaded.
    pub waiting: usize,
    /// Stacks that stay in memory though nobody looks at them.
    pub resting_stacks: usize,
    /// Operations between two checkpoints of a stack.
    pub checkpoint_operations: u64,
    /// Settings of channels in a workspace.
    pub channel_settings: usize,
    /// Channels of a workspace that live at once.
    pub channels: usize,
    /// Channels that a client is in.
    pub channels_of_client: usize,
    /// Characters of a channel's name or pattern.
    pub channel_name: usize,
    /// Bytes of what channels keep in memory, each of them.
    pub channel_bytes: usize,
    /// Bytes of what channels keep in memory, all together.
    pub channels_bytes: usize,
    /// What a channel keeps at least for sessions that come back.
    pub channel_ring: usize,
    /// Clients of other systems in a workspace.
    pub clients: usize,
    /// Presence records of a workspace.
    pub presences: usize,
    /// A presence record lives this long if nothing else is said.
    pub presence_ms: u64,
    /// One that ends with its socket, and any at most.
    pub presence_bound_ms: u64,
    /// One whose socket was lost without a goodbye waits this long for another.
    pub presence_grace_ms: u64,
    /// Subscriptions to presence records of a client.
    pub subscriptions: usize,
    /// Keys of a workspace.
    pub keys: usize,
    /// The use of a key is noted so often, in milliseconds.
    pub key_used_ms: u64,
    /// Records of a table.
    pub records: u64,
    /// Records that stay in memory though nobody waits for them, and the bytes that they may have.
    pub resting_records: usize,
    /// Bytes of those.
    pub resting_record_bytes: usize,
    /// Changes of records that one revert takes back.
    pub reverted_record_changes: usize,
    /// Files on their way in, of a workspace.
    pub uploads: usize,
    /// A file whose rows stop coming is given up after this.
    pub upload_ms: u64,
    /// Rows of a file.
    pub upload_rows: u64,
    /// Rows that come in with one call.
    pub upload_chunk: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            grace_ms: 15_000,
            silence_ms: 25_000,
            overdue_ms: 13_000,
            memory_ms: 120_000,
            contest_ms: 2_000,
            ping_busy_ms: 5_000,
            ping_idle_ms: 8_000,
            idle_ms: 300_000,
            idle_warning_ms: 60_000,
            idle_asked_ms: 60_000,
            idle_asked_more_ms: 15_000,
            flush_ms: 3_000,
            flush_bytes: 1024 * 1024,
            reserve_ms: 15_000,
            request_ms: 600_000,
            nudge_ms: 60_000,
            take_over_ms: 180_000,
            undo_ms: 300_000,
            promise_ms: 600_000,
            promise_more_ms: 60_000,
            declined_ms: 30_000,
            block_ms: 60_000,
            deadlock_ms: 30_000,
            bot_yields_ms: 10_000,
            refresh_ms: 60_000,
            refusals_ms: 60_000,
            past_fence_ms: 60_000,
            past_fences: 10_000,
            narrowed_items: 20,
            ask_again_ms: 1_000,
            park_only_ms: 3_000,
            typing_ms: 3_000,
            change_gap_ms: 5_000,
            save_ms: 10_000,
            view_changes: 500,
            revert_operations: 64,
            plan_operations: 200,
            locks: 20,
            requests: 5,
            sessions_of_member: 50,
            sessions: 10_000,
            objects: 20_000,
            import_objects: 1_000,
            members: 5_000,
            custom_roles: 100,
            note: 280,
            chat_text: 2_000,
            chat_ring: 200,
            chat_burst: 10,
            chat_refill_ms: 1_000,
            status_message: 140,
            choices_burst: 10,
            choices_refill_ms: 1_000,
            activity_ms: 5_000,
            interactions: 10_000,
            crowd: 100,
            crowd_tick_ms: 250,
            presence_page: 100,
            keep_ms: 3_600_000,
            mentions: 50,
            description: 2_000,
            replay_deltas: 1_000,
            replay_ms: 120_000,
            parked_operations: 1_000,
            parked_bytes: 4 * 1024 * 1024,
            receipt_ms: RECEIPT_MS,
            waiting: 1_000,
            resting_stacks: 16,
            checkpoint_operations: 256,
            channel_settings: 500,
            channels: 10_000,
            channels_of_client: 100,
            channel_name: 200,
            channel_bytes: 4 * 1024 * 1024,
            channels_bytes: 64 * 1024 * 1024,
            channel_ring: 100,
            clients: 16_384,
            presences: 200_000,
            presence_ms: 15 * 60 * 1_000,
            presence_bound_ms: 30 * 24 * 60 * 60 * 1_000,
            presence_grace_ms: 5_000,
            subscriptions: 200,
            keys: 100,
            key_used_ms: 60_000,
            records: 500_000,
            resting_records: 2_000,
            resting_record_bytes: 8 * 1024 * 1024,
            reverted_record_changes: 2_000,
            uploads: 4,
            upload_ms: 60_000,
            upload_rows: 200_000,
            upload_chunk: 1_000,
        }
    }
}
