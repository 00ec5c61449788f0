use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::stack::{Revision, Stack};

fn read(text: &str) -> Result<Parsed, SyntaxError> {
    let mut next = 0u128;
    parse("a.xs", text, &mut || {
        next += 1;
        Uuid::from_u128(next)
    })
}

fn stack_of(parsed: &Parsed) -> Stack {
    Stack::from_seeds(&parsed.seeds, Revision(1)).unwrap()
}

/// Reads, writes and reads again; returns what was written.
fn round(file: &str, text: &str) -> String {
    let first = read(text).unwrap_or_else(|error| panic!("{file}: {error}"));
    let written = print(first.kind, &stack_of(&first));
    let second = read(&written).unwrap_or_else(|error| panic!("{file}: {error}\n{written}"));
    assert_eq!(first.seeds, second.seeds, "{file}\n{written}");
    let again = print(second.kind, &stack_of(&second));
    assert_eq!(written, again, "{file}");
    written
}

const FIXTURES: &[(&str, &str)] = &[
    ("comments_everywhere.xs", include_str!("../../tests/fixtures/xanoscript/comments_everywhere.xs")),
    ("corners.xs", include_str!("../../tests/fixtures/xanoscript/corners.xs")),
    ("windows_trigger.xs", include_str!("../../tests/fixtures/xanoscript/windows_trigger.xs")),
];

/// The comments of a text; strings are not looked at.
fn comments_of(text: &str) -> Vec<&str> {
    let mut found: Vec<&str> =
        text.lines().filter_map(|line| line.split_once("// ").map(|(_, comment)| comment.trim())).collect();
    found.sort_unstable();
    found
}

#[test]
fn fixtures_survive_export_and_import() {
    for (file, text) in FIXTURES {
        let written = round(file, text);
        assert_eq!(comments_of(text), comments_of(&written), "{file}\n{written}");
        if std::env::var_os("SHOW").is_some() {
            println!("=== {file}\n{written}");
        }
    }
}

#[test]
fn samples_survive_export_and_import() {
    for (file, text) in samples::ALL {
        round(file, text);
        let parsed = read(text).unwrap();
        assert_eq!(parsed.flags, [], "{file}");
        let found = problems(parsed.kind, &stack_of(&parsed));
        assert_eq!(found, [], "{file}");
    }
}
