//! Answers that every call asks for: whether a sign-in stands, and who somebody is in a workspace. They are kept until a commit
//! changes one of their kind, so a sign-out or a lost role counts from its commit on, as if each call read it anew.

use std::hash::Hash;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use moka::sync::Cache;
use uuid::Uuid;

use super::{Standing, StoreError};
use crate::domain::id::{UserId, WorkspaceId};
use crate::domain::role::Member;

/// Answers of each kind that are kept at most; a few hundred bytes each.
const KEPT: u64 = 50_000;

/// How many commits have changed who may come in. The connection that writes counts, the readers compare.
#[derive(Debug, Clone, Default)]
pub struct Commits(Arc<AtomicU64>);

impl Commits {
    /// Such a commit was tried, whatever came of it. To be called before anybody is told of it.
    pub fn count(&self) {
        self.0.fetch_add(1, Ordering::AcqRel);
    }

    fn so_far(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }
}

/// See the module.
pub struct Recent {
    /// Whether a sign-in of an account stands.
    pub standings: Answers<(Uuid, UserId), Option<Standing>>,
    /// Memberships.
    pub members: Answers<(WorkspaceId, UserId), Option<Member>>,
}

impl Recent {
    /// Nothing is kept yet; `commits` tells what is outdated. Nothing is ever kept without them: another process may write.
    pub fn new(commits: Option<Commits>) -> Self {
        Recent { standings: Answers::new(commits.clone()), members: Answers::new(commits) }
    }
}

/// Answers, each with the number of commits before it was read: it holds as long as there was no other since.
pub struct Answers<K, T> {
    commits: Option<Commits>,
    kept: Cache<K, (u64, T)>,
}

impl<K: Copy + Eq + Hash + Send + Sync + 'static, T: Clone + Send + Sync + 'static> Answers<K, T> {
    fn new(commits: Option<Commits>) -> Self {
        Answers { commits, kept: Cache::new(KEPT) }
    }

    /// The answer that is kept and holds, or what `read` finds in the database.
    pub async fn of(
        &self,
        key: K,
        read: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let Some(commits) = &self.commits else { return read.await };
        // Before the read: what is read while a commit goes on may be of before it, and is then outdated when it is kept.
        let now = commits.so_far();
        if let Some((then, answer)) = self.kept.get(&key)
            && then == now
        {
            return Ok(answer);
        }
        let answer = read.await?;
        self.kept.insert(key, (now, answer.clone()));
        Ok(answer)
    }
}

#[cfg(test)]
mod tests {
    use std::future::ready;

    use super::*;

    fn key() -> (WorkspaceId, UserId) {
        (WorkspaceId(Uuid::from_u128(1)), UserId(Uuid::from_u128(2)))
    }

    fn ben() -> Option<Member> {
        Some(crate::store::tests::member(2))
    }

    #[tokio::test]
    async fn an_answer_is_kept_until_a_commit() {
        let commits = Commits::default();
        let recent = Recent::new(Some(commits.clone()));
        assert_eq!(recent.members.of(key(), ready(Ok(ben()))).await.unwrap(), ben());
        assert_eq!(recent.members.of(key(), ready(Ok(None))).await.unwrap(), ben(), "not read again");
        commits.count();
        assert_eq!(recent.members.of(key(), ready(Ok(None))).await.unwrap(), None);
    }

    #[tokio::test]
    async fn what_was_read_while_a_commit_went_on_is_not_kept() {
        let commits = Commits::default();
        let recent = Recent::new(Some(commits.clone()));
        let read = async {
            commits.count();
            Ok(ben())
        };
        assert_eq!(recent.members.of(key(), read).await.unwrap(), ben());
        assert_eq!(recent.members.of(key(), ready(Ok(None))).await.unwrap(), None);
    }

    #[tokio::test]
    async fn a_failure_is_not_kept() {
        let recent = Recent::new(Some(Commits::default()));
        let failure = Err(StoreError::Unavailable("no".to_owned()));
        assert!(recent.members.of(key(), ready(failure)).await.is_err());
        assert_eq!(recent.members.of(key(), ready(Ok(ben()))).await.unwrap(), ben());
    }
}
