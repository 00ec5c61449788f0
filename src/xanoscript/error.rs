//! What is said about a text that cannot be read.

use std::fmt;

/// The first thing in a file that cannot be read, and what was expected there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// The file, as the caller named it.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// What could stand there.
    pub expected: String,
    /// What stands there.
    pub found: String,
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let SyntaxError { file, line, column, expected, found } = self;
        write!(f, "{file}:{line}:{column}: expected {expected}, found {found}")
    }
}

impl std::error::Error for SyntaxError {}

/// A fault at an offset of the text that is being read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub at: usize,
    pub expected: String,
}

impl Fault {
    pub(super) fn new(at: usize, expected: impl Into<String>) -> Fault {
        Fault { at, expected: expected.into() }
    }

    /// The fault with its place in lines and columns, and in words what stands there.
    pub(super) fn locate(self, file: &str, text: &str) -> SyntaxError {
        let (line, column) = line_and_column(text, self.at);
        let found = found_at(&text[self.at..]);
        SyntaxError { file: file.to_owned(), line, column, expected: self.expected, found }
    }
}

/// Line and column of an offset, from 1.
pub(super) fn line_and_column(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..at];
    let line = before.matches('\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (line, before[start..].chars().count() + 1)
}

fn found_at(rest: &str) -> String {
    let wordy = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '$' | '/');
    let word: String = rest.chars().take_while(|c| wordy(*c)).take(40).collect();
    match rest.chars().next() {
        None => "the end of the text".to_owned(),
        Some('\n') => "the end of the line".to_owned(),
        Some(' ' | '\t') => "a space".to_owned(),
        Some(c) if c.is_control() => format!("the control character U+{:04X}", u32::from(c)),
        Some(_) if !word.is_empty() => format!("`{word}`"),
        Some(c) => format!("`{c}`"),
    }
}
