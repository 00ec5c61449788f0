//! The pen: acquiring, asking, handing over, giving back, taking away.
//!
//! The order in which a lock's end, its successor and the requests behind it are decided and told is the business logic of
//! this room and stands here only.

mod asking;
mod circle;
mod closing;
mod escalating;
mod explaining;
mod handing;
mod keeping;
mod promising;
mod quota;
mod taking;
mod whole;

use crate::domain::id::{ItemId, UserId};
use crate::domain::path::LockPath;

pub(super) use circle::Circle;

/// Whose doing the end of a lock is, if not its holder's, and in which words.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Because<'a> {
    pub by: Option<UserId>,
    pub reason: &'a str,
}

/// What a hold is taken to last before any was measured, in milliseconds.
pub(super) const FIRST_HOLD_MS: u64 = 60_000;

/// Which decision it is, and about what, as the 16 bytes that tell one intent from another.
pub(super) fn intent(decision: u8, path: LockPath) -> [u8; 16] {
    let mut bytes = *path.object.0.as_bytes();
    let item: [u8; 16] = match path.item {
        None => [0; 16],
        Some(ItemId::Settings) => [1; 16],
        Some(ItemId::Inputs) => [2; 16],
        Some(ItemId::Stack) => [3; 16],
        Some(ItemId::Response) => [4; 16],
        Some(ItemId::Node(id)) => *id.as_bytes(),
        // Nobody proposes a node's id that is the complement of a record's.
        Some(ItemId::Record(id)) => id.as_bytes().map(|byte| !byte),
        Some(ItemId::Records) => [5; 16],
    };
    for (byte, other) in bytes.iter_mut().zip(item) {
        *byte = byte.rotate_left(3) ^ other;
    }
    bytes[0] ^= decision;
    bytes
}

/// A path for the audit log.
pub(super) fn path_in_words(path: LockPath) -> String {
    match path.item {
        Some(item) => format!("object {} item {item}", path.object),
        None => format!("object {}", path.object),
    }
}
