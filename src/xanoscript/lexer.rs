//! The shapes of the language's smallest parts: words, names, strings, comments.

use winnow::ascii::space0;
use winnow::combinator::{alt, cut_err, delimited, fail, preceded, repeat};
use winnow::error::ErrMode;
use winnow::prelude::*;
use winnow::token::{any, one_of, take_till, take_until, take_while};

/// The smallest parts of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// A string between single marks; such a string keeps its line breaks as they stand.
    Quoted(&'a str),
    /// A string between triple marks.
    Fenced(&'a str),
    /// From `//` to the end of the line.
    Comment(&'a str),
    /// The end of a line.
    Newline,
    /// Spaces and tabs.
    Blank,
    /// `(`, `[` or `{`.
    Open(char),
    /// `)`, `]` or `}`.
    Close(char),
    /// Letters, digits and `_`.
    Word,
    /// Anything else.
    Other(char),
}

/// A string that does not end; its first mark is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unclosed(pub &'static str);

const FENCES: [&str; 2] = ["\"\"\"", "```"];

/// Takes the next piece; `None` at the end of the text.
pub(super) fn piece<'a>(rest: &mut &'a str) -> Result<Option<Piece<'a>>, Unclosed> {
    if rest.is_empty() {
        return Ok(None);
    }
    match any_piece.parse_next(rest) {
        Ok(piece) => Ok(Some(piece)),
        Err(_) => Err(Unclosed(opening_mark(rest))),
    }
}

fn opening_mark(rest: &str) -> &'static str {
    let marks = FENCES.into_iter().chain(["\"", "'", "`"]);
    marks.into_iter().find(|mark| rest.starts_with(mark)).unwrap_or("\"")
}

fn any_piece<'a>(rest: &mut &'a str) -> ModalResult<Piece<'a>> {
    // The fault of an unclosed string must point at its first mark.
    let start = *rest;
    let found = alt((
        fenced.map(Piece::Fenced),
        quoted.map(Piece::Quoted),
        comment.map(Piece::Comment),
        '\n'.value(Piece::Newline),
        take_while(1.., [' ', '\t']).value(Piece::Blank),
        take_while(1.., |c: char| c.is_alphanumeric() || c == '_').value(Piece::Word),
        one_of(['(', '[', '{']).map(Piece::Open),
        one_of([')', ']', '}']).map(Piece::Close),
        any.map(Piece::Other),
    ))
    .parse_next(rest);
    if matches!(found, Err(ErrMode::Cut(_))) {
        *rest = start;
    }
    found
}

/// A string between triple marks, marks included. It knows no escapes.
fn fenced<'a>(rest: &mut &'a str) -> ModalResult<&'a str> {
    let fence = |mark: &'static str| (mark, cut_err((take_until(0.., mark), mark))).take();
    alt((fence(FENCES[0]), fence(FENCES[1]))).parse_next(rest)
}

/// A string between single marks, marks included; a backslash keeps the next character from ending it.
pub(super) fn quoted<'a>(rest: &mut &'a str) -> ModalResult<&'a str> {
    let string = |mark: char| {
        let plain = take_while(1.., move |c| c != mark && c != '\\').void();
        let escaped = ('\\', any).void();
        (mark, cut_err((repeat::<_, _, (), _, _>(0.., alt((plain, escaped))), mark))).take()
    };
    alt((string('"'), string('\''), string('`'))).parse_next(rest)
}

/// The text of a comment, without its `//` and one space.
pub(super) fn comment<'a>(rest: &mut &'a str) -> ModalResult<&'a str> {
    preceded("//", take_till(0.., '\n'))
        .map(|text: &str| text.strip_prefix(' ').unwrap_or(text).trim_end())
        .parse_next(rest)
}

/// Spaces and tabs, no line ends.
pub(super) fn spaces<'a>(rest: &mut &'a str) -> ModalResult<&'a str> {
    space0.parse_next(rest)
}

/// A keyword, a statement or a parameter's name.
pub(super) fn word<'a>(rest: &mut &'a str) -> ModalResult<&'a str> {
    let first = one_of(|c: char| c.is_alphabetic() || c == '_');
    let more = take_while(0.., |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-'));
    (first, more).take().parse_next(rest)
}

/// The name of an object as it is written: quoted, or bare with `/` and `{path}` parts.
pub(super) fn object_name(rest: &mut &str) -> ModalResult<String> {
    let part = delimited('{', take_while(1.., |c: char| c.is_alphanumeric() || c == '_'), '}');
    let bare = (
        take_while(1.., is_bare),
        repeat::<_, _, (), _, _>(0.., alt((take_while(1.., is_bare).void(), part.void()))),
    );
    alt((string_name, bare.take().map(str::to_owned))).parse_next(rest)
}

/// The name of an input or a field as it is written: quoted, or bare without marks.
pub(super) fn field_name(rest: &mut &str) -> ModalResult<String> {
    let bare = take_while(1.., |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '$'));
    alt((string_name, bare.map(str::to_owned))).parse_next(rest)
}

fn string_name(rest: &mut &str) -> ModalResult<String> {
    let start = *rest;
    let text = quoted.parse_next(rest)?;
    if text.starts_with('`') {
        *rest = start;
        return fail.parse_next(rest);
    }
    Ok(unquote(text))
}

/// Whether a character of an object's name needs no quotes.
pub(super) fn is_bare(c: char) -> bool {
    !c.is_whitespace() && !c.is_control() && !"{}()[]\"'`=,|!?#\\".contains(c)
}

/// The content of a quoted string: `\\` and an escaped quote become what they mean, other escapes stay.
pub(super) fn unquote(text: &str) -> String {
    let inner = text.get(1..text.len().saturating_sub(1)).unwrap_or_default();
    let mut out = String::with_capacity(inner.len());
    let mut chars = inner.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek().copied()) {
            ('\\', Some(next @ ('\\' | '"' | '\''))) => {
                out.push(next);
                chars.next();
            }
            _ => out.push(c),
        }
    }
    out
}

/// A text as a quoted string from which [`unquote`] makes it again.
pub(super) fn quote(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
