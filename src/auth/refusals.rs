//! Refused access is counted rather than listed: the first refusal goes into the audit log at once, and those that follow
//! within a minute with the next one after it.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::domain::time::Timestamp;

/// How long refusals of one sort are counted before they are written again, in milliseconds.
const COUNTED_MS: i64 = 60_000;
/// The most sorts that are counted at a time; beyond it those that rest are forgotten.
const SORTS: usize = 10_000;

/// See the module.
#[derive(Default)]
pub struct Refusals(Mutex<BTreeMap<String, (Timestamp, u64)>>);

impl Refusals {
    /// One more refusal of that sort. How many are to be written now, if any.
    pub fn count(&self, sort: &str, now: Timestamp) -> Option<u64> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= SORTS {
            all.retain(|_, (since, _)| now.0 - since.0 < COUNTED_MS);
        }
        let full = all.len() >= SORTS;
        match all.get_mut(sort) {
            Some((since, held_back)) if now.0 - since.0 < COUNTED_MS => {
                *held_back += 1;
                None
            }
            Some((since, held_back)) => {
                *since = now;
                Some(std::mem::take(held_back) + 1)
            }
            None if full => None,
            None => {
                all.insert(sort.to_owned(), (now, 0));
                Some(1)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_is_written_and_the_rest_of_a_minute_with_the_next() {
        let refusals = Refusals::default();
        let at = Timestamp;
        assert_eq!(refusals.count("a", at(0)), Some(1));
        assert_eq!(refusals.count("a", at(10)), None);
        assert_eq!(refusals.count("a", at(59_999)), None);
        assert_eq!(refusals.count("b", at(20)), Some(1));
        assert_eq!(refusals.count("a", at(60_000)), Some(3));
    }
}
