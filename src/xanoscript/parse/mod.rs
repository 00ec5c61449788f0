//! From text to seeds: one object of a file.

mod cursor;
mod inputs;
mod object;
mod steps;

use uuid::Uuid;

use super::error::{Fault, SyntaxError};
use super::{MAX_FILE, Parsed};
use crate::domain::stack::{Revision, Stack, is_text};
use cursor::Cursor;

/// Reads the object in `text`; `file` is named in errors, and `ids` gives each node its id in document order.
///
/// # Errors
/// The first thing that cannot be read, with its line and column.
pub fn parse(file: &str, text: &str, ids: &mut dyn FnMut() -> Uuid) -> Result<Parsed, SyntaxError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let text = text.replace("\r\n", "\n");
    read(&text, ids).map_err(|fault| fault.locate(file, &text))
}

fn read(text: &str, ids: &mut dyn FnMut() -> Uuid) -> Result<Parsed, Fault> {
    if text.len() > MAX_FILE {
        return Err(Fault::new(0, format!("a file of at most {MAX_FILE} bytes")));
    }
    if !is_text(text) {
        let at = text.char_indices().find(|(_, c)| !is_text(c.encode_utf8(&mut [0; 4])));
        return Err(Fault::new(at.map_or(0, |(at, _)| at), "text without control characters"));
    }
    let mut cursor = Cursor::new(text, ids);
    let parsed = cursor.object()?;
    // Every rule of the tree has been kept on the way; this makes sure of it for those who change the parser.
    match Stack::from_seeds(&parsed.seeds, Revision::default()) {
        Ok(_) => Ok(parsed),
        Err(error) => Err(Fault::new(0, format!("an object within its limits ({error})"))),
    }
}
