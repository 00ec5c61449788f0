//! The one way to reach a workspace. Whether it lives here or elsewhere is asked in this place only.

use std::time::Duration;

pub use crate::room::feed::{Feed, Item};
pub use crate::room::outbox::{Drained, Greeting, Outbox, OutboxPool};
pub use crate::room::{Attachment, CallError, Entering, HelloWithoutCall, Line, RoomHandle};

use uuid::Uuid;

use crate::domain::id::WorkspaceId;
use crate::domain::refusal::Refusal;
use crate::room::{Registry, StartError, Task};

/// Why a workspace cannot be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GatewayError {
    /// There is no such workspace.
    #[error("there is no such workspace")]
    NotFound,
    /// It has too much in hand.
    #[error("the workspace has too much in hand")]
    Busy,
    /// The store does not answer, or the server stops.
    #[error("the workspace cannot be reached now")]
    Unavailable,
}

/// See the module. Clones lead to the same rooms.
#[derive(Clone)]
pub struct Gateway {
    registry: Registry,
}

impl Gateway {
    /// A gateway to the rooms of this process.
    pub fn new(registry: Registry) -> Self {
        Gateway { registry }
    }

    /// The room of a workspace, started if it is not running.
    ///
    /// # Errors
    /// [`GatewayError`].
    pub async fn room(&self, workspace: WorkspaceId) -> Result<RoomHandle, GatewayError> {
        self.registry.room(workspace).await.map_err(|error| match error {
            StartError::NotFound => GatewayError::NotFound,
            StartError::Unavailable => GatewayError::Unavailable,
        })
    }

    /// Starts a task on the thread on which the workspace's room lives.
    pub fn beside(&self, workspace: WorkspaceId, task: Task) {
        self.registry.beside(workspace, task);
    }

    /// The sign-in has ended: its sessions end in every room that lives. Returns once all have answered; how many could not.
    pub async fn signed_out(&self, sign_in: Uuid) -> usize {
        let mut failed = 0;
        for room in self.registry.living() {
            match room.signed_out(sign_in).await {
                // A room that has ended has no sessions.
                Ok(()) | Err(CallError::Gone | CallError::Refused(Refusal::SessionGone)) => {}
                Err(_) => failed += 1,
            }
        }
        failed
    }

    /// Closes all sockets with "restart" and lets every room finish. False if the deadline came first.
    pub async fn drain(&self, deadline: Duration) -> bool {
        self.registry.drain(deadline).await
    }
}
