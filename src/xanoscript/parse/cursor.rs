//! Where the parser is in the file, and the moves that all its parts share.

use uuid::Uuid;
use winnow::prelude::*;

use crate::domain::id::ItemId;
use crate::domain::stack::{Field, Form, MAX_FIELDS, MAX_STEPS, MAX_TEXT, NodeKind, Seed, is_name, name};
use crate::xanoscript::error::Fault;
use crate::xanoscript::layout::lift;
use crate::xanoscript::lexer;
use crate::xanoscript::value::{End, take};
use crate::xanoscript::{Flag, MAX_NESTING, base_name};

pub(super) type Read<T> = Result<T, Fault>;

/// The file from which is read, and what came out of it so far.
pub(super) struct Cursor<'a, 'i> {
    text: &'a str,
    rest: &'a str,
    nesting: usize,
    steps: usize,
    ids: &'i mut dyn FnMut() -> Uuid,
    pub flags: Vec<Flag>,
    /// Up to where lines have been counted for the flags, and how many.
    counted: (usize, usize),
}

/// The comments of a block: at the end of its first line, before its closing brace, behind its last line.
#[derive(Default)]
pub(super) struct Frame {
    pub line: Option<String>,
    pub end: Vec<String>,
    pub after: Option<String>,
}

impl<'a, 'i> Cursor<'a, 'i> {
    pub(super) fn new(text: &'a str, ids: &'i mut dyn FnMut() -> Uuid) -> Self {
        Cursor { text, rest: text, nesting: 0, steps: 0, ids, flags: Vec::new(), counted: (0, 1) }
    }

    pub(super) fn offset(&self) -> usize {
        self.text.len() - self.rest.len()
    }

    pub(super) fn back_to(&mut self, offset: usize) {
        self.rest = &self.text[offset..];
    }

    pub(super) fn fail<T>(&self, expected: impl Into<String>) -> Read<T> {
        Err(Fault::new(self.offset(), expected))
    }

    pub(super) fn flag(&mut self, item: ItemId, at: usize, message: String) {
        let (from, lines) = self.counted;
        let line = lines + self.text[from.min(at)..at].matches('\n').count();
        self.counted = (at, line);
        self.flags.push(Flag { item, line, message });
    }

    pub(super) fn is_at(&self, text: &str) -> bool {
        self.rest.starts_with(text)
    }

    /// Takes `text` if it stands here.
    pub(super) fn eat(&mut self, text: &str) -> bool {
        let found = self.rest.strip_prefix(text);
        self.rest = found.unwrap_or(self.rest);
        found.is_some()
    }

    /// Takes `word` if it stands here as a whole word.
    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        let mut rest = self.rest;
        if lexer::word.parse_next(&mut rest) == Ok(word) {
            self.rest = rest;
            return true;
        }
        false
    }

    /// Takes what a shape of the lexer matches, or nothing.
    pub(super) fn shape<O>(&mut self, shape: fn(&mut &'a str) -> ModalResult<O>) -> Option<O> {
        let mut rest = self.rest;
        let found = shape(&mut rest).ok()?;
        self.rest = rest;
        Some(found)
    }

    pub(super) fn spaces(&mut self) {
        self.shape(lexer::spaces);
    }

    pub(super) fn word(&mut self, expected: &str) -> Read<&'a str> {
        match self.shape(lexer::word) {
            Some(word) if word.len() <= 200 => Ok(word),
            _ => self.fail(expected),
        }
    }

    /// Takes a text up to `end`, lifted out of its indentation.
    pub(super) fn value(&mut self, end: End) -> Read<String> {
        let start = self.offset();
        let mut rest = self.rest;
        let text = take(&mut rest, end).map_err(|fault| Fault::new(start + fault.at, fault.expected))?;
        self.rest = rest;
        self.bounded(start, lift(text.trim_start()))
    }

    /// Takes an expression with the parentheses around it, and returns it without them.
    pub(super) fn parenthesised(&mut self) -> Read<String> {
        let start = self.offset();
        let mut rest = self.rest;
        let text =
            take(&mut rest, End::Bracket).map_err(|fault| Fault::new(start + fault.at, fault.expected))?;
        self.rest = rest;
        let inner = text.get(1..text.len() - 1).unwrap_or_default();
        self.bounded(start, lift(inner.trim()))
    }

    fn bounded(&self, start: usize, text: String) -> Read<String> {
        if text.len() > MAX_TEXT {
            return Err(Fault::new(start, format!("a text of at most {MAX_TEXT} bytes")));
        }
        Ok(text)
    }

    /// Passes empty lines and returns the comments before what comes next.
    pub(super) fn comments(&mut self) -> Vec<String> {
        let mut found = Vec::new();
        loop {
            self.spaces();
            if self.eat("\n") {
                continue;
            }
            match self.shape(lexer::comment) {
                Some(comment) => found.push(comment.to_owned()),
                None => return found,
            }
        }
    }

    /// The comment at the end of this line, if there is one.
    pub(super) fn line_comment(&mut self) -> Option<String> {
        self.spaces();
        self.shape(lexer::comment).map(str::to_owned)
    }

    /// Sees to it that nothing follows on this line but perhaps a comment, which is returned.
    pub(super) fn end_of_item(&mut self) -> Read<Option<String>> {
        let comment = self.line_comment();
        if self.rest.is_empty() || self.is_at("\n") || self.is_at("}") {
            return Ok(comment);
        }
        self.fail("the end of the line")
    }

    /// Opens a block if one stands here.
    pub(super) fn open(&mut self) -> Read<Option<Frame>> {
        self.spaces();
        if !self.is_at("{") {
            return Ok(None);
        }
        if self.nesting >= MAX_NESTING {
            return self.fail(format!("at most {MAX_NESTING} nested blocks"));
        }
        self.eat("{");
        self.nesting += 1;
        Ok(Some(Frame { line: self.line_comment(), ..Frame::default() }))
    }

    /// Goes to the next item of the open block and returns the comments above it; `None` once the block is closed.
    pub(super) fn next_item(&mut self, frame: &mut Frame) -> Read<Option<Vec<String>>> {
        let comments = self.comments();
        if self.eat("}") {
            self.nesting -= 1;
            frame.end = comments;
            return Ok(None);
        }
        if self.rest.is_empty() {
            return self.fail("a closing `}`");
        }
        Ok(Some(comments))
    }

    /// A node without fields, with an id of its own.
    pub(super) fn seed(&mut self, kind: NodeKind, word: &str, parent: ItemId) -> Read<Seed> {
        if kind == NodeKind::Step {
            self.steps += 1;
            if self.steps > MAX_STEPS {
                return self.fail(format!("at most {MAX_STEPS} steps"));
            }
        }
        let id = ItemId::Node((self.ids)());
        Ok(Seed { id, kind, word: word.to_owned(), fields: Vec::new(), parent: Some(parent) })
    }

    /// Adds a field that may be there already: the second `arg` becomes `arg#2`. Its comments come before it.
    pub(super) fn parameter(&self, fields: &mut Vec<Field>, found: Found) -> Read<()> {
        let Found { at, name, text, form, above, line } = found;
        let count = fields.iter().filter(|field| base_name(&field.name) == name).count();
        let unique = if count == 0 { name } else { format!("{name}#{}", count + 1) };
        self.comment(at, fields, &format!("{}:{unique}", name::COMMENT), &above)?;
        self.comment(at, fields, &format!("{}:{unique}", name::COMMENT_LINE), line.as_slice())?;
        self.field_in(at, fields, unique, text, form)
    }

    /// Adds the comments of one place, if there are any.
    pub(super) fn comment(
        &self,
        at: usize,
        fields: &mut Vec<Field>,
        name: &str,
        lines: &[String],
    ) -> Read<()> {
        if lines.is_empty() {
            return Ok(());
        }
        self.field(at, fields, name, lines.join("\n"))
    }

    /// Adds a field with a text that stands at `at`.
    pub(super) fn field(&self, at: usize, fields: &mut Vec<Field>, name: &str, text: String) -> Read<()> {
        self.field_in(at, fields, name.to_owned(), text, Form::Assign)
    }

    fn field_in(
        &self,
        at: usize,
        fields: &mut Vec<Field>,
        name: String,
        text: String,
        form: Form,
    ) -> Read<()> {
        if fields.len() >= MAX_FIELDS {
            return Err(Fault::new(at, format!("at most {MAX_FIELDS} properties")));
        }
        if text.len() > MAX_TEXT {
            return Err(Fault::new(at, format!("a text of at most {MAX_TEXT} bytes")));
        }
        if !is_name(&name) {
            return Err(Fault::new(at, "a name of at most 200 characters"));
        }
        if name == self::name::NAME && !is_name(&text) {
            return Err(Fault::new(at, "a name of 1 to 200 characters"));
        }
        fields.push(Field { name, text, form });
        Ok(())
    }

    /// Reads what follows a property's name: `= value` or a block, kept as it stands.
    pub(super) fn property(&mut self, at: usize, word: &str, above: Vec<String>) -> Read<Found> {
        self.spaces();
        let (name, text, form) = if self.is_at("=") && !self.is_at("==") {
            self.eat("=");
            self.spaces();
            (word.to_owned(), self.value(End::Line)?, Form::Assign)
        } else {
            let label = self.label()?;
            let name = if label.is_empty() { word.to_owned() } else { format!("{word} {label}") };
            (name, self.value(End::Bracket)?, Form::Block)
        };
        let line = self.end_of_item()?;
        Ok(Found { at, name, text, form, above, line })
    }

    /// What stands between a block's word and its brace, on the same line.
    fn label(&mut self) -> Read<String> {
        let start = self.offset();
        let mut rest = self.rest;
        loop {
            let before = rest;
            match lexer::piece(&mut rest) {
                Ok(Some(lexer::Piece::Open('{'))) => {
                    let label = self.rest[..self.rest.len() - before.len()].trim().replace('\t', " ");
                    self.rest = before;
                    return Ok(label);
                }
                Ok(Some(lexer::Piece::Word | lexer::Piece::Blank | lexer::Piece::Quoted(_))) => {}
                Ok(Some(lexer::Piece::Other('-' | '.' | '/'))) => {}
                _ => return Err(Fault::new(start, "`=` or `{` after a name")),
            }
        }
    }
}

/// A property as it was read.
pub(super) struct Found {
    pub at: usize,
    pub name: String,
    pub text: String,
    pub form: Form,
    pub above: Vec<String>,
    pub line: Option<String>,
}
