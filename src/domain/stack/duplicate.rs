//! Copies of a subtree, with ids that everybody derives alike from one seed.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::{Seed, Stack};
use crate::domain::id::ItemId;

/// An odd constant spreads neighbouring indices over the whole range without ever mapping two of them to one.
const SPREAD: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;

/// The id number `index` of a bulk operation that carries `seed`.
///
/// A UUIDv8: the first 48 bits are those of the seed (the time, if it is a UUIDv7, so that derived ids sort with it); the
/// other 74 bits of payload are the seed's plus `(index + 1) * SPREAD`, modulo 2^74. One seed never gives an id twice.
pub fn derived_id(seed: Uuid, index: u32) -> Uuid {
    let bits = seed.as_u128();
    let payload = ((bits >> 64 & 0xfff) << 62) | (bits & (u128::MAX >> 66));
    let mixed = payload.wrapping_add((u128::from(index) + 1).wrapping_mul(SPREAD)) & (u128::MAX >> 54);
    let high = (bits >> 80) << 80 | 0x8 << 76 | (mixed >> 62) << 64;
    let low = 0b10 << 62 | mixed & (u128::MAX >> 66);
    Uuid::from_u128(high | low)
}

impl Stack {
    /// A copy of `item` and all below it, ready to be inserted: new ids come from `seed` by [`derived_id`], in document
    /// order. Empty for a node that is not there or that is a fixed part.
    pub fn seeds_for_duplicate(&self, item: ItemId, seed: Uuid) -> Vec<Seed> {
        if !matches!(item, ItemId::Node(_)) {
            return Vec::new();
        }
        let ids = self.subtree(item);
        let fresh: BTreeMap<ItemId, ItemId> =
            ids.iter().zip(0..).map(|(id, index)| (*id, ItemId::Node(derived_id(seed, index)))).collect();
        let nodes = ids.iter().filter_map(|id| self.get(*id));
        nodes
            .map(|node| Seed {
                id: fresh[&node.id],
                parent: node.parent.map(|parent| fresh.get(&parent).copied().unwrap_or(parent)),
                ..node.to_seed()
            })
            .collect()
    }
}
