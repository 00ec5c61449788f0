//! The indentation of continuation lines: taken off when a text is read, put back when it is written.

use super::value::keeps_its_lines;

/// Spaces of one level.
pub(super) const STEP: usize = 2;

/// A text without the indentation that all its continuation lines share.
pub(super) fn lift(text: &str) -> String {
    if !text.contains('\n') || keeps_its_lines(text) {
        return text.to_owned();
    }
    let mut lines = text.split('\n');
    let first = lines.next().unwrap_or_default();
    let shared =
        lines.clone().filter(|line| !is_blank(line)).map(margin).reduce(shared_start).unwrap_or_default();
    let rest = lines.map(|line| &line[shared_start(shared, margin(line)).len()..]);
    std::iter::once(first).chain(rest).collect::<Vec<_>>().join("\n")
}

/// A text with `indent` spaces before each continuation line that is not empty, and a level more where such a line would
/// stand right under the beginning: only closing brackets do.
pub(super) fn place(text: &str, indent: usize) -> String {
    if !text.contains('\n') || keeps_its_lines(text) {
        return text.to_owned();
    }
    let fenced = text.starts_with("\"\"\"") || text.starts_with("```");
    let mut lines = text.split('\n');
    let first = lines.next().unwrap_or_default();
    let deeper =
        fenced || lines.clone().any(|line| !line.is_empty() && !line.starts_with([' ', '\t', '}', ']', ')']));
    let margin = " ".repeat(indent + if deeper { STEP } else { 0 });
    let mut out = first.to_owned();
    for line in lines {
        out.push('\n');
        if !line.is_empty() {
            out.push_str(&margin);
            out.push_str(line);
        }
    }
    out
}

fn is_blank(line: &str) -> bool {
    margin(line).len() == line.len()
}

fn margin(line: &str) -> &str {
    let content = line.trim_start_matches([' ', '\t']);
    &line[..line.len() - content.len()]
}

fn shared_start<'a>(a: &'a str, b: &'a str) -> &'a str {
    let same = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
    &a[..same]
}
