//! Words for small closed sets, as rows and texts hold them. Where the wire has an enum for the set, the words are its own.

use crate::domain::command::ChangeKind;
use crate::domain::effect::{LockState, ParkedReason, Status, StatusReason};
use crate::domain::role::Role;
use crate::domain::stack::ObjectKind;

use super::{object_kind_from_str, object_kind_str};

/// Something that has a word.
pub trait Word: Sized {
    /// Its word.
    fn word(self) -> &'static str;
    /// What the word stands for.
    fn from_word(word: &str) -> Option<Self>;
}

macro_rules! words {
    ($domain:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        impl Word for $domain {
            fn word(self) -> &'static str {
                match self {
                    $($domain::$variant => $word,)+
                }
            }

            fn from_word(word: &str) -> Option<Self> {
                match word {
                    $($word => Some($domain::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

words!(Role {
    Owner = "owner",
    Admin = "admin",
    Developer = "developer",
    Viewer = "viewer",
    Suspended = "suspended",
});

words!(LockState {
    Held = "held",
    Reconnecting = "reconnecting",
    HandingOver = "handing_over",
    Reserved = "reserved",
});

words!(ParkedReason {
    StaleFence = "stale_fence",
    LockLost = "lock_lost",
    BaseMismatch = "base_mismatch",
    Revoked = "revoked",
    NotGranted = "not_granted",
    ChainParked = "chain_parked",
    ServerError = "server_error",
});

words!(Status { Online = "online", Busy = "busy", Away = "away", Offline = "offline" });

words!(StatusReason {
    Manual = "manual",
    IdleTimeout = "idle_timeout",
    Timeout = "timeout",
    Disconnect = "disconnect",
    Resume = "resume",
});

words!(ChangeKind {
    Edit = "edit",
    Import = "import",
    Revert = "revert",
    Restore = "restore",
    Undo = "undo",
    Redo = "redo",
});

impl Word for ObjectKind {
    fn word(self) -> &'static str {
        object_kind_str(self)
    }

    fn from_word(word: &str) -> Option<Self> {
        object_kind_from_str(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{LockStateDoc, ParkedReasonDoc};

    #[test]
    fn a_word_leads_back() {
        for role in [Role::Owner, Role::Admin, Role::Developer, Role::Viewer, Role::Suspended] {
            assert_eq!(Role::from_word(role.word()), Some(role));
        }
        use ChangeKind::{Edit, Import, Redo, Restore, Revert, Undo};
        for kind in [Edit, Import, Revert, Restore, Undo, Redo] {
            assert_eq!(ChangeKind::from_word(kind.word()), Some(kind));
        }
        assert_eq!(ParkedReason::from_word("mood"), None);
    }

    #[test]
    fn rows_and_wire_use_the_same_words() {
        use LockState::{HandingOver, Held, Reconnecting, Reserved};
        for state in [Held, Reconnecting, HandingOver, Reserved] {
            let json = serde_json::to_value(LockStateDoc::from(state)).unwrap();
            assert_eq!(json, state.word());
            assert_eq!(LockState::from_word(state.word()), Some(state));
        }
        use ParkedReason::{
            BaseMismatch, ChainParked, LockLost, NotGranted, Revoked, ServerError, StaleFence,
        };
        for reason in [StaleFence, LockLost, BaseMismatch, Revoked, NotGranted, ChainParked, ServerError] {
            let json = serde_json::to_value(ParkedReasonDoc::from(reason)).unwrap();
            assert_eq!(json, reason.word());
            assert_eq!(ParkedReason::from_word(reason.word()), Some(reason));
        }
    }
}
