use proptest::prelude::*;
use uuid::Uuid;

use super::diff::{NodeChange, diff};
use super::op::{Op, OpError};
use super::words::{describe, title};
use super::*;

fn id(n: u128) -> ItemId {
    ItemId::Node(Uuid::from_u128(n))
}

fn field(name: &str, text: &str) -> Field {
    Field { name: name.into(), text: text.into(), form: Form::Assign }
}

fn seed(n: u128, kind: NodeKind, word: &str, parent: ItemId, fields: &[(&str, &str)]) -> Seed {
    let fields = fields.iter().map(|(name, text)| field(name, text)).collect();
    Seed { id: id(n), kind, word: word.into(), fields, parent: Some(parent) }
}

fn step(n: u128, word: &str, parent: ItemId, fields: &[(&str, &str)]) -> Seed {
    seed(n, NodeKind::Step, word, parent, fields)
}

fn insert(seeds: Vec<Seed>, after: Option<ItemId>) -> Op {
    Op::Insert { parent: seeds[0].parent.unwrap(), after, seeds }
}

fn set(item: ItemId, field: &str, text: Option<&str>) -> Op {
    Op::Set { item, field: field.into(), text: text.map(Into::into), form: Form::Assign, at: None }
}

fn apply(stack: &mut Stack, op: &Op) -> Result<Vec<Op>, OpError> {
    stack.apply(op, Revision(9), None)
}

/// `var $x` (1), `conditional` (2) with `if` (3) holding `send` (4), and `db.query posts` (5).
fn sample() -> Stack {
    let mut stack = Stack::empty();
    let s = ItemId::Stack;
    let conditional = vec![
        step(2, "conditional", s, &[]),
        seed(3, NodeKind::Arm, "if", id(2), &[(name::SUBJECT, "$paid")]),
        step(4, "util.send_email", id(3), &[(name::RESULT, "$mail")]),
    ];
    let ops = [
        set(ItemId::Settings, name::NAME, Some("orders")),
        insert(vec![step(1, "var", s, &[(name::SUBJECT, "$x"), ("value", "1")])], None),
        insert(conditional, Some(id(1))),
        insert(vec![step(5, "db.query", s, &[(name::SUBJECT, "posts"), ("where", "true")])], Some(id(2))),
        insert(
            vec![seed(6, NodeKind::Input, "", ItemId::Inputs, &[(name::NAME, "a"), (name::TYPE, "object")])],
            None,
        ),
    ];
    for op in ops {
        apply(&mut stack, &op).unwrap();
    }
    stack
}

fn content(stack: &Stack) -> Vec<Seed> {
    stack.to_seeds()
}

#[test]
fn every_operation_is_taken_back_by_its_inverse() {
    let ops = [
        Op::Delete { item: id(2) },
        Op::Move { item: id(1), parent: id(3), after: Some(id(4)) },
        Op::Move { item: id(1), parent: ItemId::Stack, after: Some(id(5)) },
        set(id(5), "where", Some("false")),
        set(id(5), "where", None),
        set(id(5), name::SUBJECT, None),
        Op::Set {
            item: id(5),
            field: "sort".into(),
            text: Some("{}".into()),
            form: Form::Block,
            at: Some(1),
        },
        insert(vec![step(7, "break", id(3), &[])], None),
        Op::Replace { seeds: Stack::empty().to_seeds() },
    ];
    for op in ops {
        let mut stack = sample();
        let before = content(&stack);
        let inverse = apply(&mut stack, &op).unwrap();
        assert!(stack.is_sound());
        assert_ne!(before, content(&stack), "{op:?}");
        for back in &inverse {
            apply(&mut stack, back).unwrap();
        }
        assert_eq!(before, content(&stack), "{op:?}");
    }
}

#[test]
fn only_what_is_touched_gets_the_revision() {
    let mut stack = sample();
    let op = Some(OpId(Uuid::from_u128(77)));
    stack.apply(&set(id(5), "where", Some("$a")), Revision(12), op).unwrap();
    stack.apply(&Op::Move { item: id(2), parent: ItemId::Stack, after: None }, Revision(13), op).unwrap();
    let revision = |n| stack.get(id(n)).unwrap().revision;
    assert_eq!([revision(1), revision(5), revision(2), revision(4)].map(|r| r.0), [9, 12, 13, 9]);
    assert_eq!(stack.get(id(5)).unwrap().last_op, op);
    assert_eq!(stack.get(ItemId::Stack).unwrap().revision, Revision(0));
}

#[test]
fn what_cannot_be_is_refused_and_changes_nothing() {
    let s = ItemId::Stack;
    let long = "x".repeat(MAX_TEXT + 1);
    let cases = [
        (insert(vec![step(1, "var", s, &[])], None), OpError::IdTaken(id(1))),
        (insert(vec![step(9, "var", s, &[])], Some(id(4))), OpError::NotASibling(id(4))),
        (insert(vec![step(9, "var", id(2), &[])], None), OpError::CannotHold { parent: id(2) }),
        (
            insert(vec![seed(9, NodeKind::Arm, "each", id(2), &[])], None),
            OpError::CannotHold { parent: id(2) },
        ),
        (insert(vec![seed(9, NodeKind::Input, "", ItemId::Inputs, &[])], None), OpError::BadName),
        (insert(vec![step(9, "var", s, &[("value", "a\u{7}")])], None), OpError::BadText),
        (insert(vec![step(9, "var", id(44), &[])], None), OpError::NoSuchItem(id(44))),
        (Op::Insert { parent: s, after: None, seeds: vec![] }, OpError::Malformed),
        (Op::Move { item: id(2), parent: id(3), after: None }, OpError::IntoItself(id(2))),
        (Op::Move { item: id(3), parent: s, after: None }, OpError::CannotHold { parent: s }),
        (Op::Delete { item: ItemId::Response }, OpError::Fixed(ItemId::Response)),
        (set(id(1), "nothing", None), OpError::NoSuchField),
        (set(id(1), "value", Some(&long)), OpError::TextTooLong),
        (set(ItemId::Settings, name::NAME, Some("")), OpError::BadName),
        (set(ItemId::Settings, name::NAME, None), OpError::BadName),
        (Op::Replace { seeds: vec![] }, OpError::Malformed),
    ];
    for (op, error) in cases {
        let mut stack = sample();
        assert_eq!(apply(&mut stack, &op), Err(error), "{op:?}");
        assert_eq!(stack, sample());
    }
}

#[test]
fn nesting_and_number_of_steps_are_bounded() {
    let mut stack = Stack::empty();
    let mut parent = ItemId::Stack;
    for level in 0..MAX_DEPTH as u128 / 2 {
        let n = 100 + level * 2;
        let seeds = vec![step(n, "group", parent, &[]), seed(n + 1, NodeKind::Arm, "stack", id(n), &[])];
        apply(&mut stack, &insert(seeds, None)).unwrap();
        parent = id(n + 1);
    }
    assert_eq!(apply(&mut stack, &insert(vec![step(1, "break", parent, &[])], None)), Err(OpError::TooDeep));
    apply(&mut stack, &insert(vec![step(1, "break", ItemId::Stack, &[])], None)).unwrap();
    let deep = Op::Move { item: id(1), parent, after: None };
    assert_eq!(apply(&mut stack, &deep), Err(OpError::TooDeep));

    let mut seeds = Stack::empty().to_seeds();
    seeds.extend((0..=MAX_STEPS as u128).map(|n| step(n, "break", ItemId::Stack, &[])));
    assert_eq!(Stack::from_seeds(&seeds, Revision(1)), Err(OpError::TooManySteps));
    seeds.pop();
    assert_eq!(Stack::from_seeds(&seeds, Revision(1)).unwrap().step_count(), MAX_STEPS);
}

#[test]
fn one_finds_ones_way() {
    let stack = sample();
    assert_eq!(stack.ancestors(id(4)), [id(3), id(2), ItemId::Stack]);
    assert_eq!(stack.root(id(4)), Some(ItemId::Stack));
    assert_eq!(stack.root(ItemId::Inputs), Some(ItemId::Inputs));
    assert!(stack.is_within(id(4), id(2)) && stack.is_within(id(2), id(2)) && !stack.is_within(id(2), id(4)));
    assert_eq!(stack.subtree(id(2)), [id(2), id(3), id(4)]);
    assert_eq!((stack.step_count(), stack.depth(id(4)), stack.name()), (4, 3, "orders"));
    let nodes: Vec<Node> = stack.nodes().into_iter().cloned().collect();
    assert_eq!(Stack::from_nodes(nodes.clone()), Ok(stack));
    assert_eq!(Stack::from_nodes(nodes[1..].to_vec()), Err(OpError::Malformed));
}

#[test]
fn a_copy_has_ids_of_its_own() {
    let mut stack = sample();
    let copy = stack.seeds_for_duplicate(id(2), Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001));
    assert_eq!(
        copy,
        stack.seeds_for_duplicate(id(2), Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001))
    );
    let ItemId::Node(first) = copy[0].id else { panic!() };
    assert_eq!((first.get_version_num(), first.get_variant()), (8, uuid::Variant::RFC4122));
    apply(&mut stack, &Op::Insert { parent: ItemId::Stack, after: Some(id(2)), seeds: copy }).unwrap();
    assert_eq!(stack.step_count(), 6);
    assert!(stack.seeds_for_duplicate(ItemId::Stack, first).is_empty());
}

#[test]
fn operations_read_as_a_colleague_would_say_them() {
    let stack = sample();
    let say = |op: Op| describe(&op, &stack);
    assert_eq!(say(set(id(5), "where", Some("x"))), "Changed `where` of Query All Records *posts*");
    assert_eq!(say(set(id(5), "disabled", Some("true"))), "Disabled Query All Records *posts*");
    assert_eq!(
        say(Op::Move { item: id(5), parent: id(3), after: None }),
        "Moved Query All Records *posts* into *If $paid*"
    );
    let new = insert(vec![step(9, "var", ItemId::Stack, &[(name::SUBJECT, "$y")])], None);
    assert_eq!(say(new), "Added Create Variable *$y*");
    assert_eq!(say(Op::Delete { item: id(2) }), "Deleted Conditional with 2 items in it");
    assert_eq!(say(set(ItemId::Settings, name::NAME, Some("sales"))), "Renamed to *sales*");
    assert_eq!(say(set(ItemId::Response, name::VALUE, Some("1"))), "Changed the response");
    assert_eq!(title(stack.get(id(4)).unwrap()), "Send Email $mail");
}

#[test]
fn a_comparison_names_what_differs() {
    let (a, mut b) = (sample(), sample());
    assert!(diff(&a, &b).is_empty());
    for op in [
        Op::Delete { item: id(4) },
        Op::Move { item: id(5), parent: ItemId::Stack, after: None },
        set(id(1), "value", Some("2")),
        insert(vec![step(9, "break", id(3), &[])], None),
    ] {
        apply(&mut b, &op).unwrap();
    }
    let changes = diff(&a, &b);
    assert_eq!(changes.iter().map(NodeChange::item).collect::<Vec<_>>(), [id(4), id(5), id(1), id(9)]);
    assert!(matches!(&changes[2], NodeChange::Changed { fields, .. } if fields.len() == 1));
}

/// An operation on nodes 1 to 12, often a senseless one.
fn any_op() -> impl Strategy<Value = Op> {
    let item = || prop_oneof![6 => (1u128..13).prop_map(id), 1 => (0usize..4).prop_map(|n| ItemId::FIXED[n])];
    let after = || prop::option::of(item());
    let words = prop::sample::select(vec!["var", "conditional", "group", "foreach", "no.such"]);
    let arms = prop::sample::select(vec!["if", "stack", "each"]);
    let insert = (item(), after(), 1u128..13, words, arms, any::<bool>()).prop_map(
        |(parent, after, n, word, arm, arm_too)| {
            let mut seeds = vec![step(n, word, parent, &[("value", "1")])];
            if arm_too {
                seeds.push(seed(n + 20, NodeKind::Arm, arm, id(n), &[]));
            }
            Op::Insert { parent, after, seeds }
        },
    );
    let names = prop::sample::select(vec!["value", "where", name::NAME, name::TYPE]);
    let texts = prop::option::of(prop::sample::select(vec!["", "object", "x", "a\u{0}"]));
    let set = (item(), names, texts, prop::option::of(0usize..5)).prop_map(|(item, name, text, at)| {
        Op::Set { item, field: name.into(), text: text.map(Into::into), form: Form::Assign, at }
    });
    prop_oneof![
        3 => insert,
        1 => item().prop_map(|item| Op::Delete { item }),
        3 => (item(), item(), after()).prop_map(|(item, parent, after)| Op::Move { item, parent, after }),
        3 => set,
    ]
}

proptest! {
    #[test]
    fn random_operations_keep_the_tree_whole_and_can_be_taken_back(ops in prop::collection::vec(any_op(), 1..40)) {
        let mut stack = sample();
        for (revision, op) in (10..).zip(&ops) {
            let before = stack.clone();
            match stack.apply(op, Revision(revision), None) {
                Err(_) => prop_assert_eq!(&stack, &before),
                Ok(inverse) => {
                    prop_assert!(stack.is_sound());
                    prop_assert_eq!(&Stack::from_seeds(&stack.to_seeds(), Revision(0)).unwrap().to_seeds(), &stack.to_seeds());
                    let mut back = stack.clone();
                    for op in &inverse {
                        back.apply(op, Revision(revision), None).unwrap();
                    }
                    prop_assert_eq!(back.to_seeds(), before.to_seeds(), "{:?}", op);
                }
            }
        }
    }

    #[test]
    fn there_is_a_way_between_any_two_states(
        first in prop::collection::vec(any_op(), 0..20), then in prop::collection::vec(any_op(), 0..20),
    ) {
        let after = |from: &Stack, ops: &[Op]| {
            let mut stack = from.clone();
            for op in ops {
                let _ = stack.apply(op, Revision(2), None);
            }
            stack
        };
        let a = after(&sample(), &first);
        let b = after(&a, &then);
        for (a, b) in [(&a, &b), (&b, &a)] {
            prop_assert_eq!(after(a, &operations_between(a, b)).to_seeds(), b.to_seeds());
        }
        prop_assert!(operations_between(&a, &a).is_empty());
    }

    #[test]
    fn one_edit_is_one_operation_away(op in any_op()) {
        let (a, mut b) = (sample(), sample());
        if b.apply(&op, Revision(2), None).is_ok() && a.to_seeds() != b.to_seeds() {
            prop_assert_eq!(operations_between(&a, &b).len(), 1, "{:?}", op);
        }
    }
}

#[test]
fn a_replacement_touches_only_what_it_changes() {
    let mut stack = sample();
    let mut seeds = stack.to_seeds();
    let changed = seeds.iter_mut().find(|seed| seed.id == id(5)).unwrap();
    changed.fields[1].text = "false".into();
    stack.apply(&Op::Replace { seeds }, Revision(20), None).unwrap();
    let revision = |n| stack.get(id(n)).unwrap().revision;
    assert_eq!([revision(1), revision(4), revision(5)].map(|r| r.0), [9, 9, 20]);
}

#[test]
fn a_variable_that_nobody_sets_any_more_is_named_with_who_uses_it() {
    let before = sample();
    let mut after = sample();
    apply(&mut after, &set(id(5), "where", Some("$mail.sent && $mailing"))).unwrap();
    apply(&mut after, &Op::Delete { item: id(4) }).unwrap();
    assert_eq!(uses::lost(&before, &after), [("$mail".to_owned(), id(5))]);
    assert!(uses::lost(&after, &before).is_empty());
}
