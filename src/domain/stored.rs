//! What the store gives to (re)build a room.

use crate::domain::area::CustomRole;
use crate::domain::effect::{
    Closure, LockRow, LockSettings, ObjectHead, ParkedDraft, PastFence, PresenceRow, PresenceSettings,
    Receipt, RequestRow,
};
use crate::domain::id::{ItemId, ObjectId, OpId, UserId, WorkspaceId};
use crate::domain::path::Fence;
use crate::domain::realtime::{ApiKey, ChannelSettings, PresenceRecord};
use crate::domain::role::Member;
use crate::domain::stack::references::Reference;

/// Everything durable about a workspace but the content of its stacks, read at one moment.
#[derive(Debug, Clone)]
pub struct Stored {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// Its name.
    pub name: String,
    /// The highest fence ever written.
    pub fence: Fence,
    /// Its members.
    pub members: Vec<Member>,
    /// Its custom roles.
    pub roles: Vec<CustomRole>,
    /// Its objects that are not deleted.
    pub objects: Vec<ObjectHead>,
    /// What the items of all objects refer to.
    pub references: Vec<(ObjectId, ItemId, Reference)>,
    /// Held locks.
    pub locks: Vec<LockRow>,
    /// Waiting requests.
    pub requests: Vec<RequestRow>,
    /// The newest fences of locks that have ended, oldest first.
    pub fences: Vec<PastFence>,
    /// The times of locks, if the workspace has set them.
    pub lock_settings: Option<LockSettings>,
    /// What is closed for edits.
    pub closures: Vec<Closure>,
    /// Parked drafts of all members.
    pub parked: Vec<ParkedDraft>,
    /// What holds for channels.
    pub channels: Vec<ChannelSettings>,
    /// The highest number of what was ever said in a channel and stored.
    pub said: u64,
    /// Presence records, also those whose time is over.
    pub presences: Vec<PresenceRecord>,
    /// Keys with which servers call.
    pub keys: Vec<ApiKey>,
    /// What is kept of the members' presence.
    pub presence: Vec<PresenceRow>,
    /// The thresholds.
    pub presence_settings: PresenceSettings,
    /// Final answers to ids that were made in the last ten minutes, or ahead of our clock.
    pub receipts: Vec<StoredReceipt>,
}

/// A final answer that a retry must get again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredReceipt {
    /// Whose op_id.
    pub user: UserId,
    /// The op_id.
    pub op_id: OpId,
    /// Digest of what was intended.
    pub intent: [u8; 16],
    /// The answer.
    pub receipt: Receipt,
}
