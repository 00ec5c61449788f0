//! Whether a text is a value: its brackets, strings, filters and operators.

use std::fmt;

use super::error::{Fault, line_and_column};
use super::lexer::{Piece, Unclosed, comment, piece};
use super::value::{End, take};

/// The first thing in a value that cannot be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueError {
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// What could stand there.
    pub expected: String,
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: expected {}", self.line, self.column, self.expected)
    }
}

impl std::error::Error for ValueError {}

/// Checks an expression as far as it can be checked without running it. A text that passes can be exported and read again.
///
/// # Errors
/// Where it cannot be right, and what was expected there.
pub fn check_value(text: &str) -> Result<(), ValueError> {
    check(text, Place::Line)
}

/// Where a text is written, which decides what would end it too early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Behind `=`.
    Line,
    /// In parentheses.
    Parentheses,
    /// Among other words, as a default or a variable.
    Word,
    /// With its own braces.
    Block,
    /// As a whole statement.
    Statement,
}

pub(super) fn check(text: &str, place: Place) -> Result<(), ValueError> {
    let is_value = !matches!(place, Place::Block | Place::Statement);
    let checked = reach(text, place).and_then(|()| if is_value { operators(text) } else { Ok(()) });
    checked.map_err(|fault| {
        let (line, column) = line_and_column(text, fault.at);
        ValueError { line, column, expected: fault.expected }
    })
}

/// Whether the text is one piece where it stands.
fn reach(text: &str, place: Place) -> Result<(), Fault> {
    if text.trim().is_empty() {
        return Err(Fault::new(0, "a value"));
    }
    if place == Place::Parentheses {
        return closed_by_its_own(text);
    }
    let end = match place {
        Place::Word => End::Word,
        Place::Block => End::Bracket,
        _ => End::Line,
    };
    if place == Place::Block && !text.starts_with('{') {
        return Err(Fault::new(0, "`{`"));
    }
    let mut rest = text;
    take(&mut rest, end)?;
    let at = text.len() - rest.len();
    // Behind `=`, a comment ends the line and is written with it.
    let mut behind = rest.trim();
    let commented = matches!(place, Place::Line | Place::Statement) && comment(&mut behind).is_ok();
    let whole = rest.trim().is_empty() || (commented && behind.is_empty());
    if whole { Ok(()) } else { Err(Fault::new(at, "the end of the value")) }
}

/// Whether the parentheses around the text are the ones that end it.
fn closed_by_its_own(text: &str) -> Result<(), Fault> {
    let inside = format!("({text}\n)");
    let in_text = |at: usize| at.saturating_sub(1).min(text.len());
    let mut rest = inside.as_str();
    take(&mut rest, End::Bracket).map_err(|fault| Fault::new(in_text(fault.at), fault.expected))?;
    if rest.is_empty() {
        return Ok(());
    }
    Err(Fault::new(in_text(inside.len() - rest.len() - 1), "the end of the expression"))
}

/// Whether each filter has a name, and each operator something behind it.
fn operators(text: &str) -> Result<(), Fault> {
    let mut rest = text;
    let mut last: Option<(Piece<'_>, usize)> = None;
    let mut pipe_at = None;
    loop {
        let at = text.len() - rest.len();
        let next =
            piece(&mut rest).map_err(|Unclosed(mark)| Fault::new(at, format!("a closing `{mark}`")))?;
        let Some(next) = next else { break };
        if matches!(next, Piece::Blank | Piece::Newline | Piece::Comment(_)) {
            continue;
        }
        let first = last.is_none() || matches!(last, Some((Piece::Open(_) | Piece::Other(','), _)));
        match (next, pipe_at) {
            // The second of `||`.
            (Piece::Other('|'), Some(before)) if before + 1 == at => pipe_at = None,
            (Piece::Word | Piece::Other('@'), Some(_)) => pipe_at = None,
            (_, Some(_)) => return Err(Fault::new(at, "the name of a filter")),
            (Piece::Other('|' | '&' | '*' | '=' | '<' | '>' | '~'), _) if first => {
                return Err(Fault::new(at, "a value"));
            }
            (Piece::Other('|'), None) if ends_open(last) => return Err(Fault::new(at, "a value")),
            (Piece::Other('|'), None) => pipe_at = Some(at),
            (Piece::Close(_), None) if ends_open(last) => return Err(Fault::new(at, "a value")),
            _ => {}
        }
        last = Some((next, at));
    }
    if ends_open(last) { Err(Fault::new(text.len(), "a value")) } else { Ok(()) }
}

/// Whether what was read last needs something behind it.
fn ends_open(last: Option<(Piece<'_>, usize)>) -> bool {
    matches!(
        last,
        Some((Piece::Other('|' | '&' | '+' | '-' | '*' | '/' | '=' | '<' | '>' | '~' | '?' | ':'), _))
    )
}
