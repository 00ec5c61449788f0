//! Reading, writing, checking and refusing, by example.

mod fuzz;

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
    ("comments_everywhere.xs", include_str!("../../../tests/fixtures/xanoscript/comments_everywhere.xs")),
    ("corners.xs", include_str!("../../../tests/fixtures/xanoscript/corners.xs")),
    ("windows_trigger.xs", include_str!("../../../tests/fixtures/xanoscript/windows_trigger.xs")),
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

fn refusal(text: &str) -> String {
    read(text).expect_err("it should be refused").to_string()
}

#[test]
fn what_cannot_be_read_is_refused_where_it_stands() {
    let cases = [
        ("", "a.xs:1:1: expected an object, such as `query` or `function`, found the end of the text"),
        ("\n  branch x {}", "a.xs:2:3: expected one of query, function, "),
        ("function {}", "a.xs:1:10: expected the name of the function, found `{`"),
        ("function f {", "a.xs:1:13: expected a closing `}`, found the end of the text"),
        ("function f {}\nfunction g {}", "a.xs:2:1: expected the end of the file, found `function`"),
        (
            "function f {\n  stack {\n    debug.log {\n      value = (1\n    }\n",
            "a.xs:5:5: expected `)`, found `}`",
        ),
        (
            "function f {\n  stack {\n    debug.log {\n      value = \"x\n",
            "a.xs:4:15: expected a closing `\"`, found `\"`",
        ),
        ("function f {\n  stack\n  stack\n}", "a.xs:3:3: expected `stack` once, found `stack`"),
        (
            "function f {\n  stack {\n    $x = 1\n  }\n}",
            "a.xs:3:5: expected a step or a closing `}`, found `$x`",
        ),
        (
            "function f {\n  input {\n    int\n  }\n}",
            "a.xs:3:8: expected the name of an input, found the end of the line",
        ),
        (
            "function f {\n  x = \"é\u{7}\"\n}",
            "a.xs:2:9: expected text without control characters, found the control character U+0007",
        ),
        (
            "function f {\n  stack {\n    group {} group {}\n  }\n}",
            "a.xs:3:14: expected the end of the line, found `group`",
        ),
        ("function f {\n  stack {\n    while true {\n    }\n  }\n}", "a.xs:3:11: expected `(`, found `true`"),
    ];
    for (text, expected) in cases {
        let said = refusal(text);
        assert!(said.starts_with(expected), "{text:?}\n  said {said}\n  not  {expected}");
    }
}

#[test]
fn limits_are_named() {
    let nested = |count: usize| {
        let open = "group {\nstack {\n".repeat(count);
        format!("function f {{\nstack {{\n{open}{}}}\n}}\n", "}\n}\n".repeat(count))
    };
    round("nested", &nested(31));
    assert!(refusal(&nested(32)).contains("at most 64 nested blocks"));
    let steps = |count: usize| format!("function f {{\nstack {{\n{}}}\n}}\n", "break\n".repeat(count));
    assert_eq!(stack_of(&read(&steps(10_000)).unwrap()).step_count(), 10_000);
    assert!(refusal(&steps(10_001)).contains("at most 10000 steps"));
    let value = |inner: &str| format!("function f {{\n  response = {inner}\n}}\n");
    let brackets = format!("{}{}", "[".repeat(60_000), "]".repeat(60_000));
    round("brackets", &value(&brackets));
    assert!(refusal(&value(&"[".repeat(60_000))).contains("expected `]`"));
    assert!(refusal(&value(&format!("\"{}\"", "x".repeat(128 * 1024)))).contains("at most 131072 bytes"));
    assert!(refusal(&" ".repeat(MAX_FILE + 1)).contains("a file of at most"));
    let inputs = format!("function f {{\n  input {{\n    int {}\n  }}\n}}\n", "n".repeat(201));
    assert!(refusal(&inputs).contains("a name of 1 to 200 characters"));
}

#[test]
fn a_byte_order_mark_and_windows_lines_are_accepted() {
    let parsed = read("\u{feff}function f {\r\n  response = 1\r\n}\r\n").unwrap();
    assert_eq!((parsed.kind, parsed.name.as_str()), (ObjectKind::Function, "f"));
    assert_eq!(stack_of(&parsed).get(ItemId::Response).unwrap().field("@value"), Some("1"));
}

#[test]
fn an_unknown_step_is_kept_and_flagged() {
    let parsed =
        read("function f {\n  stack {\n    new.step $x {\n      a = 1\n    } as $y // why\n  }\n}").unwrap();
    assert_eq!((parsed.flags.len(), parsed.flags[0].line), (1, 3));
    let stack = stack_of(&parsed);
    let step = stack.get(parsed.flags[0].item).unwrap();
    assert_eq!(step.field("@source"), Some("new.step $x {\n  a = 1\n} as $y"));
    assert_eq!((step.word.as_str(), step.field("@comment_line")), ("new.step", Some("why")));
    assert!(problems(ObjectKind::Function, &stack).is_empty());
}

#[test]
fn a_group_is_found() {
    let parsed = read("query a verb=GET {\n  api_group = \"my group\"\n}").unwrap();
    assert_eq!(parsed.group.as_deref(), Some("my group"));
}

#[test]
fn values_are_checked_as_far_as_they_can_be() {
    let good = [
        "1",
        "-1",
        "!$a",
        "\"a\"|trim|replace:\"b\":\"c\"",
        "$a || $b && !$c",
        "$a ?? null",
        "$x\n  |push:1",
        "{a: 1, b: [1, 2,]}",
        "$a ==? $b",
        "2026-05-01 23:00:00+0000",
        "```\n|x\n```",
        "$daily[$$].amount",
        "1 // why",
        "$a ? $b : $c",
        "!text \"[1]\"|json_decode",
    ];
    for text in good {
        assert_eq!(check_value(text), Ok(()), "{text}");
    }
    let bad = [
        ("", 1, 1, "a value"),
        ("(1", 1, 3, "`)` for the `(`"),
        ("[1)", 1, 3, "`]`"),
        ("1)", 1, 2, "the end of the value"),
        ("\"a", 1, 1, "a closing `\"`"),
        ("$a|", 1, 4, "a value"),
        ("$a|:1", 1, 4, "the name of a filter"),
        ("$a ||| 1", 1, 6, "a value"),
        ("$a +", 1, 5, "a value"),
        ("1\ndescription = 2", 1, 2, "the end of the value"),
        ("{\n  a: (\n}", 3, 1, "`)`"),
        ("| x", 1, 1, "a value"),
    ];
    for (text, line, column, expected) in bad {
        let error = ValueError { line, column, expected: expected.into() };
        assert_eq!(check_value(text), Err(error), "{text:?}");
    }
}

#[test]
fn publishing_refuses_what_cannot_run() {
    let text = r#"
query q verb=FETCH {
  input {
    int a
    strange a
  }

  stack {
    break
    var {
      value = (1 +)
    }

    db.get users {
      field_name = "id"
    } as user

    conditional {
      else
      if
    }

    precondition ()
    while ($a) {
      each {
        break
      }
    }
  }

  response = $a|
}
"#;
    let parsed = read(text).unwrap();
    let found = problems(parsed.kind, &stack_of(&parsed));
    let said: Vec<&str> = found.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(
        said,
        [
            "the verb is one of GET, POST, PUT, PATCH, DELETE, HEAD",
            "`strange` is not a type",
            "there is another `a` above it",
            "`break` only makes sense in a loop",
            "it names no variable",
            "line 1, column 5: expected a value",
            "`field_value` is missing",
            "the order is if, elseif, else",
            "its condition is missing",
            "its condition is missing",
            "line 1, column 4: expected a value",
        ]
    );
}
