//! What sessions with the same view share.

use std::collections::HashMap;
use std::hash::Hash;

/// One value for each view. People of a room mostly look at the same thing: the view that was asked for last is tried first,
/// and nothing is hashed for it.
pub(super) struct Views<K, V> {
    last: Option<(K, V)>,
    known: HashMap<K, V>,
}

impl<K: Copy + Eq + Hash, V: Clone> Views<K, V> {
    pub(super) fn new() -> Self {
        Views { last: None, known: HashMap::new() }
    }

    /// The value of a view, made at the first time.
    pub(super) fn of(&mut self, view: K, make: impl FnOnce() -> V) -> V {
        if let Some((last, value)) = &self.last
            && *last == view
        {
            return value.clone();
        }
        let value = self.known.entry(view).or_insert_with(make).clone();
        self.last = Some((view, value.clone()));
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_view_is_made_once_in_whatever_order_they_come() {
        let (mut views, mut made) = (Views::new(), Vec::new());
        for view in [1, 1, 2, 1, 2, 2, 3, 1] {
            let value = views.of(view, || {
                made.push(view);
                view * 10
            });
            assert_eq!(value, view * 10);
        }
        assert_eq!(made, [1, 2, 3]);
    }
}
