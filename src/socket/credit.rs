//! How much of what was handed to actix-ws has not left yet.
//!
//! actix-ws queues 32 messages of any size before it makes the sender wait, and does not say how many it holds. So every
//! message carries a token that comes back when actix has copied it into the connection's own small buffer.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use bytestring::ByteString;
use tokio::sync::Notify;

/// Frames under way beyond which nothing more is handed over: one that is being written and one that waits behind it.
const UNDER_WAY: usize = 2;

#[derive(Default)]
struct Shared {
    under_way: AtomicUsize,
    back: Notify,
}

/// See the module.
#[derive(Clone, Default)]
pub struct Credit(Arc<Shared>);

impl Credit {
    /// Whether another frame may be handed over.
    pub fn is_left(&self) -> bool {
        self.0.under_way.load(Ordering::Acquire) < UNDER_WAY
    }

    /// Waits until a frame has left.
    pub async fn back(&self) {
        self.0.back.notified().await;
    }

    /// The same text with a token.
    pub fn spend(&self, text: ByteString) -> ByteString {
        self.0.under_way.fetch_add(1, Ordering::AcqRel);
        let parcel = Parcel { text, credit: self.clone() };
        ByteString::try_from(Bytes::from_owner(parcel)).expect("it was text before")
    }
}

struct Parcel {
    text: ByteString,
    credit: Credit,
}

impl AsRef<[u8]> for Parcel {
    fn as_ref(&self) -> &[u8] {
        self.text.as_bytes()
    }
}

impl Drop for Parcel {
    fn drop(&mut self) {
        self.credit.0.under_way.fetch_sub(1, Ordering::AcqRel);
        self.credit.0.back.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credit_comes_back_with_the_last_copy_of_a_frame() {
        let credit = Credit::default();
        let first = credit.spend("one".into());
        let copy = first.clone();
        let second = credit.spend("two".into());
        assert!(!credit.is_left());
        drop(first);
        assert!(!credit.is_left());
        assert_eq!(&*copy, "one");
        drop(copy);
        assert!(credit.is_left());
        drop(second);
    }
}
