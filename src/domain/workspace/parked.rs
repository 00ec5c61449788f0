//! Work that could not be applied, kept for its author.

use std::collections::BTreeMap;

use crate::domain::effect::{ParkedDraft, ParkedOperation};
use crate::domain::id::{ItemId, ObjectId, ParkedId, UserId};
use crate::domain::refusal::Refusal;
use crate::domain::stack::op::Op;
use crate::domain::time::Timestamp;

#[derive(Debug, Default)]
pub(super) struct Parked {
    drafts: BTreeMap<ParkedId, ParkedDraft>,
    /// Per member: operations, and their bytes.
    sizes: BTreeMap<UserId, (usize, usize)>,
}

impl Parked {
    pub fn restore(stored: Vec<ParkedDraft>) -> Self {
        let mut parked = Parked::default();
        for draft in stored {
            let size = parked.sizes.entry(draft.user).or_default();
            size.0 += draft.operations.len();
            size.1 += draft.operations.iter().map(bytes).sum::<usize>();
            parked.drafts.insert(draft.id, draft);
        }
        parked
    }

    /// Adds an operation to the author's draft for that item, or begins one under `fresh`.
    #[expect(clippy::too_many_arguments, reason = "the parts of one draft, each of its own type")]
    pub fn add(
        &mut self,
        fresh: ParkedId,
        user: UserId,
        object: ObjectId,
        item: Option<ItemId>,
        holder: Option<UserId>,
        since: Timestamp,
        operation: ParkedOperation,
        (most_operations, most_bytes): (usize, usize),
    ) -> Result<&ParkedDraft, Refusal> {
        let size = self.sizes.entry(user).or_default();
        let more = bytes(&operation);
        if size.0 + 1 > most_operations || size.1 + more > most_bytes {
            return Err(Refusal::ParkedFull);
        }
        let id = self
            .drafts
            .values()
            .find(|draft| draft.user == user && draft.object == object && draft.item == item)
            .map_or(fresh, |draft| draft.id);
        // The id comes from the client's op_id, and op_ids belong to members.
        if self.drafts.get(&id).is_some_and(|draft| draft.user != user) {
            return Err(Refusal::IdTaken);
        }
        size.0 += 1;
        size.1 += more;
        let draft = self.drafts.entry(id).or_insert_with(|| ParkedDraft {
            id,
            user,
            object,
            item,
            since,
            holder,
            operations: Vec::new(),
        });
        draft.operations.push(operation);
        Ok(draft)
    }

    pub fn get(&self, id: ParkedId) -> Option<&ParkedDraft> {
        self.drafts.get(&id)
    }

    pub fn remove(&mut self, id: ParkedId) -> Option<ParkedDraft> {
        let draft = self.drafts.remove(&id)?;
        if let Some(size) = self.sizes.get_mut(&draft.user) {
            size.0 -= draft.operations.len();
            size.1 -= draft.operations.iter().map(bytes).sum::<usize>();
        }
        Some(draft)
    }

    pub fn of(&self, user: UserId) -> Vec<ParkedDraft> {
        self.drafts.values().filter(|draft| draft.user == user).cloned().collect()
    }

    pub fn all(&self) -> impl Iterator<Item = &ParkedDraft> {
        self.drafts.values()
    }
}

fn bytes(operation: &ParkedOperation) -> usize {
    operation.words.len() + weight(&operation.op)
}

/// What an operation weighs in bytes: its texts and a constant for the rest.
pub(super) fn weight(op: &Op) -> usize {
    const REST: usize = 128;
    let fields = |fields: &[crate::domain::stack::Field]| {
        fields.iter().map(|field| field.name.len() + field.text.len()).sum::<usize>()
    };
    let texts = match op {
        Op::Set { field, text, .. } => field.len() + text.as_ref().map_or(0, String::len),
        Op::Insert { seeds, .. } | Op::Replace { seeds } => {
            seeds.iter().map(|seed| REST + seed.word.len() + fields(&seed.fields)).sum()
        }
        Op::Delete { .. } | Op::Move { .. } => 0,
    };
    REST + texts
}
