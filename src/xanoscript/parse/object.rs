//! The construct around everything: its name, its properties, and its sections.

use super::cursor::{Cursor, Found, Frame, Read};
use crate::domain::id::ItemId;
use crate::domain::stack::{Field, NodeKind, ObjectKind, Seed, name};
use crate::xanoscript::lexer::{self, unquote};
use crate::xanoscript::value::End;
use crate::xanoscript::{CONSTRUCTS, Parsed};

/// An object while it is read: a list of seeds for each of its fixed parts.
struct Draft {
    kind: ObjectKind,
    settings: Seed,
    inputs: Vec<Seed>,
    stack: Vec<Seed>,
    response: Seed,
    seen: Vec<&'static str>,
}

impl Cursor<'_, '_> {
    /// The whole file: comments, one construct, comments.
    pub(super) fn object(&mut self) -> Read<Parsed> {
        let above = self.comments();
        let at = self.offset();
        let (construct, kind) = self.construct()?;
        let mut draft = Draft::new(kind);
        let fields = &mut draft.settings.fields;
        self.comment(at, fields, name::COMMENT, &above)?;
        if kind == ObjectKind::Trigger {
            self.field(at, fields, name::CONSTRUCT, construct.to_owned())?;
        }
        self.spaces();
        let at = self.offset();
        let Some(title) = self.shape(lexer::object_name) else {
            return self.fail(format!("the name of the {construct}"));
        };
        self.field(at, fields, name::NAME, title.clone())?;
        self.spaces();
        if self.eat_word("verb") {
            if !self.eat("=") {
                return self.fail("`=`");
            }
            let verb = self.value(End::Word)?;
            self.field(at, fields, name::VERB, verb)?;
        }
        let Some(mut frame) = self.open()? else { return self.fail("`{`") };
        self.comment(at, &mut draft.settings.fields, name::COMMENT_LINE, frame.line.as_slice())?;
        while let Some(above) = self.next_item(&mut frame)? {
            self.section(&mut draft, above)?;
        }
        let below = self.comments();
        if self.end_of_item().is_err() || self.is_at("}") {
            return self.fail("the end of the file");
        }
        let fields = &mut draft.settings.fields;
        self.comment(at, fields, name::COMMENT_END, &frame.end)?;
        self.comment(at, fields, name::COMMENT_AFTER, &below)?;
        Ok(draft.finish(title, std::mem::take(&mut self.flags)))
    }

    fn construct(&mut self) -> Read<(&'static str, ObjectKind)> {
        let at = self.offset();
        let word = self.word("an object, such as `query` or `function`")?;
        let known = CONSTRUCTS.iter().find(|(construct, _)| *construct == word);
        known.copied().map_or_else(
            || {
                self.back_to(at);
                let all: Vec<&str> = CONSTRUCTS.iter().map(|(construct, _)| *construct).collect();
                self.fail(format!("one of {}", all.join(", ")))
            },
            Ok,
        )
    }

    /// One property, or one of the sections that have a part of the object to themselves.
    fn section(&mut self, draft: &mut Draft, above: Vec<String>) -> Read<()> {
        let at = self.offset();
        let word = self.word("a property, a section or a closing `}`")?;
        self.spaces();
        let assigns = self.is_at("=");
        let inputs = if draft.kind == ObjectKind::Table { "schema" } else { "input" };
        let section = [(inputs, false), ("stack", false), ("response", true)]
            .into_iter()
            .find(|(name, assigned)| *name == word && *assigned == assigns);
        let Some((section, _)) = section else {
            let found = self.property(at, word, above)?;
            return self.parameter(&mut draft.settings.fields, found);
        };
        if draft.seen.contains(&section) {
            self.back_to(at);
            return self.fail(format!("`{section}` once"));
        }
        draft.seen.push(section);
        match section {
            "response" => {
                let Found { text, line, .. } = self.property(at, word, Vec::new())?;
                let fields = &mut draft.response.fields;
                self.comment(at, fields, name::COMMENT, &above)?;
                self.comment(at, fields, name::COMMENT_LINE, line.as_slice())?;
                self.field(at, fields, name::VALUE, text)
            }
            "stack" => {
                let frame = self.open()?;
                self.part(at, (above, frame), &mut draft.stack, Self::top_steps)
            }
            _ => {
                let frame = self.open()?;
                self.part(at, (above, frame), &mut draft.inputs, |cursor, frame, seeds| {
                    cursor.inputs(ItemId::Inputs, frame, seeds)
                })
            }
        }
    }

    fn part(
        &mut self,
        at: usize,
        (above, frame): (Vec<String>, Option<Frame>),
        seeds: &mut Vec<Seed>,
        read: impl FnOnce(&mut Self, &mut Frame, &mut Vec<Seed>) -> Read<()>,
    ) -> Read<()> {
        let mut frame = frame;
        if let Some(frame) = &mut frame {
            read(self, frame, seeds)?;
        }
        let last = self.end_of_item()?;
        let (line, end, after) = match frame {
            Some(frame) => (frame.line, frame.end, last),
            None => (last, Vec::new(), None),
        };
        let own: Vec<Field> = std::mem::take(&mut seeds[0].fields);
        let fields = &mut seeds[0].fields;
        self.comment(at, fields, name::COMMENT, &above)?;
        self.comment(at, fields, name::COMMENT_LINE, line.as_slice())?;
        fields.extend(own);
        self.comment(at, fields, name::COMMENT_END, &end)?;
        self.comment(at, fields, name::COMMENT_AFTER, after.as_slice())
    }
}

impl Draft {
    fn new(kind: ObjectKind) -> Draft {
        let root = |id, kind| Seed { id, kind, word: String::new(), fields: Vec::new(), parent: None };
        Draft {
            kind,
            settings: root(ItemId::Settings, NodeKind::Settings),
            inputs: vec![root(ItemId::Inputs, NodeKind::Inputs)],
            stack: vec![root(ItemId::Stack, NodeKind::Stack)],
            response: root(ItemId::Response, NodeKind::Response),
            seen: Vec::new(),
        }
    }

    fn finish(self, name: String, flags: Vec<crate::xanoscript::Flag>) -> Parsed {
        let group = self.settings.fields.iter().find(|field| field.name == "api_group");
        let group = group.map(|field| field.text.trim()).filter(|text| !text.is_empty());
        let group =
            group.map(|text| if text.starts_with(['"', '\'']) { unquote(text) } else { text.to_owned() });
        let mut seeds = vec![self.settings];
        seeds.extend(self.inputs);
        seeds.extend(self.stack);
        seeds.push(self.response);
        Parsed { kind: self.kind, name, seeds, flags, group }
    }
}
