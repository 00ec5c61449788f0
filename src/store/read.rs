//! [`Store`] over any dialect.

use std::collections::BTreeMap;

use async_trait::async_trait;
use uuid::Uuid;

use super::account_statements::folded;
use super::dialect::{Columns, ReadRow, Source, Statement};
use super::fetch::{before, keep};
use super::recent::{Commits, Recent};
use super::{
    AuditQuery, ChangeFilter, Invitation, MAX_PAGE, ObjectSpan, Page, RecordsSince, Reset, RoomSpan,
    SetupLink, SignIn, Standing, Storage, Store, StoreError, Stretch, User, account_rows, account_sql,
    audit_walk, draft, find_audit, log, presence, realtime, realtime_sql, record_sql, records, room, rows,
    sql, storage,
};
use crate::audit::{Chain, Record};
use crate::domain::command::{Change, LoadedStack, Operation};
use crate::domain::effect::{PastFence, StatusChange, VersionHead};
use crate::domain::id::{KeyId, ObjectId, OpId, UserId, WorkspaceId};
use crate::domain::path::Fence;
use crate::domain::realtime::{ApiKey, Said};
use crate::domain::record::{Record as RecordRow, RecordChange, RecordWork};
use crate::domain::role::{Member, Role};
use crate::domain::stack::{Revision, Stack};
use crate::domain::stored::{Stored, StoredReceipt};
use crate::domain::time::Timestamp;

/// The readers of a database.
pub struct SqlStore {
    source: Box<dyn Source>,
    now: fn() -> Timestamp,
    recent: Recent,
}

impl SqlStore {
    /// Reads from `source`; `now` tells which final answers are recent, `commits` when what was read before is outdated.
    pub fn new(source: Box<dyn Source>, now: fn() -> Timestamp, commits: Option<Commits>) -> Self {
        SqlStore { source, now, recent: Recent::new(commits) }
    }

    async fn list<T: Send>(&self, statement: Statement, read: ReadRow<T>) -> Result<Vec<T>, StoreError> {
        let mut found = Vec::new();
        self.source.fetch(statement, &mut |row| keep(&mut found, row, read)).await?;
        Ok(found)
    }

    async fn one<T: Send>(&self, statement: Statement, read: ReadRow<T>) -> Result<Option<T>, StoreError> {
        Ok(self.list(statement, read).await?.into_iter().next())
    }
}

fn paged(statement: Statement, page: Page) -> Statement {
    statement.count(before(page)).with(page.limit.min(MAX_PAGE))
}

#[async_trait]
impl Store for SqlStore {
    async fn load_room(&self, workspace: WorkspaceId) -> Result<Stored, StoreError> {
        room::load(self.source.reading().await?.as_mut(), workspace, (self.now)()).await
    }

    async fn load_stack(
        &self,
        workspace: WorkspaceId,
        object: ObjectId,
        revision: Revision,
    ) -> Result<LoadedStack, StoreError> {
        draft::load(self.source.reading().await?.as_mut(), workspace, object, revision).await
    }

    async fn version(
        &self,
        workspace: WorkspaceId,
        object: ObjectId,
        number: u64,
    ) -> Result<(VersionHead, Stack), StoreError> {
        let found = draft::version(self.source.reading().await?.as_mut(), workspace, object, number).await?;
        found.ok_or(StoreError::NotFound)
    }

    async fn versions(
        &self,
        workspace: WorkspaceId,
        object: ObjectId,
        page: Page,
    ) -> Result<Vec<VersionHead>, StoreError> {
        let statement = Statement::new(sql::READ_VERSIONS).with(workspace).with(object);
        self.list(paged(statement, page), rows::version).await
    }

    async fn changes(
        &self,
        workspace: WorkspaceId,
        object: ObjectId,
        filter: &ChangeFilter,
        page: Page,
    ) -> Result<Vec<Change>, StoreError> {
        log::page(self.source.reading().await?.as_mut(), workspace, object, filter, page).await
    }

    async fn change(
        &self,
        workspace: WorkspaceId,
        object: ObjectId,
        number: u64,
    ) -> Result<Change, StoreError> {
        let statement = Statement::new(sql::READ_CHANGE).with(workspace).with(object).count(number);
        self.one(statement, rows::change).await?.ok_or(StoreError::NotFound)
    }

    async fn content_at(
        &self,
        workspace: WorkspaceId,
        object: ObjectId,
        revision: Revision,
    ) -> Result<Stack, StoreError> {
        log::content_at(self.source.reading().await?.as_mut(), workspace, object, revision).await
    }

    async fn record(
        &self,
        workspace: WorkspaceId,
        object: ObjectId,
        record: Uuid,
    ) -> Result<Option<RecordRow>, StoreError> {
        records::record(self.source.reading().await?.as_mut(), workspace, object, record).await
    }

    async fn record_change(
        &self,
        workspace: WorkspaceId,
        object: ObjectId,
        number: u64,
    ) -> Result<Option<RecordChange>, StoreError> {
        records::change(self.source.reading().await?.as_mut(), workspace, object, number).await
    }

    async fn record_work(
        &self,
        workspace: WorkspaceId,
        object: ObjectId,
        since: Revision,
        author: Option<UserId>,
        max: usize,
    ) -> Result<RecordWork, StoreError> {
        records::work(self.source.reading().await?.as_mut(), workspace, object, since, author, max).await
    }

    async fn records_since(
        &self,
        workspace: WorkspaceId,
        object: ObjectId,
        known: Option<Revision>,
        max_bytes: usize,
    ) -> Result<Option<RecordsSince>, StoreError> {
        records::since(self.source.reading().await?.as_mut(), workspace, object, known, max_bytes).await
    }

    async fn objects_mentioning(
        &self,
        workspace: WorkspaceId,
        text: &str,
        limit: u32,
    ) -> Result<Vec<ObjectId>, StoreError> {
        let statement = Statement::new(sql::READ_OBJECTS_MENTIONING).with(workspace).with(text).with(limit);
        self.list(statement, |row| row.id("id")).await
    }

    async fn operations(
        &self,
        workspace: WorkspaceId,
        object: ObjectId,
        change: u64,
    ) -> Result<Vec<Operation>, StoreError> {
        let of = |sql| Statement::new(sql).with(workspace).with(object).count(change);
        let mut found = self.list(of(sql::READ_OPERATIONS_OF), rows::operation).await?;
        found.extend(self.list(of(record_sql::READ_RECORD_OPERATIONS_OF), rows::operation).await?);
        found.sort_unstable_by_key(|operation| operation.revision);
        Ok(found)
    }

    async fn receipt(
        &self,
        workspace: WorkspaceId,
        user: UserId,
        op_id: OpId,
    ) -> Result<Option<StoredReceipt>, StoreError> {
        let statement = Statement::new(sql::READ_RECEIPT).with(workspace).with(user).with(op_id);
        self.one(statement, rows::receipt).await
    }

    async fn said(
        &self,
        workspace: WorkspaceId,
        channel: &str,
        since: Timestamp,
        page: Page,
    ) -> Result<Vec<Said>, StoreError> {
        let statement = Statement::new(realtime_sql::READ_SAID).with(workspace).with(channel).with(since);
        self.list(paged(statement, page), realtime::said).await
    }

    async fn workspaces_with_presences(&self) -> Result<Vec<WorkspaceId>, StoreError> {
        self.list(Statement::new(realtime_sql::READ_WORKSPACES_WITH_PRESENCES), |row| row.id("id")).await
    }

    async fn api_key(&self, key: KeyId) -> Result<Option<(WorkspaceId, ApiKey)>, StoreError> {
        let statement = Statement::new(realtime_sql::READ_API_KEY).with(key.0);
        self.one(statement, |row| Ok((row.id("workspace_id")?, realtime::key(row)?))).await
    }

    async fn past_fence(
        &self,
        workspace: WorkspaceId,
        fence: Fence,
    ) -> Result<Option<PastFence>, StoreError> {
        let statement = Statement::new(sql::READ_FENCE).with(workspace);
        self.one(statement.count(fence.epoch).count(fence.counter), rows::past_fence).await
    }

    async fn member(&self, workspace: WorkspaceId, user: UserId) -> Result<Option<Member>, StoreError> {
        let statement = Statement::new(sql::READ_MEMBER).with(workspace).with(user);
        self.recent.members.of((workspace, user), self.one(statement, rows::member)).await
    }

    async fn workspaces_of(&self, user: UserId) -> Result<Vec<(WorkspaceId, String, Role)>, StoreError> {
        self.list(Statement::new(sql::READ_WORKSPACES_OF).with(user), |row| {
            Ok((row.id("id")?, row.text("name")?, rows::word(row, "role")?))
        })
        .await
    }

    async fn workspace_ids(&self) -> Result<Vec<WorkspaceId>, StoreError> {
        self.list(Statement::new(sql::READ_WORKSPACE_IDS), |row| row.id("id")).await
    }

    async fn workspaces_with_locks(&self) -> Result<Vec<WorkspaceId>, StoreError> {
        self.list(Statement::new(sql::READ_WORKSPACES_WITH_LOCKS), |row| row.id("id")).await
    }

    async fn user(&self, user: UserId) -> Result<Option<User>, StoreError> {
        self.one(Statement::new(account_sql::READ_USER).with(user), account_rows::user).await
    }

    async fn user_by_email(&self, email: &str) -> Result<Option<User>, StoreError> {
        self.one(Statement::new(account_sql::READ_USER_BY_EMAIL).with(folded(email)), account_rows::user)
            .await
    }

    async fn user_by_identity(&self, issuer: &str, subject: &str) -> Result<Option<User>, StoreError> {
        let statement = Statement::new(account_sql::READ_USER_BY_IDENTITY).with(issuer.to_owned());
        self.one(statement.with(subject.to_owned()), account_rows::user).await
    }

    async fn user_count(&self) -> Result<u64, StoreError> {
        Ok(self
            .one(Statement::new(account_sql::READ_USER_COUNT), |row| row.count("number"))
            .await?
            .unwrap_or(0))
    }

    async fn standing(&self, sign_in: Uuid, user: UserId) -> Result<Option<Standing>, StoreError> {
        let statement = Statement::new(account_sql::READ_STANDING).with(sign_in).with(user);
        self.recent.standings.of((sign_in, user), self.one(statement, account_rows::standing)).await
    }

    async fn sign_in(&self, sign_in: Uuid) -> Result<Option<SignIn>, StoreError> {
        self.one(Statement::new(account_sql::READ_SIGN_IN).with(sign_in), account_rows::sign_in).await
    }

    async fn sign_in_by_token(&self, token: [u8; 32]) -> Result<Option<SignIn>, StoreError> {
        self.one(Statement::new(account_sql::READ_SIGN_IN_BY_TOKEN).with(token), account_rows::sign_in).await
    }

    async fn sign_ins_of(&self, user: UserId) -> Result<Vec<SignIn>, StoreError> {
        self.list(Statement::new(account_sql::READ_SIGN_INS_OF).with(user), account_rows::sign_in).await
    }

    async fn setup_link(&self) -> Result<Option<SetupLink>, StoreError> {
        self.one(Statement::new(account_sql::READ_SETUP_LINK), account_rows::setup_link).await
    }

    async fn invitation_by_token(&self, token: [u8; 32]) -> Result<Option<Invitation>, StoreError> {
        self.one(Statement::new(account_sql::READ_INVITATION_BY_TOKEN).with(token), account_rows::invitation)
            .await
    }

    async fn invitations_of(&self, workspace: WorkspaceId) -> Result<Vec<Invitation>, StoreError> {
        self.list(Statement::new(account_sql::READ_INVITATIONS_OF).with(workspace), account_rows::invitation)
            .await
    }

    async fn setting(&self, key: &str) -> Result<Option<String>, StoreError> {
        self.one(Statement::new(account_sql::READ_SETTING).with(key), |row| row.text("value")).await
    }

    async fn settings(&self) -> Result<BTreeMap<String, String>, StoreError> {
        let rows = self.list(Statement::new(account_sql::READ_SETTINGS), |row| {
            Ok((row.text("key")?, row.text("value")?))
        });
        Ok(rows.await?.into_iter().collect())
    }

    async fn audit(&self, chain: Chain, page: Page) -> Result<Vec<Record>, StoreError> {
        let statement = Statement::new(account_sql::READ_AUDIT).with(chain.to_string());
        self.list(paged(statement, page), rows::record).await
    }

    async fn find_audit(&self, chain: Chain, query: &AuditQuery) -> Result<Vec<Record>, StoreError> {
        self.list(find_audit::statement(chain, query), rows::record).await
    }

    async fn users(&self) -> Result<Vec<User>, StoreError> {
        self.list(Statement::new(account_sql::READ_USERS), account_rows::user).await
    }

    async fn reset_by_token(&self, token: [u8; 32]) -> Result<Option<Reset>, StoreError> {
        self.one(Statement::new(account_sql::READ_RESET).with(token), account_rows::reset).await
    }

    async fn verify_audit(&self, chain: Chain) -> Result<Result<u64, u64>, StoreError> {
        audit_walk::walk(self.source.reading().await?.as_mut(), chain).await
    }

    async fn status_history(
        &self,
        workspace: WorkspaceId,
        user: UserId,
        page: Page,
    ) -> Result<Vec<StatusChange>, StoreError> {
        let statement = Statement::new(presence::READ_HISTORY).with(workspace).with(user);
        self.list(paged(statement, page), presence::read_change).await
    }

    async fn activity(
        &self,
        workspace: WorkspaceId,
        user: UserId,
        stretch: Stretch,
    ) -> Result<Vec<(Timestamp, u64)>, StoreError> {
        let statement = Statement::new(presence::READ_ACTIVITY).with(workspace).with(user);
        let statement = statement.with(stretch.from).with(stretch.to).count(stretch.span_ms.max(1));
        self.list(statement, presence::read_activity).await
    }

    async fn room_spans(
        &self,
        workspace: WorkspaceId,
        stretch: Stretch,
    ) -> Result<Vec<RoomSpan>, StoreError> {
        let statement = Statement::new(presence::READ_ROOM).with(workspace);
        let statement = statement.with(stretch.from).with(stretch.to).count(stretch.span_ms.max(1));
        self.list(statement, presence::read_room).await
    }

    async fn object_spans(
        &self,
        workspace: WorkspaceId,
        stretch: Stretch,
        limit: u32,
    ) -> Result<Vec<ObjectSpan>, StoreError> {
        let statement = Statement::new(presence::READ_OBJECTS).with(workspace);
        let statement = statement.with(stretch.from).with(stretch.to).with(limit.min(MAX_PAGE));
        self.list(statement, presence::read_object).await
    }

    async fn storage(&self, workspace: WorkspaceId) -> Result<Storage, StoreError> {
        self.one(storage::statement(workspace), storage::row).await?.ok_or(StoreError::NotFound)
    }

    async fn ready(&self) -> Result<(), StoreError> {
        self.one(Statement::new(sql::READY), |row| row.count("number")).await.map(|_| ())
    }

    async fn close(&self) {
        self.source.close().await;
    }
}
