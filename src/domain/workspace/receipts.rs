//! Final answers by op_id, so that a retry gets the same one.

use std::collections::{BTreeMap, VecDeque};

use crate::domain::effect::Receipt;
use crate::domain::id::{OpId, UserId};
use crate::domain::refusal::Refusal;
use crate::domain::stored::StoredReceipt;
use crate::domain::time::Millis;

/// The answers of the last 24 hours. Op_ids are keyed by member.
#[derive(Debug, Default)]
pub(super) struct Receipts {
    known: BTreeMap<(UserId, OpId), ([u8; 16], Receipt)>,
    order: VecDeque<(Millis, UserId, OpId)>,
}

impl Receipts {
    pub fn restore(&mut self, now: Millis, stored: Vec<StoredReceipt>) {
        for row in stored {
            self.keep(now, u64::MAX, row.user, row.op_id, row.intent, row.receipt);
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

    pub fn keep(
        &mut self,
        now: Millis,
        for_ms: u64,
        user: UserId,
        op_id: OpId,
        intent: [u8; 16],
        receipt: Receipt,
    ) {
        while self.order.front().is_some_and(|(at, _, _)| now.since(*at) > for_ms) {
            if let Some((_, user, op_id)) = self.order.pop_front() {
                self.known.remove(&(user, op_id));
            }
        }
        if self.known.insert((user, op_id), (intent, receipt)).is_none() {
            self.order.push_back((now, user, op_id));
        }
    }
}
