//! Durable state: what is read, and the one writer through which everything is written.
//!
//! * [`Store`] reads; [`Writer`] writes, in order, many rooms per commit. Nothing else changes the database.
//! * What is written is a [`Write`](crate::domain::effect::Write) of a room or an [`AccountWrite`] of an account; both become
//!   [`dialect::Statement`]s that every dialect understands, so a dialect only runs statements and knows its transactions.
//! * Whatever the database answers that is not what it must be is [`StoreError::Corrupt`], never a panic.

mod account;
mod account_rows;
mod account_sql;
mod account_statements;
mod audit_walk;
pub mod dialect;
mod draft;
mod error;
mod faulty;
mod fetch;
mod find_audit;
mod ledger;
mod lock_statements;
mod log;
mod presence;
mod read;
mod realtime;
mod realtime_sql;
mod recent;
mod record_sql;
mod record_statements;
mod records;
mod room;
mod rows;
mod sql;
mod sqlite;
mod statements;
mod storage;
#[cfg(test)]
mod tests;
mod writer;

pub use account::{AccountWrite, Invitation, Previous, Reset, SetupLink, SignIn, Standing, User};
pub use error::StoreError;
pub use faulty::{Faults, HeldCommits, When};
pub use find_audit::AuditQuery;
pub use presence::{ObjectSpan, RoomSpan};
pub use read::SqlStore;
pub use records::{RawRecord, RecordsSince};
pub use sqlite::{SqliteSettings, check_sqlite, copy_sqlite, open_sqlite, read_sqlite};
pub use storage::Storage;
pub use writer::{Batch, CommitOutcome, Committed, SubmitError, Writer, WriterSettings};

use std::collections::BTreeMap;

use async_trait::async_trait;
use uuid::Uuid;

use crate::audit::{Chain, Record};
use crate::domain::command::{Change, ChangeKind, LoadedStack, Operation};
use crate::domain::effect::{PastFence, StatusChange, VersionHead};
use crate::domain::id::{ItemId, KeyId, ObjectId, OpId, UserId, WorkspaceId};
use crate::domain::path::Fence;
use crate::domain::realtime::{ApiKey, Said};
use crate::domain::record::{Record as RecordRow, RecordChange, RecordWork};
use crate::domain::role::{Member, Role};
use crate::domain::stack::{Revision, Stack};
use crate::domain::stored::{Stored, StoredReceipt};
use crate::domain::time::Timestamp;

/// The most rows that one page may hold.
pub const MAX_PAGE: u32 = 1_000;

/// A piece of a list, newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Only what is older than this number; from the newest on if `None`.
    pub before: Option<u64>,
    /// At most so many; [`MAX_PAGE`] at most.
    pub limit: u32,
}

/// Which changes of an object are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChangeFilter {
    /// Only of this author.
    pub user: Option<UserId>,
    /// Only about this item.
    pub item: Option<ItemId>,
    /// Only of this kind.
    pub kind: Option<ChangeKind>,
    /// Only those that began from then on.
    pub since: Option<Timestamp>,
    /// Only those that began by then.
    pub until: Option<Timestamp>,
}

/// A stretch of time, cut into spans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// From here on.
    pub from: Timestamp,
    /// Before here.
    pub to: Timestamp,
    /// Length of a span, in milliseconds; whole minutes.
    pub span_ms: u64,
}

/// Everything that can be read.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Everything durable about a workspace but the content of its stacks, read at one moment.
    async fn load_room(&self, workspace: WorkspaceId) -> Result<Stored, StoreError>;

    /// A draft at exactly that revision: its checkpoint and the log since. [`StoreError::NotFound`] if the object is not
    /// there or deleted, [`StoreError::Conflict`] if the log does not reach exactly that revision.
    async fn load_stack(
        &self,
        workspace: WorkspaceId,
        object: ObjectId,
        revision: Revision,
    ) -> Result<LoadedStack, StoreError>;

    /// A published version with its content.
    async fn version(
        &self,
        workspace: WorkspaceId,
        object: ObjectId,
        number: u64,
    ) -> Result<(VersionHead, Stack), StoreError>;

    /// The published versions of an object, newest first.
    async fn versions(
        &self,
        workspace: WorkspaceId,
        object: ObjectId,
        page: Page,
    ) -> Result<Vec<VersionHead>, StoreError>;

    /// The changes of an object that the filter lets through, newest first.
    async fn changes(
        &self,
        workspace: WorkspaceId,
        object: ObjectId,
        filter: &ChangeFilter,
        page: Page,
    ) -> Result<Vec<Change>, StoreError>;

    /// One change.
    async fn change(
        &self,
        workspace: WorkspaceId,
        object: ObjectId,
        number: u64,
    ) -> Result<Change, StoreError>;

    /// The content of an object's draft as it was at a revision.
    async fn content_at(
        &self,
        workspace: WorkspaceId,
        object: ObjectId,
        revision: Revision,
    ) -> Result<Stack, StoreError>;

    /// A record of a table, deleted ones among them. Rows of a file that did not come in, or was taken back, are not there.
    async fn record(
        &self,
        workspace: WorkspaceId,
        object: ObjectId,
        record: Uuid,
    ) -> Result<Option<RecordRow>, StoreError>;

    /// A change of records with its operations; none if there is no such change, or it is not of records.
    async fn record_change(
        &self,
        workspace: WorkspaceId,
        object: ObjectId,
        number: u64,
    ) -> Result<Option<RecordChange>, StoreError>;

    /// The changes of records that stand and began after a revision, with the records that they are about; only a member's if
    /// one is named. If they are more than `max`, only numbers, and one too many. Read at one moment.
    async fn record_work(
        &self,
        workspace: WorkspaceId,
        object: ObjectId,
        since: Revision,
        author: Option<UserId>,
        max: usize,
    ) -> Result<RecordWork, StoreError>;

    /// What became of a table's records after a revision, or all of them if none is known. Read at one moment. None if all
    /// of them weigh more than `max_bytes`.
    async fn records_since(
        &self,
        workspace: WorkspaceId,
        object: ObjectId,
        known: Option<Revision>,
        max_bytes: usize,
    ) -> Result<Option<RecordsSince>, StoreError>;

    /// Objects in whose content a text may stand, `limit` at most: it does stand in all others' not. By id.
    async fn objects_mentioning(
        &self,
        workspace: WorkspaceId,
        text: &str,
        limit: u32,
    ) -> Result<Vec<ObjectId>, StoreError>;

    /// The operations of a change, in order of revision.
    async fn operations(
        &self,
        workspace: WorkspaceId,
        object: ObjectId,
        change: u64,
    ) -> Result<Vec<Operation>, StoreError>;

    /// The final answer to an op_id, also when its id is too old to be in [`Stored::receipts`].
    async fn receipt(
        &self,
        workspace: WorkspaceId,
        user: UserId,
        op_id: OpId,
    ) -> Result<Option<StoredReceipt>, StoreError>;

    /// What was said in a channel and not before a moment, newest first.
    async fn said(
        &self,
        workspace: WorkspaceId,
        channel: &str,
        since: Timestamp,
        page: Page,
    ) -> Result<Vec<Said>, StoreError>;

    /// The workspaces with presence records, which end by themselves: their rooms must run.
    async fn workspaces_with_presences(&self) -> Result<Vec<WorkspaceId>, StoreError>;

    /// A key of a workspace.
    async fn api_key(&self, key: KeyId) -> Result<Option<(WorkspaceId, ApiKey)>, StoreError>;

    /// Whose a fence was whose lock has ended, for 30 days; also when it is too old to be in [`Stored::fences`].
    async fn past_fence(&self, workspace: WorkspaceId, fence: Fence)
    -> Result<Option<PastFence>, StoreError>;

    /// A membership. Costs nothing if it was asked for lately: every call asks.
    async fn member(&self, workspace: WorkspaceId, user: UserId) -> Result<Option<Member>, StoreError>;

    /// The workspaces of an account with their names and its role there, by name. Suspended memberships are among them.
    async fn workspaces_of(&self, user: UserId) -> Result<Vec<(WorkspaceId, String, Role)>, StoreError>;

    /// All workspaces.
    async fn workspace_ids(&self) -> Result<Vec<WorkspaceId>, StoreError>;

    /// Workspaces in which something is held or waited for.
    async fn workspaces_with_locks(&self) -> Result<Vec<WorkspaceId>, StoreError>;

    /// An account.
    async fn user(&self, user: UserId) -> Result<Option<User>, StoreError>;

    /// An account by its address, whatever its case.
    async fn user_by_email(&self, email: &str) -> Result<Option<User>, StoreError>;

    /// An account by what an issuer calls it.
    async fn user_by_identity(&self, issuer: &str, subject: &str) -> Result<Option<User>, StoreError>;

    /// How many accounts there are; none means that the instance is not set up.
    async fn user_count(&self) -> Result<u64, StoreError>;

    /// How a sign-in of an account stands; none if it is not the account's. Costs nothing if it was asked for lately.
    async fn standing(&self, sign_in: Uuid, user: UserId) -> Result<Option<Standing>, StoreError>;

    /// A sign-in, revoked or not.
    async fn sign_in(&self, sign_in: Uuid) -> Result<Option<SignIn>, StoreError>;

    /// The sign-in whose current or previous refresh token has this SHA-256.
    async fn sign_in_by_token(&self, token: [u8; 32]) -> Result<Option<SignIn>, StoreError>;

    /// The sign-ins of an account that are not revoked, last used first.
    async fn sign_ins_of(&self, user: UserId) -> Result<Vec<SignIn>, StoreError>;

    /// The one-time set-up link, used or not.
    async fn setup_link(&self) -> Result<Option<SetupLink>, StoreError>;

    /// An invitation by the SHA-256 of its token.
    async fn invitation_by_token(&self, token: [u8; 32]) -> Result<Option<Invitation>, StoreError>;

    /// The invitations of a workspace, newest first, used and expired ones among them.
    async fn invitations_of(&self, workspace: WorkspaceId) -> Result<Vec<Invitation>, StoreError>;

    /// A setting of the instance.
    async fn setting(&self, key: &str) -> Result<Option<String>, StoreError>;

    /// All settings of the instance.
    async fn settings(&self) -> Result<BTreeMap<String, String>, StoreError>;

    /// Records of an audit chain, newest first.
    async fn audit(&self, chain: Chain, page: Page) -> Result<Vec<Record>, StoreError>;

    /// Records of an audit chain that fit, newest first.
    async fn find_audit(&self, chain: Chain, query: &AuditQuery) -> Result<Vec<Record>, StoreError>;

    /// All accounts, by address.
    async fn users(&self) -> Result<Vec<User>, StoreError>;

    /// A way back into an account by the SHA-256 of its token, used or not.
    async fn reset_by_token(&self, token: [u8; 32]) -> Result<Option<Reset>, StoreError>;

    /// Walks a whole audit chain. `Ok(Err(number))` names the first record that does not fit.
    async fn verify_audit(&self, chain: Chain) -> Result<Result<u64, u64>, StoreError>;

    /// A member's status changes, newest first.
    async fn status_history(
        &self,
        workspace: WorkspaceId,
        user: UserId,
        page: Page,
    ) -> Result<Vec<StatusChange>, StoreError>;

    /// A member's interactions by span; one without any is missing.
    async fn activity(
        &self,
        workspace: WorkspaceId,
        user: UserId,
        stretch: Stretch,
    ) -> Result<Vec<(Timestamp, u64)>, StoreError>;

    /// What went on in a workspace by span; one in which nobody was here is missing.
    async fn room_spans(&self, workspace: WorkspaceId, stretch: Stretch)
    -> Result<Vec<RoomSpan>, StoreError>;

    /// The objects that were shown and edited most, at most so many.
    async fn object_spans(
        &self,
        workspace: WorkspaceId,
        stretch: Stretch,
        limit: u32,
    ) -> Result<Vec<ObjectSpan>, StoreError>;

    /// How much is stored.
    async fn storage(&self, workspace: WorkspaceId) -> Result<Storage, StoreError>;

    /// Whether the database answers.
    async fn ready(&self) -> Result<(), StoreError>;

    /// Closes the readers.
    async fn close(&self);
}
