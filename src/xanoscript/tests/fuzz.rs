//! Random texts and random edits: nothing panics, nothing is lost.

use proptest::prelude::*;

use super::super::*;
use super::{FIXTURES, read, stack_of};
use crate::domain::stack::op::Op;
use crate::domain::stack::{Form, Revision};

/// Texts that are often legal: samples and fixtures with pieces cut, doubled or put in.
fn mutated() -> impl Strategy<Value = String> {
    let sources: Vec<&str> = samples::ALL.iter().chain(FIXTURES).map(|(_, text)| *text).collect();
    let pieces = vec![
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "\"",
        "'",
        "`",
        "\"\"\"",
        "```",
        "//",
        " // c\n",
        "\n",
        "\n\n",
        "  ",
        "\t",
        "=",
        "==",
        "|",
        "?",
        "!",
        "\\",
        "as $x",
        "$",
        "break",
        "else",
        "stack",
        "input",
        "é",
        "\r\n",
        "#2",
        ":",
        "@comment",
        "value = 1",
        "if (1)",
        "schema {",
        "\u{a0}",
        "\u{85}",
        "\u{feff}",
        "filters=",
        "0",
        ",",
        "-",
        "verb=GET",
    ];
    let change = (any::<prop::sample::Index>(), 0usize..40, prop::option::of(prop::sample::select(pieces)));
    (prop::sample::select(sources), prop::collection::vec(change, 0..4)).prop_map(|(text, changes)| {
        let mut chars: Vec<char> = text.chars().collect();
        for (at, cut, piece) in changes {
            let at = at.index(chars.len() + 1);
            let end = if piece.is_some() && cut > 10 { at } else { (at + cut).min(chars.len()) };
            chars.splice(at..end, piece.unwrap_or_default().chars());
        }
        chars.into_iter().collect()
    })
}

/// Whatever can be read can be written and read again as the same, and nothing panics on the way.
fn holds(text: &str) {
    let Ok(first) = read(text) else { return };
    let stack = stack_of(&first);
    problems(first.kind, &stack);
    let written = print(first.kind, &stack);
    let second =
        read(&written).unwrap_or_else(|error| panic!("{error}\n--- from\n{text}\n--- to\n{written}"));
    assert_eq!(first.seeds, second.seeds, "--- from\n{text}\n--- to\n{written}");
    assert_eq!(written, print(second.kind, &stack_of(&second)));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), max_shrink_iters: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_read_survives(text in mutated()) {
        holds(&text);
    }

    #[test]
    fn what_publishing_accepts_can_be_read_again(file in 0..samples::ALL.len() + FIXTURES.len(), edits in edits()) {
        let text = samples::ALL.iter().chain(FIXTURES).nth(file).unwrap().1;
        publishes_soundly(text, edits);
    }

    #[test]
    fn no_text_panics(text in "(?s).{0,200}", bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        for text in [text.as_str(), &String::from_utf8_lossy(&bytes)] {
            holds(text);
            holds(&format!("function f {{\nstack {{\nvar $x {{\nvalue = {text}\n}}\n}}\n}}"));
            holds(&format!("function f {{\ninput {{\n{text}\n}}\n}}"));
            holds(&format!("function f {{\nstack {{\n{text}\n}}\n}}"));
            let _ = check_value(text);
            for place in [check::Place::Word, check::Place::Parentheses, check::Place::Block, check::Place::Statement] {
                let _ = check::check(text, place);
            }
        }
    }
}

const NAMES: &[&str] = &[
    "value",
    "where",
    "@subject",
    "@result",
    "@default",
    "@filters",
    "@source",
    "@value",
    "@verb",
    "@list",
    "@name",
    "@type",
    "@comment",
    "@comment_line",
    "@comment_end",
    "@comment_after",
    "@comment:value",
    "stack",
    "response",
    "if",
    "schema",
    "test a",
    "a b",
    "x#2",
    "x#y",
    "description",
    "@bang",
    "@break",
    "each",
    "disabled",
];

const TEXTS: &[&str] = &[
    "",
    "1",
    "$x",
    "$x // c",
    "// c",
    "1\n}",
    "1\nb = 2",
    "$a\n|trim",
    "{}",
    "{\n  a: 1\n}",
    "{ a",
    "}",
    "(",
    ")",
    "\"a\"",
    "\"a\nb\"",
    "a b",
    "a",
    "$x {",
    "as $y",
    "\"\"\"\n a\n\"\"\"",
    "true",
    "GET",
    "new.step {\n a = 1\n}",
    "x = 1",
    "1:2",
    "a/b",
    "\\",
    "a\"b",
    "(1)",
    "[1,\n  2]",
    "$a |",
    "object",
    "int",
    "a\n\nb",
    "'",
    "{} // c",
    "!x",
    "1 // c\n  |a",
    "as",
];

/// Fields that a person might set, to texts that are often wrong.
fn edits() -> impl Strategy<Value = Vec<(prop::sample::Index, String, String, bool)>> {
    let edit = (
        any::<prop::sample::Index>(),
        prop::sample::select(NAMES).prop_map(str::to_owned),
        prop::sample::select(TEXTS).prop_map(str::to_owned),
        any::<bool>(),
    );
    prop::collection::vec(edit, 1..3)
}

/// What publishing accepts can be read again, with as many nodes, whatever was typed into the fields.
fn publishes_soundly(text: &str, edits: Vec<(prop::sample::Index, String, String, bool)>) {
    let parsed = read(text).unwrap();
    let mut stack = stack_of(&parsed);
    for (at, field, text, block) in edits {
        let items: Vec<ItemId> = stack.nodes().iter().map(|node| node.id).collect();
        let form = if block { Form::Block } else { Form::Assign };
        let op = Op::Set { item: items[at.index(items.len())], field, text: Some(text), form, at: None };
        let _ = stack.apply(&op, Revision(2), None);
    }
    let written = print(parsed.kind, &stack);
    if problems(parsed.kind, &stack).is_empty() {
        let again = read(&written).unwrap_or_else(|error| panic!("{error}\n{written}"));
        assert_eq!(stack.node_count(), again.seeds.len(), "{written}");
        holds(&written);
    }
}

fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(200)
}
