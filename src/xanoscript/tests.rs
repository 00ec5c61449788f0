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
