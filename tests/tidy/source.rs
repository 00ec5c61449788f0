//! A source file as the checks see it: the same lines, with what is not code blanked out.

use std::fmt;

/// One broken rule at one place.
pub struct Finding {
    pub path: String,
    pub line: usize,
    pub what: String,
    pub rule: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}\n    rule: {}", self.path, self.line, self.what, self.rule)
    }
}

/// A Rust file in three views of equal length, so that a place in one is the same place in the others.
pub struct Source {
    /// From the root, with forward slashes.
    pub path: String,
    /// As written.
    pub text: String,
    /// Comments and the insides of strings are blanks.
    pub code: String,
    /// As `code`, and everything under `#[cfg(test)]` is blank too.
    pub shipped: String,
    /// What the shipped string literals say, with their lines.
    pub strings: Vec<(usize, String)>,
}

impl Source {
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Source {
        let (path, text) = (path.into(), text.into());
        let (code, literals) = blank_comments_and_strings(&text);
        let shipped = if is_test_file(&path) { blank(&code) } else { blank_tests(&code) };
        let strings = literals
            .into_iter()
            .filter(|(at, _)| !is_test_file(&path) && shipped.as_bytes()[*at] == code.as_bytes()[*at])
            .map(|(at, said)| (line_of(&text, at), said))
            .collect();
        Source { path, text, code, shipped, strings }
    }

    /// The folder or file right under `src/`, without `.rs`; nothing outside `src/`.
    pub fn room(&self) -> Option<&str> {
        let below = self.path.strip_prefix("src/")?;
        let first = below.split('/').next()?;
        Some(first.strip_suffix(".rs").unwrap_or(first))
    }

    /// The modules that this file declares under `#[cfg(test)]` and keeps in files of their own: paths without `.rs`.
    pub fn test_modules(&self) -> Vec<String> {
        let folder = match self.path.rsplit_once('/') {
            Some((folder, "mod.rs" | "lib.rs" | "main.rs")) => folder.to_owned(),
            _ => self.path.trim_end_matches(".rs").to_owned(),
        };
        let declared = self.code.split("#[cfg(test)]").skip(1).filter_map(|rest| {
            let (name, _) =
                rest.trim_start().trim_start_matches("pub ").strip_prefix("mod ")?.split_once(';')?;
            name.chars().all(|c| c.is_alphanumeric() || c == '_').then(|| format!("{folder}/{name}"))
        });
        declared.collect()
    }

    pub fn is_in(&self, module: &str) -> bool {
        self.path.strip_prefix(module).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
    }

    pub fn all_is_test(&mut self) {
        self.shipped = blank(&self.shipped);
        self.strings.clear();
    }

    pub fn finding(&self, at: usize, what: impl Into<String>, rule: impl Into<String>) -> Finding {
        let line = line_of(&self.text, at);
        Finding { path: self.path.clone(), line, what: what.into(), rule: rule.into() }
    }
}

/// Files under `tests/`, and files that `src` keeps for its tests.
fn is_test_file(path: &str) -> bool {
    path.starts_with("tests/") || path.ends_with("/tests.rs") || path.contains("/tests/")
}

pub fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes()[..at.min(text.len())].iter().filter(|byte| **byte == b'\n').count() + 1
}

fn blank(code: &str) -> String {
    code.chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect()
}

/// Is there a word (an identifier or a path of them) at this place, and not inside a longer one?
pub fn is_word_at(code: &str, at: usize, word: &str) -> bool {
    let part_of_name = |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
    let bytes = code.as_bytes();
    let starts = !part_of_name(word.as_bytes().first()) || at == 0 || !part_of_name(bytes.get(at - 1));
    let ends = !part_of_name(word.as_bytes().last()) || !part_of_name(bytes.get(at + word.len()));
    code[at..].starts_with(word) && starts && ends
}

pub fn find_words<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    code.match_indices(word).map(|(at, _)| at).filter(move |at| is_word_at(code, *at, word))
}

/// Where the bracket that opens at `open` closes.
pub fn closing(code: &str, open: usize) -> Option<usize> {
    let mut depth = 0usize;
    for (at, byte) in code.bytes().enumerate().skip(open) {
        match byte {
            b'{' | b'(' | b'[' => depth += 1,
            b'}' | b')' | b']' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

/// Also returns every string literal with the place of its opening quote.
fn blank_comments_and_strings(text: &str) -> (String, Vec<(usize, String)>) {
    let bytes = text.as_bytes();
    let mut code = bytes.to_vec();
    let mut literals = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let end = if rest.starts_with(b"//") {
            let end = at + rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len());
            wipe(&mut code, at, end);
            end
        } else if rest.starts_with(b"/*") {
            let end = at + block_comment(rest);
            wipe(&mut code, at, end);
            end
        } else if let Some((open, close)) = string_bounds(bytes, at) {
            let (from, to) = (at + open, close.0);
            literals.push((from - 1, text[from..to].to_owned()));
            wipe(&mut code, from, to);
            close.1
        } else if rest[0] == b'\'' {
            at + char_or_lifetime(rest)
        } else {
            at + 1
        };
        if rest[0] == b'\'' && end > at + 1 {
            wipe(&mut code, at + 1, end - 1);
        }
        at = end;
    }
    (String::from_utf8(code).expect("only whole characters were blanked"), literals)
}

fn wipe(code: &mut [u8], from: usize, to: usize) {
    for byte in &mut code[from..to] {
        if *byte != b'\n' {
            *byte = b' ';
        }
    }
}

/// Length of a block comment, which may hold others.
fn block_comment(rest: &[u8]) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        if rest[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    rest.len()
}

/// For a string that starts here: how far in its inside starts, and where its inside and the whole end.
fn string_bounds(bytes: &[u8], at: usize) -> Option<(usize, (usize, usize))> {
    let rest = &bytes[at..];
    let in_name = at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_');
    let prefix = rest.iter().take_while(|b| matches!(b, b'b' | b'r' | b'c')).count();
    if prefix > 2 || (prefix > 0 && in_name) {
        return None;
    }
    let hashes = rest[prefix..].iter().take_while(|b| **b == b'#').count();
    let raw = rest[..prefix].contains(&b'r');
    if rest.get(prefix + hashes) != Some(&b'"') || (hashes > 0 && !raw) {
        return None;
    }
    let inside = prefix + hashes + 1;
    let mut here = at + inside;
    while here < bytes.len() {
        if bytes[here] == b'\\' && !raw {
            here += 2;
        } else if bytes[here] == b'"'
            && bytes[here + 1..].iter().take(hashes).filter(|b| **b == b'#').count() == hashes
        {
            return Some((inside, (here, here + 1 + hashes)));
        } else {
            here += 1;
        }
    }
    Some((inside, (bytes.len(), bytes.len())))
}

/// `'a'` and `'\n'` are characters, `'a` is a lifetime.
fn char_or_lifetime(rest: &[u8]) -> usize {
    if rest.get(1) == Some(&b'\\') {
        let close = rest.iter().skip(3).position(|b| *b == b'\'');
        return close.map_or(1, |far| far + 4);
    }
    let width = match rest.get(1) {
        Some(first) if *first >= 0xF0 => 4,
        Some(first) if *first >= 0xE0 => 3,
        Some(first) if *first >= 0xC0 => 2,
        _ => 1,
    };
    if rest.get(1 + width) == Some(&b'\'') { width + 2 } else { 1 }
}

/// Blanks each item under `#[cfg(test)]`, to its closing brace or semicolon.
fn blank_tests(code: &str) -> String {
    let mut bytes = code.as_bytes().to_vec();
    for (start, marker) in code.match_indices("#[cfg(test)]") {
        let mut at = start + marker.len();
        let end = loop {
            match code.as_bytes().get(at) {
                None => break code.len(),
                Some(b'{') => break closing(code, at).map_or(code.len(), |close| close + 1),
                Some(b'(' | b'[') => at = closing(code, at).map_or(code.len(), |close| close + 1),
                Some(b';') => break at + 1,
                Some(_) => at += 1,
            }
        };
        wipe(&mut bytes, start, end);
    }
    String::from_utf8(bytes).expect("only whole characters were blanked")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> String {
        Source::new("src/domain/x.rs", text).code
    }

    #[test]
    fn comments_and_strings_are_not_code() {
        assert_eq!(code("a // tokio\nb"), "a         \nb");
        assert_eq!(code("a /* x /* tokio */ y */ b").split_whitespace().collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(
            code(r##"f("tokio \" still", r#"sqlx "q" "#, b"x") + g"##)
                .matches(char::is_alphabetic)
                .collect::<String>(),
            "frbg"
        );
        assert!(
            code("let s = \"{\"; let c = '{'; let d = '\\''; let e = 'é';").matches('{').next().is_none()
        );
        assert_eq!(code("fn f<'a>(x: &'a str) {}"), "fn f<'a>(x: &'a str) {}");
        assert_eq!(code("for \"x\"; bar\"y\""), "for \" \"; bar\" \"");
    }

    #[test]
    fn tests_are_not_shipped() {
        let source = Source::new(
            "src/a.rs",
            "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() { \"SELECT\" }\n}\nfn c() { \"X\" }\n",
        );
        assert!(source.shipped.contains("fn a") && source.shipped.contains("fn c"));
        assert!(!source.shipped.contains("fn b"));
        assert!(source.code.contains("fn b"));
        assert_eq!(source.strings, [(6, "X".to_owned())]);
        let named = Source::new("src/a.rs", "#[cfg(test)]\nmod tests;\nfn c() {}");
        assert_eq!(named.shipped.trim(), "fn c() {}");
        let mut elsewhere = Source::new("src/a/mod.rs", "mod b;\n#[cfg(test)]\nmod c;");
        assert_eq!(elsewhere.test_modules(), ["src/a/c"]);
        assert!(
            Source::new("src/a/c.rs", "").is_in("src/a/c")
                && !Source::new("src/a/cd.rs", "").is_in("src/a/c")
        );
        elsewhere.all_is_test();
        assert_eq!(elsewhere.shipped.trim(), "");
        assert_eq!(Source::new("src/a/tests.rs", "fn c() {}").shipped.trim(), "");
    }

    #[test]
    fn rooms_and_lines_are_named() {
        assert_eq!(Source::new("src/domain/stack/op.rs", "").room(), Some("domain"));
        assert_eq!(Source::new("src/gateway.rs", "").room(), Some("gateway"));
        assert_eq!(Source::new("tests/it/main.rs", "").room(), None);
        let said = Source::new("src/a.rs", "x\ny").finding(2, "what", "why").to_string();
        assert_eq!(said, "src/a.rs:2: what\n    rule: why");
    }
}
