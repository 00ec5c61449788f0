//! What waits in an outbox: frames that are shared, and live values that are merged.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytestring::ByteString;
use uuid::Uuid;

/// Messages for a session: a JSON array, and the answers among them, which are kept when the rest is thrown away.
#[derive(Debug, Clone)]
pub struct Frame {
    /// The whole frame with its brackets; shared by all sessions with the same view.
    pub bytes: ByteString,
    /// The same with nothing but answers to calls; none if there is no answer in it.
    pub replies: Option<ByteString>,
    /// The room's number that the session knows with this frame.
    pub upto: Option<u64>,
}

/// The latest values of some sessions, encoded once.
#[derive(Debug, Default)]
pub struct LiveBatch {
    /// The whole frame with its brackets.
    pub bytes: ByteString,
    /// Per session its encoded location, for merging.
    pub locations: BTreeMap<Uuid, ByteString>,
    /// Per session whether it types, encoded, for merging.
    pub typing: BTreeMap<Uuid, ByteString>,
}

impl LiveBatch {
    /// Encodes a batch; the maps hold one encoded document per session.
    pub fn new(locations: BTreeMap<Uuid, ByteString>, typing: BTreeMap<Uuid, ByteString>) -> Self {
        let list = |map: &BTreeMap<Uuid, ByteString>| -> String {
            map.values().map(|one| &**one).collect::<Vec<&str>>().join(",")
        };
        let mut text = String::from("[{\"type\":\"live\"");
        if !locations.is_empty() {
            text += &format!(",\"locations\":[{}]", list(&locations));
        }
        if !typing.is_empty() {
            text += &format!(",\"typing\":[{}]", list(&typing));
        }
        text += "}]";
        LiveBatch { bytes: text.into(), locations, typing }
    }

    /// Whether it tells nothing but of that session, which knows it.
    pub fn is_only_of(&self, session: Uuid) -> bool {
        self.locations.keys().chain(self.typing.keys()).all(|one| *one == session)
    }
}

/// The latest values of several batches.
pub(super) fn merge(batches: &[Arc<LiveBatch>]) -> LiveBatch {
    let latest = |of: fn(&LiveBatch) -> &BTreeMap<Uuid, ByteString>| -> BTreeMap<Uuid, ByteString> {
        batches.iter().flat_map(|batch| of(batch).iter()).map(|(id, bytes)| (*id, bytes.clone())).collect()
    };
    LiveBatch::new(latest(|batch| &batch.locations), latest(|batch| &batch.typing))
}

/// Joins frames, and live batches after them, to one; a single one is shared as it is.
pub(super) fn join<'a>(
    frames: impl Iterator<Item = &'a ByteString>,
    live: &[Arc<LiveBatch>],
) -> Option<ByteString> {
    let live = match live {
        [] => None,
        [one] => Some(one.bytes.clone()),
        several => Some(merge(several).bytes),
    };
    let all: Vec<ByteString> = frames.cloned().chain(live).collect();
    match all.as_slice() {
        [] => None,
        [one] => Some(one.clone()),
        several => {
            let mut text = String::with_capacity(several.iter().map(|one| one.len()).sum());
            for (at, one) in several.iter().enumerate() {
                text.push(if at == 0 { '[' } else { ',' });
                text.push_str(&one[1..one.len() - 1]);
            }
            text.push(']');
            Some(text.into())
        }
    }
}
