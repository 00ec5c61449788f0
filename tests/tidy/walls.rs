//! Checks of one file against the tables: imports, words, SQL, leftovers and sleeps.

use crate::rules::{ALLOWED_WORDS, CALLS_ONLY, NOWHERE, ONLY_IN, POLL_HELPERS, ROOMS, Room};
use crate::source::{Finding, Source, closing, find_words, line_of};

fn room_named(name: &str) -> Option<&'static Room> {
    ROOMS.iter().find(|room| room.name == name)
}

/// Every import of another room must be in the table.
pub fn edges(source: &Source) -> Vec<Finding> {
    let Some(name) = source.room() else { return Vec::new() };
    let Some(room) = room_named(name) else {
        let what = format!("the room `{name}` is not in the table of tests/tidy/rules.rs");
        return vec![source.finding(
            0,
            what,
            "a new room says whom it may import, there and in docs/architecture.md",
        )];
    };
    if name == "lib" {
        return Vec::new();
    }
    let may = |path: &[String]| {
        path[0] == name
            || room.may_import.iter().any(|allowed| {
                let wanted: Vec<&str> = allowed.split("::").collect();
                wanted.len() <= path.len() && wanted.iter().zip(path).all(|(a, b)| a == b)
            })
    };
    imports(source)
        .into_iter()
        .filter(|(_, path)| room_named(&path[0]).is_some() && !may(path))
        .map(|(at, path)| source.finding(at, format!("`{name}` imports `{}`", path.join("::")), room.rule))
        .collect()
}

/// What the file takes from other modules of the crate: the first two parts of each path, by place.
fn imports(source: &Source) -> Vec<(usize, Vec<String>)> {
    let code = &source.shipped;
    let mut found = Vec::new();
    for start in find_words(code, "crate::").chain(find_words(code, "baton::")) {
        // `mycrate::x` was refused by the word check; `::baton` and `$crate` are the same crate.
        leading_paths(code, start + "crate::".len(), &mut found);
    }
    let up_to_root = module_depth(&source.path);
    for start in find_words(code, "super::") {
        if code[..start].ends_with("super::") {
            continue;
        }
        let ups = code[start..].split("::").take_while(|part| *part == "super").count();
        if ups >= up_to_root {
            leading_paths(code, start + ups * "super::".len(), &mut found);
        }
    }
    found.sort();
    found
}

/// How many times `super` leads from this file to the root of the crate.
fn module_depth(path: &str) -> usize {
    let parts = path.split('/').count() - 1;
    match path.rsplit('/').next() {
        Some("lib.rs" | "main.rs") => 0,
        Some("mod.rs") => parts - 1,
        _ => parts,
    }
}

/// The first two parts of every path that starts at `at`: `a::b::c`, `{a::{b, c}, d}`, `{self, a}`.
fn leading_paths(code: &str, at: usize, found: &mut Vec<(usize, Vec<String>)>) {
    for (start, first) in branches(code, at) {
        let after = start + first.len();
        if !code[after..].starts_with("::") {
            found.push((start, vec![first]));
            continue;
        }
        for (_, second) in branches(code, after + 2) {
            found.push((start, vec![first.clone(), second]));
        }
    }
}

/// The names right here: one, or those that stand first in each part of a brace.
fn branches(code: &str, at: usize) -> Vec<(usize, String)> {
    let skip_blanks = |from: usize| from + code[from..].len() - code[from..].trim_start().len();
    let name_at = |from: usize| -> String {
        code[from..].chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '*')).collect()
    };
    let at = skip_blanks(at);
    if !code[at..].starts_with('{') {
        return vec![(at, name_at(at))].into_iter().filter(|(_, name)| !name.is_empty()).collect();
    }
    let end = closing(code, at).unwrap_or(code.len());
    let (mut names, mut depth, mut fresh) = (Vec::new(), 0, true);
    for (here, c) in code[..end].char_indices().skip_while(|(here, _)| *here <= at) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => fresh = true,
            c if fresh && depth == 0 && !c.is_whitespace() => {
                names.push((here, name_at(here)));
                fresh = false;
            }
            _ => {}
        }
    }
    names.retain(|(_, name)| !name.is_empty());
    names
}

/// Words that must not occur in this room, or anywhere.
pub fn words(source: &Source) -> Vec<Finding> {
    let Some(name) = source.room() else { return Vec::new() };
    let mut forbidden: Vec<(&str, &str)> = NOWHERE.to_vec();
    if let Some(room) = room_named(name) {
        forbidden.extend(room.never.iter().map(|word| (*word, room.rule)));
    }
    for (word, rooms, rule) in ONLY_IN {
        let named = forbidden.iter().any(|(other, _)| other == word);
        if !rooms.contains(&name) && !named {
            forbidden.push((word, rule));
        }
    }
    let mut found = Vec::new();
    for (word, rule) in forbidden {
        for at in find_words(&source.shipped, word) {
            let rest = source.shipped[at + word.len()..].trim_start_matches('!');
            let called = rest.starts_with('(') || rest.starts_with("::<");
            let defined = source.shipped[..at].trim_end().ends_with("fn");
            if CALLS_ONLY.contains(&word) && (!called || defined || source.shipped[..at].ends_with('.')) {
                continue;
            }
            if !ALLOWED_WORDS.iter().any(|allowed| allowed.path == source.path && allowed.word == word) {
                found.push(source.finding(at, format!("`{word}` in `{name}`"), rule));
            }
        }
    }
    found
}

/// A text that reads as SQL, anywhere but in the store.
pub fn sql(source: &Source) -> Vec<Finding> {
    if source.room().is_none_or(|room| room == "store") {
        return Vec::new();
    }
    let looks_like_sql = |said: &str| {
        let said = said.trim_start();
        let pairs = [
            ("SELECT ", " FROM "),
            ("INSERT INTO ", "VALUES"),
            ("UPDATE ", " SET "),
            ("DELETE FROM ", ""),
            ("CREATE TABLE ", ""),
            ("PRAGMA ", ""),
            ("BEGIN IMMEDIATE", ""),
        ];
        pairs.iter().any(|(start, then)| said.starts_with(start) && said.contains(then))
    };
    let found = source.strings.iter().filter(|(_, said)| looks_like_sql(said));
    found
        .map(|(line, said)| Finding {
            path: source.path.clone(),
            line: *line,
            what: format!("SQL: {}", said.trim().lines().next().unwrap_or_default()),
            rule: "a SQL string is written in store only".to_owned(),
        })
        .collect()
}

/// What was left for later, and tests that do not run.
pub fn undone(source: &Source) -> Vec<Finding> {
    let rule = "nothing is left for later and no test is passed over";
    let mut found = Vec::new();
    for (word, after) in [("todo", "!"), ("unimplemented", "!"), ("dbg", "!")] {
        let places =
            find_words(&source.code, word).filter(|at| source.code[at + word.len()..].starts_with(after));
        found.extend(places.map(|at| source.finding(at, format!("`{word}!`"), rule)));
    }
    for (at, _) in source.code.match_indices("#[ignore") {
        found.push(source.finding(at, "an ignored test", rule));
    }
    found
}

const WAIT: &str = "a test waits until a condition holds, with a limit, and never for a fixed time";

fn may_pause(path: &str) -> bool {
    POLL_HELPERS.iter().any(|(helper, _)| *helper == path)
}

/// Sleeps in tests, those inside `src/` too; shipped code may sleep.
pub fn sleeps(source: &Source) -> Vec<Finding> {
    if may_pause(&source.path) {
        return Vec::new();
    }
    let shipped = |at: usize| source.shipped.as_bytes()[at] != b' ';
    find_words(&source.code, "sleep")
        .filter(|at| source.code[at + "sleep".len()..].starts_with('(') && !shipped(*at))
        .map(|at| source.finding(at, "a sleep in a test", WAIT))
        .collect()
}

pub fn is_web_test(path: &str) -> bool {
    let test = [".test.ts", ".test.tsx", ".spec.ts", ".spec.tsx"].iter().any(|end| path.ends_with(end));
    test || path.starts_with("web/e2e/")
}

/// A test of the web packages: no fixed waits, nothing skipped, nothing run alone.
pub fn web_test(path: &str, text: &str) -> Vec<Finding> {
    let skips = "every test runs: nothing is skipped, left for later or run alone";
    let mut patterns: Vec<(&str, &str)> = Vec::new();
    if !may_pause(path) {
        patterns.extend([("waitForTimeout(", WAIT), ("setTimeout(", WAIT), ("sleep(", WAIT)]);
    }
    for pattern in [".skip(", ".only(", ".todo(", ".skipIf(", "xit(", "xdescribe("] {
        patterns.push((pattern, skips));
    }
    let mut found = Vec::new();
    for (pattern, rule) in patterns {
        for at in text.match_indices(pattern).map(|(at, _)| at) {
            let line = text[..at].rsplit('\n').next().unwrap_or_default().trim_start();
            if line.starts_with("//") || line.starts_with('*') {
                continue;
            }
            let name = pattern.trim_end_matches('(').to_owned();
            let (path, line) = (path.to_owned(), line_of(text, at));
            found.push(Finding { path, line, what: format!("`{name}` in a test"), rule: rule.to_owned() });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(findings: Vec<Finding>) -> Vec<String> {
        findings.iter().map(|f| format!("{}: {}", f.line, f.what)).collect()
    }

    fn edges_of(path: &str, text: &str) -> Vec<String> {
        said(edges(&Source::new(path, text)))
    }

    #[test]
    fn an_edge_that_is_not_listed_is_found() {
        let found = edges_of("src/domain/x.rs", "use std::fmt;\nuse crate::store::Store;\n");
        assert_eq!(found, ["2: `domain` imports `store::Store`"]);
        assert!(edges_of("src/store/x.rs", "use crate::domain::id::OpId;").is_empty());
        assert!(edges_of("src/store/x.rs", "use crate::store::rows;").is_empty());
        assert_eq!(edges_of("src/domain/x.rs", "fn f() { crate::http::serve() }").len(), 1);
        assert_eq!(edges_of("src/main.rs", "use baton::domain::id;").len(), 1);
        assert_eq!(edges_of("src/room/x.rs", "use crate::config::Config;").len(), 1);
    }

    #[test]
    fn braces_and_supers_hide_nothing() {
        let nested = "use crate::{domain::{id::OpId, time}, protocol::{self, close}, store::Row};";
        assert_eq!(edges_of("src/store/x.rs", nested).len(), 2, "protocol::self and protocol::close");
        assert!(edges_of("src/room/x.rs", nested).is_empty());
        assert_eq!(edges_of("src/domain/x.rs", "use super::super::store::Row;").len(), 1);
        assert_eq!(edges_of("src/domain/mod.rs", "use super::store::Row;").len(), 1);
        assert!(edges_of("src/domain/stack/op.rs", "use super::super::time;").is_empty());
    }

    #[test]
    fn a_part_of_a_room_can_be_allowed_alone() {
        assert!(edges_of("src/socket/x.rs", "use crate::room::outbox::Outbox;").is_empty());
        assert_eq!(
            edges_of("src/socket/x.rs", "use crate::room::{outbox, actor};"),
            ["1: `socket` imports `room::actor`"]
        );
        assert_eq!(edges_of("src/socket/x.rs", "use crate::room;").len(), 1);
    }

    #[test]
    fn a_room_without_a_rule_is_found() {
        assert!(edges_of("src/stuff/mod.rs", "")[0].contains("`stuff` is not in the table"));
    }

    #[test]
    fn tests_and_comments_may_name_other_rooms() {
        assert!(
            edges_of(
                "src/domain/x.rs",
                "// use crate::store::Row;\n#[cfg(test)]\nmod t { use crate::store::Row; }"
            )
            .is_empty()
        );
    }

    fn words_of(path: &str, text: &str) -> Vec<String> {
        said(words(&Source::new(path, text)))
    }

    #[test]
    fn a_forbidden_word_is_found() {
        assert_eq!(words_of("src/domain/x.rs", "use tokio::sync;"), ["1: `tokio` in `domain`"]);
        assert_eq!(words_of("src/domain/x.rs", "\nlet m: HashMap<u8, u8>;"), ["2: `HashMap` in `domain`"]);
        assert_eq!(words_of("src/domain/x.rs", "let t = std::time::Instant::now();").len(), 1);
        assert_eq!(words_of("src/domain/x.rs", "let id = Uuid::now_v7();").len(), 1);
        assert_eq!(words_of("src/room/x.rs", "let (a, b) = mpsc::unbounded_channel();").len(), 1);
        assert_eq!(
            words_of("src/http/x.rs", "sqlx::query(SQL)"),
            ["1: `sqlx` in `http`", "1: `query` in `http`"]
        );
        assert_eq!(words_of("src/room/x.rs", "Arbiter::new()").len(), 1);
        assert!(words_of("src/app.rs", "Arbiter::new()").is_empty());
        assert!(words_of("src/store/x.rs", "sqlx::query(SQL)").is_empty());
    }

    #[test]
    fn a_word_in_text_or_in_a_longer_name_is_none() {
        let fine = "// tokio\nlet s = \"tokio\"; let operand = brand; struct InstantNoodle;";
        assert!(words_of("src/domain/x.rs", fine).is_empty());
        assert!(words_of("src/http/x.rs", "let query = uri.query(); fn query() {}").is_empty());
    }

    #[test]
    fn sql_outside_the_store_is_found() {
        let text = "const A: &str = \"SELECT a\n FROM b\";\nconst B: &str = \"Select one\";";
        assert_eq!(said(sql(&Source::new("src/room/x.rs", text))), ["1: SQL: SELECT a"]);
        assert!(sql(&Source::new("src/store/x.rs", text)).is_empty());
        assert_eq!(sql(&Source::new("src/cli.rs", "f(r#\"DELETE FROM t\"#)")).len(), 1);
    }

    #[test]
    fn what_is_left_for_later_is_found() {
        let text =
            "fn a() { todo!() }\n#[test]\n#[ignore = \"slow\"]\nfn b() { unimplemented!(\"x\") } // todo!()";
        assert_eq!(undone(&Source::new("src/room/x.rs", text)).len(), 3);
        assert_eq!(undone(&Source::new("tests/it/x.rs", text)).len(), 3);
        assert!(undone(&Source::new("src/room/x.rs", "let todo = 1; // #[ignore]")).is_empty());
    }

    #[test]
    fn a_sleep_in_a_test_is_found() {
        let text = "fn a() { tokio::time::sleep(x) }\n#[cfg(test)]\nmod t { fn b() { thread::sleep(x) } }";
        assert_eq!(said(sleeps(&Source::new("src/room/x.rs", text))), ["3: a sleep in a test"]);
        assert_eq!(sleeps(&Source::new("tests/it/x.rs", text)).len(), 2);
        assert!(sleeps(&Source::new("tests/it/support/eventually.rs", text)).is_empty());
        assert_eq!(
            web_test("web/ide/a.test.ts", "await page.waitForTimeout(5);\n// setTimeout(f, 5)").len(),
            1
        );
        assert_eq!(
            web_test("web/sdk/a.test.ts", "it.skip(\"x\")\nnew Promise((r) => setTimeout(r, 5))").len(),
            2
        );
        assert!(web_test("web/e2e/src/until.ts", "setTimeout(r, 5)").is_empty());
        assert!(is_web_test("web/ide/src/a.test.tsx") && is_web_test("web/e2e/src/server.ts"));
        assert!(!is_web_test("web/sdk/src/room.ts"));
    }
}
