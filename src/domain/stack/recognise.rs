//! Which node of a text that is read in is which of those that were there. XanoScript carries no ids; without this every step of
//! a replaced stack would be another one, and a comparison, a step's history and who stands where would end with each import.

use std::collections::{BTreeMap, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::{NodeKind, Seed, Stack, name};
use crate::domain::id::ItemId;

/// `seeds`, whose nodes have the ids of those in `old` that they are, as far as it can be told: first what bears an id
/// of theirs, then what is the same with all that it holds, then what bears the same name, then what is of the same kind in the
/// same place, last what stands elsewhere. Every id is given once. Time grows with the number of nodes and little more.
pub fn recognise(old: &Stack, mut seeds: Vec<Seed>) -> Vec<Seed> {
    let old = old.to_seeds();
    let ids = {
        let mut pairs = Pairs::new(Tree::of(&old), Tree::of(&seeds));
        pairs.named();
        pairs.elsewhere();
        pairs.ids()
    };
    for seed in &mut seeds {
        seed.id = ids.get(&seed.id).copied().unwrap_or(seed.id);
        seed.parent = seed.parent.map(|parent| ids.get(&parent).copied().unwrap_or(parent));
    }
    seeds
}

/// Nodes in document order, with what each of them holds.
struct Tree<'a> {
    seeds: &'a [Seed],
    children: Vec<Vec<usize>>,
    /// The same for nodes that are the same with all that they hold.
    prints: Vec<u64>,
}

impl<'a> Tree<'a> {
    fn of(seeds: &'a [Seed]) -> Self {
        let places: BTreeMap<ItemId, usize> = seeds.iter().map(|seed| seed.id).zip(0..).collect();
        let mut children = vec![Vec::new(); seeds.len()];
        for (place, seed) in seeds.iter().enumerate() {
            if let Some(parent) = seed.parent.and_then(|parent| places.get(&parent)) {
                children[*parent].push(place);
            }
        }
        let mut prints = vec![0; seeds.len()];
        // What a node holds comes behind it.
        for place in (0..seeds.len()).rev() {
            let mut print = DefaultHasher::new();
            let seed = &seeds[place];
            (seed.kind, &seed.word, children[place].len()).hash(&mut print);
            for field in &seed.fields {
                (&field.name, &field.text, field.form).hash(&mut print);
            }
            for child in &children[place] {
                prints[*child].hash(&mut print);
            }
            prints[place] = print.finish();
        }
        Tree { seeds, children, prints }
    }

    fn kind(&self, place: usize) -> (NodeKind, &'a str) {
        (self.seeds[place].kind, &self.seeds[place].word)
    }

    /// What a person would call it: its result, what it is about, its name.
    fn label(&self, place: usize) -> Option<&'a str> {
        let fields = &self.seeds[place].fields;
        let of = |name| fields.iter().find(|field| field.name == name).map(|field| field.text.as_str());
        of(name::RESULT).or_else(|| of(name::SUBJECT)).or_else(|| of(name::NAME))
    }
}

/// Who is who, by their places in the two trees.
struct Pairs<'a> {
    old: Tree<'a>,
    new: Tree<'a>,
    known: BTreeMap<usize, usize>,
    taken: Vec<bool>,
    /// Pairs whose children are not looked at yet.
    waiting: Vec<(usize, usize)>,
}

impl<'a> Pairs<'a> {
    fn new(old: Tree<'a>, new: Tree<'a>) -> Self {
        let taken = vec![false; old.seeds.len()];
        Pairs { old, new, known: BTreeMap::new(), taken, waiting: Vec::new() }
    }

    /// What bears an id that is known, as the four parts of every stack do, and downwards from there.
    fn named(&mut self) {
        let (olds, news) = self.all();
        self.pair(&olds, &news, |tree, place| Some(tree.seeds[place].id));
        self.downwards();
    }

    fn all(&self) -> (Vec<usize>, Vec<usize>) {
        ((0..self.old.seeds.len()).collect(), (0..self.new.seeds.len()).collect())
    }

    /// What left the node that held it and is otherwise the same.
    fn elsewhere(&mut self) {
        let (olds, news) = self.all();
        self.pair(&olds, &news, |tree, place| Some(tree.prints[place]));
        self.downwards();
    }

    fn downwards(&mut self) {
        while let Some((old, new)) = self.waiting.pop() {
            let olds = std::mem::take(&mut self.old.children[old]);
            let news = std::mem::take(&mut self.new.children[new]);
            self.pair(&olds, &news, |tree, place| Some(tree.prints[place]));
            self.pair(&olds, &news, |tree, place| Some((tree.kind(place), tree.label(place)?)));
            self.pair(&olds, &news, |tree, place| Some(tree.kind(place)));
        }
    }

    /// The first of those that are alike is the first, the second the second.
    fn pair<K: Ord>(&mut self, olds: &[usize], news: &[usize], key: impl Fn(&Tree<'a>, usize) -> Option<K>) {
        let mut alike: BTreeMap<K, VecDeque<usize>> = BTreeMap::new();
        for old in olds.iter().copied().filter(|old| !self.taken[*old]) {
            if let Some(key) = key(&self.old, old) {
                alike.entry(key).or_default().push_back(old);
            }
        }
        for new in news {
            if self.known.contains_key(new) {
                continue;
            }
            let key = key(&self.new, *new);
            let old = key.and_then(|key| alike.get_mut(&key)).and_then(VecDeque::pop_front);
            if let Some(old) = old {
                self.taken[old] = true;
                self.known.insert(*new, old);
                self.waiting.push((old, *new));
            }
        }
    }

    fn ids(&self) -> BTreeMap<ItemId, ItemId> {
        self.known.iter().map(|(new, old)| (self.new.seeds[*new].id, self.old.seeds[*old].id)).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::domain::stack::diff::{NodeChange, diff};
    use crate::domain::stack::{Field, Form, Revision};

    /// A step with its value, and what it holds.
    #[derive(Debug, Clone, PartialEq)]
    struct Step(&'static str, String, Vec<Step>);

    fn var(about: &str, value: u32) -> Step {
        Step("var", format!("{about}={value}"), Vec::new())
    }

    fn when(about: &str, holds: Vec<Step>) -> Step {
        Step("conditional", format!("{about}=0"), holds)
    }

    /// The steps as nodes whose ids begin after `base`.
    fn seeds(steps: &[Step], base: u128) -> Vec<Seed> {
        fn grow(steps: &[Step], parent: ItemId, base: u128, seeds: &mut Vec<Seed>) {
            for Step(word, text, holds) in steps {
                let id = ItemId::Node(Uuid::from_u128(base + seeds.len() as u128));
                let (subject, value) = text.split_once('=').unwrap_or((text, ""));
                let field = |name: &str, text: &str| Field {
                    name: name.into(),
                    text: text.into(),
                    form: Form::Assign,
                };
                let step = Seed {
                    id,
                    kind: NodeKind::Step,
                    word: (*word).to_owned(),
                    fields: vec![field(name::SUBJECT, subject), field("value", value)],
                    parent: Some(parent),
                };
                let arm = ItemId::Node(Uuid::from_u128(base + 10_000 + seeds.len() as u128));
                seeds.push(step);
                if !holds.is_empty() {
                    let kind = NodeKind::Arm;
                    let word = "if".to_owned();
                    seeds.push(Seed { id: arm, kind, word, fields: Vec::new(), parent: Some(id) });
                    grow(holds, arm, base, seeds);
                }
            }
        }
        let mut seeds_of = Stack::empty().to_seeds();
        grow(steps, ItemId::Stack, base, &mut seeds_of);
        seeds_of
    }

    fn stack(seeds: &[Seed]) -> Stack {
        Stack::from_seeds(seeds, Revision(1)).unwrap()
    }

    /// What reading in `after` changes where `before` was.
    fn changes(before: &[Step], after: &[Step]) -> Vec<NodeChange> {
        let old = stack(&seeds(before, 100_000));
        let new = stack(&recognise(&old, seeds(after, 200_000)));
        diff(&old, &new)
    }

    fn some() -> Vec<Step> {
        vec![var("$a", 1), when("$a", vec![var("$b", 2), var("$c", 3)]), var("$d", 4)]
    }

    #[test]
    fn the_same_text_changes_nothing() {
        assert_eq!(changes(&some(), &some()), []);
    }

    #[test]
    fn a_step_with_another_value_is_the_same_step() {
        let after = vec![var("$a", 1), when("$a", vec![var("$b", 20), var("$c", 3)]), var("$d", 4)];
        assert!(matches!(changes(&some(), &after)[..], [NodeChange::Changed { .. }]));
    }

    #[test]
    fn a_step_with_another_name_is_the_same_step() {
        let after = vec![var("$a", 1), when("$a", vec![var("$other", 2), var("$c", 3)]), var("$d", 4)];
        assert!(matches!(changes(&some(), &after)[..], [NodeChange::Changed { .. }]));
    }

    #[test]
    fn a_new_step_between_others_is_the_only_new_one() {
        let mut after = some();
        after.insert(1, var("$new", 9));
        assert!(matches!(changes(&some(), &after)[..], [NodeChange::Added { .. }]));
        after.remove(0);
        let found = changes(&some(), &after);
        assert!(
            matches!(found[..], [NodeChange::Changed { .. }]),
            "one stands for the one that is gone: {found:?}"
        );
    }

    #[test]
    fn what_is_the_same_stays_it_although_another_with_its_name_stands_before_it() {
        let before = vec![var("$a", 1), var("$a", 2), var("$a", 3)];
        let after = vec![var("$a", 2), var("$a", 3)];
        assert!(matches!(changes(&before, &after)[..], [NodeChange::Removed { .. }]));
    }

    #[test]
    fn a_step_that_went_into_another_has_moved_with_all_that_it_holds() {
        let inner = when("$x", vec![var("$b", 2), var("$c", 3)]);
        let before = vec![inner.clone(), when("$y", vec![var("$d", 4)])];
        let after = vec![when("$y", vec![var("$d", 4), inner])];
        assert!(matches!(changes(&before, &after)[..], [NodeChange::Moved { .. }]));
    }

    #[test]
    fn equal_steps_are_told_apart_by_their_order() {
        let before = vec![var("$a", 1), var("$a", 1), var("$b", 1)];
        let after = vec![var("$b", 1), var("$a", 1), var("$a", 1)];
        assert!(matches!(changes(&before, &after)[..], [NodeChange::Moved { .. }]));
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let leaf = (0..4_u8, 0..4_u32).prop_map(|(about, value)| var(&format!("${about}"), value));
        let step = leaf.prop_recursive(3, 24, 4, |inner| {
            (0..3_u8, prop::collection::vec(inner, 1..4))
                .prop_map(|(about, holds)| when(&format!("${about}"), holds))
        });
        prop::collection::vec(step, 0..6)
    }

    proptest! {
        #[test]
        fn whatever_is_read_in_keeps_its_content_and_every_id_is_given_once(
            before in steps(),
            after in steps(),
            // Ids of its own, the same, or some of them.
            base in prop::sample::select(vec![200_000_u128, 100_000, 100_003]),
        ) {
            let old = stack(&seeds(&before, 100_000));
            let read = seeds(&after, base);
            let known = recognise(&old, read.clone());
            prop_assert!(Stack::from_seeds(&known, Revision(1)).is_ok());
            let bare = |seeds: &[Seed]| -> Vec<_> {
                seeds.iter().map(|seed| (seed.kind, seed.word.clone(), seed.fields.clone())).collect()
            };
            prop_assert_eq!(bare(&known), bare(&read));
            let again = recognise(&stack(&known), seeds(&after, 300_000));
            prop_assert_eq!(diff(&stack(&known), &stack(&again)), []);
        }
    }
}
