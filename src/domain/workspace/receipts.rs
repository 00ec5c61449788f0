//! Final answers by op_id, so that a retry gets the same one.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::effect::Receipt;
use crate::domain::id::{OpId, UserId};
use crate::domain::limits::AHEAD_MS;
use crate::domain::refusal::Refusal;
use crate::domain::stored::StoredReceipt;
use crate::domain::time::{Millis, Now, Timestamp};

/// The latest answers. Op_ids are keyed by member.
#[derive(Debug, Default)]
pub(super) struct Receipts {
    known: BTreeMap<(UserId, OpId), ([u8; 16], Receipt)>,
    /// Until when each is kept.
    until: BTreeSet<(Millis, UserId, OpId)>,
}

impl Receipts {
    pub fn restore(&mut self, now: Now, for_ms: u64, stored: Vec<StoredReceipt>) {
        for row in stored {
            self.recall(now, for_ms, row);
        }
    }

    /// The answer that was given, if it was; another intent under the same id is refused.
    pub fn find(&self, user: UserId, op_id: OpId, intent: [u8; 16]) -> Result<Option<Receipt>, Refusal> {
        match self.known.get(&(user, op_id)) {
            None => Ok(None),
            Some((known, receipt)) if *known == intent => Ok(Some(receipt.clone())),
            Some(_) => Err(Refusal::OpIdReused),
        }
    }

    /// Whether the operation was parked.
    pub fn was_parked(&self, user: UserId, op_id: OpId) -> bool {
        matches!(self.known.get(&(user, op_id)), Some((_, Receipt::Parked { .. })))
    }

    /// Takes up what the store knows, which is older than anything that is known here.
    pub fn recall(&mut self, now: Now, for_ms: u64, stored: StoredReceipt) {
        if !self.known.contains_key(&(stored.user, stored.op_id)) {
            self.keep(now, for_ms, stored.user, stored.op_id, stored.intent, stored.receipt);
        }
    }

    pub fn keep(
        &mut self,
        now: Now,
        for_ms: u64,
        user: UserId,
        op_id: OpId,
        intent: [u8; 16],
        receipt: Receipt,
    ) {
        while self.until.first().is_some_and(|(until, _, _)| *until < now.mono) {
            if let Some((_, user, op_id)) = self.until.pop_first() {
                self.known.remove(&(user, op_id));
            }
        }
        if self.known.insert((user, op_id), (intent, receipt)).is_none() {
            let until = now.mono + for_ms + ahead(op_id, now.wall).min(AHEAD_MS);
            self.until.insert((until, user, op_id));
        }
    }
}

/// How far ahead of the wall clock the id was made, in milliseconds.
fn ahead(op_id: OpId, wall: Timestamp) -> u64 {
    let Some(made) = op_id.0.get_timestamp().filter(|_| op_id.0.get_version_num() == 7) else { return 0 };
    let (seconds, nanos) = made.to_unix();
    let made = i64::try_from(seconds * 1_000 + u64::from(nanos / 1_000_000)).unwrap_or(i64::MAX);
    u64::try_from(made.saturating_sub(wall.0)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use uuid::{Builder, Uuid};

    use super::*;
    use crate::domain::limits::RECEIPT_MS;

    const MINUTE_MS: u64 = 60 * 1_000;
    const BEGAN_MS: u64 = 1_800_000_000_000;
    const ANA: UserId = UserId(Uuid::from_u128(1));

    fn at(minutes: u64) -> Now {
        let wall = Timestamp(i64::try_from(BEGAN_MS + minutes * MINUTE_MS).unwrap());
        Now { mono: Millis(minutes * MINUTE_MS), wall }
    }

    fn made(minutes: u64) -> OpId {
        let millis = BEGAN_MS + minutes * MINUTE_MS;
        OpId(Builder::from_unix_timestamp_millis(millis, &[7; 10]).into_uuid())
    }

    #[test]
    fn an_answer_is_remembered_for_ten_minutes_after_it_was_given_or_its_id_was_made() {
        let mut receipts = Receipts::default();
        let (due, ahead, far) = (made(0), made(20), made(10 * 24 * 60));
        let old = OpId(Uuid::from_u128(7));
        for id in [due, ahead, far, old] {
            receipts.keep(at(0), RECEIPT_MS, ANA, id, [0; 16], Receipt::Done);
        }
        for (now, left) in
            [(10, [true; 4]), (11, [false, true, true, false]), (31, [false, false, true, false])]
        {
            receipts.keep(at(now), RECEIPT_MS, ANA, made(now), [0; 16], Receipt::Done);
            let known = |id| receipts.find(ANA, id, [0; 16]).unwrap().is_some();
            assert_eq!([due, ahead, far, old].map(known), left, "after {now} minutes");
        }
        // What is more than a day ahead is no more than that.
        receipts.keep(at(24 * 60 + 11), RECEIPT_MS, ANA, made(1), [0; 16], Receipt::Done);
        assert_eq!((receipts.known.len(), receipts.until.len()), (1, 1));
    }

    /// One is kept for each call of ten minutes.
    #[test]
    fn an_answer_is_small() {
        let bytes = size_of::<Receipt>();
        assert!(bytes <= 64, "{bytes} bytes; box what is large and rare");
    }

    #[test]
    fn what_the_store_knew_does_not_replace_what_was_answered_since() {
        let (mut receipts, op_id) = (Receipts::default(), made(0));
        receipts.keep(at(0), RECEIPT_MS, ANA, op_id, [0; 16], Receipt::Done);
        let stored = StoredReceipt { user: ANA, op_id, intent: [0; 16], receipt: Receipt::HandingOver };
        receipts.recall(at(1), RECEIPT_MS, stored);
        assert_eq!(receipts.find(ANA, op_id, [0; 16]), Ok(Some(Receipt::Done)));
    }
}
