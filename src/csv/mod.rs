//! CSV (RFC 4180), read piece by piece and strictly: a file is refused with its line rather than guessed at.
//!
//! What may stand between values is `,`, `;` or a tab, whichever the first line has most of. Lines end with LF or CRLF. A value
//! may be quoted, and must be if it holds the separator, a quote or a line break.

mod read;
mod write;

pub use read::{CsvError, CsvReader, Line};
pub use write::{cell, row};
