//! What an edit intends, as a digest: another intent under the same op_id is refused.

use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::document::OpDoc;

/// The digest of an operation on an object: kind, path and values, not session, fence or base.
pub fn of_operation(object: Uuid, op: &OpDoc) -> [u8; 16] {
    // Struct fields are written in the order of their declaration, so the same intent gives the same text.
    let json = serde_json::to_vec(op).expect("an operation holds no map with other than text keys");
    digest(&[b"edit", object.as_bytes(), &json])
}

/// The digest of a duplication.
pub fn of_duplicate(object: Uuid, item: &str, seed: Uuid) -> [u8; 16] {
    digest(&[b"duplicate", object.as_bytes(), item.as_bytes(), seed.as_bytes()])
}

fn digest(parts: &[&[u8]]) -> [u8; 16] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    let mut short = [0; 16];
    short.copy_from_slice(&hash.finalize()[..16]);
    short
}
