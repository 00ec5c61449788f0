//! Checks of form: lengths, doors, names and the numbering of migrations.

use crate::rules::{ALLOWED_WORDS, BANNED_NAMES, LONGER, MAX_FILE_LINES, MAX_FUNCTION_LINES};
use crate::source::{Finding, Source, closing, find_words, is_word_at, line_of};

fn allowed(what: &str, normally: usize) -> usize {
    LONGER.iter().find(|longer| longer.what == what).map_or(normally, |longer| longer.lines)
}

/// Lines of a file that are not its tests: from the first to the last shipped line, tests in between left out.
fn shipped_lines(source: &Source) -> usize {
    let (mut lines, mut in_tests) = (0, false);
    for (code, shipped) in source.code.lines().zip(source.shipped.lines()) {
        let blank = code.trim().is_empty();
        if !blank {
            in_tests = shipped.trim().is_empty();
        }
        if !in_tests {
            lines += 1;
        }
    }
    lines
}

/// Every shipped function with its place and its number of lines.
fn functions(source: &Source) -> Vec<(usize, String, usize)> {
    let code = &source.shipped;
    let mut found = Vec::new();
    for at in find_words(code, "fn ") {
        let name: String = code[at + 3..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        let Some(open) = body(code, at) else { continue };
        let Some(close) = closing(code, open) else { continue };
        if !name.is_empty() {
            found.push((at, name, line_of(code, close) - line_of(code, at) + 1));
        }
    }
    found
}

/// Where the body of a function opens; nowhere for one that is only declared.
fn body(code: &str, from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        match code.as_bytes().get(at)? {
            b'{' => return Some(at),
            b';' => return None,
            b'(' | b'[' => at = closing(code, at)? + 1,
            _ => at += 1,
        }
    }
}

/// Files and functions beyond the alarm, unless an exception names them.
pub fn lengths(source: &Source) -> Vec<Finding> {
    let mut found = Vec::new();
    let lines = shipped_lines(source);
    let most = allowed(&source.path, MAX_FILE_LINES);
    if lines > most {
        let rule = format!(
            "a file holds one idea in at most {most} lines, its tests aside; an exception in rules.rs says why"
        );
        found.push(source.finding(0, format!("{lines} lines"), rule));
    }
    for (at, name, lines) in functions(source) {
        let most = allowed(&format!("{}::{name}", source.path), MAX_FUNCTION_LINES);
        if lines > most {
            let rule = format!("a function has at most {most} lines; an exception in rules.rs says why");
            found.push(source.finding(at, format!("`fn {name}` has {lines} lines"), rule));
        }
    }
    found
}

/// Exceptions that nothing needs any more, or that do not say why.
pub fn stale_exceptions(sources: &[Source]) -> Vec<Finding> {
    let finding = |what: String| Finding {
        path: "tests/tidy/rules.rs".to_owned(),
        line: 1,
        what,
        rule: "an exception is needed and says why".to_owned(),
    };
    let mut found = Vec::new();
    for allowed in ALLOWED_WORDS {
        let needed = sources.iter().any(|source| {
            source.path == allowed.path && find_words(&source.shipped, allowed.word).next().is_some()
        });
        if !needed || allowed.why.len() < 10 {
            found.push(finding(format!("the exception for `{}` in {}", allowed.word, allowed.path)));
        }
    }
    for longer in LONGER {
        let needed = sources.iter().any(|source| {
            let by_function = functions(source).into_iter().any(|(_, name, lines)| {
                format!("{}::{name}", source.path) == longer.what && lines > MAX_FUNCTION_LINES
            });
            by_function || (source.path == longer.what && shipped_lines(source) > MAX_FILE_LINES)
        });
        if !needed || longer.why.len() < 10 {
            found.push(finding(format!("the exception for {}", longer.what)));
        }
    }
    found
}

/// Doors that do not say what the room is for, and modules whose name says nothing.
pub fn names(source: &Source) -> Vec<Finding> {
    let mut found = Vec::new();
    if source.path.ends_with("/mod.rs") && !source.text.starts_with("//!") {
        let rule = "every mod.rs starts with `//!`: what the room is for and what it must not know";
        found.push(source.finding(0, "no description", rule));
    }
    let rule = format!("a module says what it holds; none is called {}", BANNED_NAMES.join(", "));
    for part in source.path.split('/') {
        if BANNED_NAMES.contains(&part.strip_suffix(".rs").unwrap_or(part)) {
            found.push(source.finding(0, format!("a module called `{part}`"), rule.clone()));
        }
    }
    for at in find_words(&source.code, "mod ") {
        let banned = BANNED_NAMES.iter().find(|name| is_word_at(&source.code, at + 4, name));
        if let Some(name) = banned {
            found.push(source.finding(at, format!("a module called `{name}`"), rule.clone()));
        }
    }
    found
}

/// Migrations are numbered 0001, 0002 …, each number once, and both dialects hold the same numbers and names. A number may be
/// missing: it was given to work that is not in yet.
pub fn migrations(sqlite: &[String], postgres: &[String]) -> Vec<Finding> {
    let rule = "migrations have numbers of four digits, each once, and every dialect holds the same numbers and names";
    let finding = |folder: &str, what: String| Finding {
        path: format!("migrations/{folder}"),
        line: 1,
        what,
        rule: rule.to_owned(),
    };
    let mut found = Vec::new();
    for (folder, names) in [("sqlite", sqlite), ("postgres", postgres)] {
        let mut last = 0;
        for name in names {
            let number = name.split_once('_').filter(|(digits, _)| digits.len() == 4);
            let number: u32 = number.and_then(|(digits, _)| digits.parse().ok()).unwrap_or_default();
            if number <= last {
                found.push(finding(folder, format!("{name} has no number of its own after {last:04}")));
            }
            last = last.max(number);
        }
    }
    if !postgres.is_empty() && sqlite != postgres {
        let lonely = |a: &[String], b: &[String]| {
            a.iter().filter(|name| !b.contains(name)).cloned().collect::<Vec<_>>()
        };
        let differing = [lonely(sqlite, postgres), lonely(postgres, sqlite)].concat();
        found.push(finding("postgres", format!("not in both: {}", differing.join(", "))));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(path: &str, text: &str) -> Source {
        Source::new(path, text)
    }

    #[test]
    fn a_long_file_is_found_and_its_tests_do_not_count() {
        let long = "const A: u8 = 1;\n".repeat(401);
        assert!(lengths(&of("src/room/x.rs", &long))[0].what.contains("401 lines"));
        let tested = format!(
            "{}#[cfg(test)]\nmod tests {{\n{}}}\n",
            "const A: u8 = 1;\n".repeat(400),
            "fn a() {}\n\n".repeat(90)
        );
        assert!(lengths(&of("src/room/x.rs", &tested)).is_empty());
        assert!(lengths(&of("src/room/tests.rs", &long)).is_empty());
    }

    #[test]
    fn a_long_function_is_found() {
        let text = |lines: usize| {
            format!(
                "fn short() {{}}\ntrait T {{ fn only_said(); }}\nfn far<T>(a: [u8; 3]) -> T\nwhere T: Copy {{\n{}}}\n",
                "f();\n".repeat(lines)
            )
        };
        assert!(lengths(&of("src/room/x.rs", &text(67))).is_empty());
        let found = lengths(&of("src/room/x.rs", &text(68)));
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].line, found[0].what.as_str()), (3, "`fn far` has 71 lines"));
    }

    #[test]
    fn doors_and_names_are_checked() {
        assert_eq!(names(&of("src/room/mod.rs", "use x;")).len(), 1);
        assert!(names(&of("src/room/mod.rs", "//! What it is for.")).is_empty());
        assert_eq!(names(&of("src/room/utils.rs", "")).len(), 1);
        assert_eq!(names(&of("tests/it/common/mod.rs", "//! x")).len(), 1);
        assert_eq!(names(&of("src/room/x.rs", "mod helpers;\nmod helpers_of_santa;")).len(), 1);
    }

    #[test]
    fn migrations_out_of_step_are_found() {
        let list = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let both = list(&["0001_a.sql", "0002_b.sql"]);
        assert!(migrations(&both, &both).is_empty());
        assert!(migrations(&both, &[]).is_empty());
        assert_eq!(migrations(&both, &list(&["0001_a.sql"])).len(), 1);
        assert!(migrations(&list(&["0001_a.sql", "0003_b.sql"]), &[]).is_empty());
        assert_eq!(migrations(&list(&["0001_a.sql", "0001_b.sql", "x.sql"]), &[]).len(), 2);
    }
}
