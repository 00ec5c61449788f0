//! How far a value reaches: the scanner that knows brackets, strings, comments and lines, and nothing else.

use super::error::Fault;
use super::lexer::{Piece, Unclosed, piece};

/// What ends a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// The end of the line outside of brackets, unless the next line goes on; a comment; a closing bracket too many.
    Line,
    /// A space outside of brackets, or what ends a line, or an opening brace behind the first character.
    Word,
    /// The bracket that closes the first character.
    Bracket,
}

/// Takes a text from the start of `rest` to its end. Faults count from the start of `rest`.
///
/// Brackets are counted on the heap, so no text can exhaust the parser's own stack.
pub(super) fn take<'a>(rest: &mut &'a str, end: End) -> Result<&'a str, Fault> {
    let whole = *rest;
    let mut at = whole;
    let mut open: Vec<(char, usize)> = Vec::new();
    loop {
        let here = whole.len() - at.len();
        let before = at;
        let next =
            piece(&mut at).map_err(|Unclosed(mark)| Fault::new(here, format!("a closing `{mark}`")))?;
        let Some(next) = next else {
            if let Some((bracket, from)) = open.last() {
                let (line, _) = super::error::line_and_column(whole, *from);
                let place = if line == 1 { String::new() } else { format!(" {} lines further on", line - 1) };
                let expected = format!("`{}` for the `{bracket}`{place}", closing(*bracket));
                return Err(Fault::new(whole.len(), expected));
            }
            break;
        };
        match next {
            Piece::Open(bracket) => {
                if open.is_empty() && end == End::Word && bracket == '{' && here > 0 {
                    at = before;
                    break;
                }
                open.push((bracket, here));
            }
            Piece::Close(bracket) => match open.pop() {
                None => {
                    at = before;
                    break;
                }
                Some((opened, _)) if closing(opened) != bracket => {
                    return Err(Fault::new(here, format!("`{}`", closing(opened))));
                }
                Some(_) if end == End::Bracket && open.is_empty() => break,
                Some(_) => {}
            },
            Piece::Blank if open.is_empty() && end == End::Line => {}
            Piece::Blank | Piece::Newline | Piece::Comment(_) if open.is_empty() => {
                // Going on past all the empty lines and comments at once looks at each of them only once.
                match goes_on(before).filter(|_| end != End::Word) {
                    Some(later) => at = later,
                    None => {
                        at = before;
                        break;
                    }
                }
            }
            _ => {}
        }
    }
    *rest = at;
    Ok(whole[..whole.len() - at.len()].trim_end())
}

pub(super) fn closing(bracket: char) -> char {
    match bracket {
        '(' => ')',
        '[' => ']',
        _ => '}',
    }
}

/// What is left at the next line with something on it, if that line can only belong to what came before: nothing else
/// starts like that.
fn goes_on(mut rest: &str) -> Option<&str> {
    loop {
        let before = rest;
        let belongs = match piece(&mut rest) {
            Ok(Some(Piece::Newline | Piece::Blank | Piece::Comment(_))) => continue,
            Ok(Some(Piece::Other('!'))) => before.starts_with("!="),
            Ok(Some(Piece::Word)) => before.starts_with(|c: char| c.is_numeric()),
            Ok(None | Some(Piece::Close(_))) => false,
            Ok(Some(_)) | Err(_) => true,
        };
        return belongs.then_some(before);
    }
}

/// Whether a text holds a string between single marks that spans lines. Such a text is kept wholly as it stands, because
/// every space in it may be content.
pub(super) fn keeps_its_lines(text: &str) -> bool {
    let mut rest = text;
    while let Ok(Some(next)) = piece(&mut rest) {
        if matches!(next, Piece::Quoted(string) if string.contains('\n')) {
            return true;
        }
    }
    false
}

/// Whether a text ends within a comment, so that nothing may follow on its last line.
pub(super) fn ends_in_comment(text: &str) -> bool {
    let mut rest = text;
    let mut last = None;
    while let Ok(Some(next)) = piece(&mut rest) {
        if next != Piece::Blank {
            last = Some(next);
        }
    }
    matches!(last, Some(Piece::Comment(_)))
}
