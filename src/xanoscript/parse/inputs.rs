//! Inputs and table fields: `text? name?=default filters=trim { … }`.

use super::cursor::{Cursor, Frame, Read};
use crate::domain::id::ItemId;
use crate::domain::stack::{NodeKind, Seed, name};
use crate::xanoscript::value::End;
use crate::xanoscript::{SCHEMA_BLOCK, lexer};

const SCHEMA: &str = "schema";

impl Cursor<'_, '_> {
    /// Reads the inputs of an open block into `seeds`.
    pub(super) fn inputs(&mut self, parent: ItemId, frame: &mut Frame, seeds: &mut Vec<Seed>) -> Read<()> {
        while let Some(above) = self.next_item(frame)? {
            self.input(parent, above, seeds)?;
        }
        Ok(())
    }

    fn input(&mut self, parent: ItemId, above: Vec<String>, seeds: &mut Vec<Seed>) -> Read<()> {
        let at = self.offset();
        let mut seed = self.seed(NodeKind::Input, "", parent)?;
        self.comment(at, &mut seed.fields, name::COMMENT, &above)?;
        let kind = self.word("the type of an input")?;
        self.field(at, &mut seed.fields, name::TYPE, kind.to_owned())?;
        self.marks_and_name(kind, &mut seed)?;
        self.spaces();
        if self.eat_word("filters") {
            if !self.eat("=") {
                return self.fail("`=`");
            }
            let filters = self.value(End::Word)?;
            self.field(at, &mut seed.fields, name::FILTERS, filters)?;
        }
        let index = seeds.len();
        let id = seed.id;
        seeds.push(seed);
        match self.open()? {
            None => {
                let line = self.end_of_item()?;
                self.comment(at, &mut seeds[index].fields, name::COMMENT_LINE, line.as_slice())
            }
            Some(mut frame) => {
                self.comment(at, &mut seeds[index].fields, name::COMMENT_LINE, frame.line.as_slice())?;
                self.input_block(kind == "object", (index, id), &mut frame, seeds)?;
                frame.after = self.end_of_item()?;
                let fields = &mut seeds[index].fields;
                self.comment(at, fields, name::COMMENT_END, &frame.end)?;
                self.comment(at, fields, name::COMMENT_AFTER, frame.after.as_slice())
            }
        }
    }

    /// `?` and `[]` behind the type, then the name between its own marks, then the default.
    fn marks_and_name(&mut self, kind: &str, seed: &mut Seed) -> Read<()> {
        let at = self.offset();
        let (mut before, mut after, mut list) = (false, false, None);
        loop {
            if !after && self.eat("?") {
                after = true;
            } else if list.is_none() && self.is_at("[") {
                let brackets = self.value(End::Bracket)?;
                list = Some(brackets[1..brackets.len() - 1].trim().to_owned());
            } else {
                break;
            }
        }
        self.spaces();
        if !self.is_at("?=") && self.eat("?") {
            before = true;
        }
        if let Some(list) = list {
            let text = if list.is_empty() { "true".to_owned() } else { list };
            self.field(at, &mut seed.fields, name::LIST, text)?;
        }
        let nullable = [(before, "before"), (after, "after")];
        let nullable: Vec<&str> = nullable.iter().filter(|(is, _)| *is).map(|(_, word)| *word).collect();
        if !nullable.is_empty() {
            self.field(at, &mut seed.fields, name::NULLABLE, nullable.join(" "))?;
        }
        let named_at = self.offset();
        match self.shape(lexer::field_name) {
            Some(text) => self.field(named_at, &mut seed.fields, name::NAME, text)?,
            None if kind == "dblink" && !before => return Ok(()),
            None => return self.fail("the name of an input"),
        }
        if self.eat("?") {
            self.field(at, &mut seed.fields, name::OPTIONAL, "true".to_owned())?;
        }
        if self.eat("=") {
            let text = self.value(End::Word)?;
            self.field(at, &mut seed.fields, name::DEFAULT, text)?;
        }
        Ok(())
    }

    fn input_block(
        &mut self,
        is_object: bool,
        (index, id): (usize, ItemId),
        frame: &mut Frame,
        seeds: &mut Vec<Seed>,
    ) -> Read<()> {
        let mut has_schema = false;
        while let Some(above) = self.next_item(frame)? {
            let at = self.offset();
            let word = self.word("a property or a closing `}`")?;
            self.spaces();
            if word != SCHEMA || !is_object || self.is_at("=") {
                let found = self.property(at, word, above)?;
                self.parameter(&mut seeds[index].fields, found)?;
                continue;
            }
            if has_schema {
                self.back_to(at);
                return self.fail("`schema` once");
            }
            has_schema = true;
            let schema = match self.open()? {
                None => Frame { line: self.end_of_item()?, ..Frame::default() },
                Some(mut frame) => {
                    self.inputs(id, &mut frame, seeds)?;
                    frame.after = self.end_of_item()?;
                    frame
                }
            };
            let fields = &mut seeds[index].fields;
            let places = [
                (name::COMMENT, above.as_slice()),
                (name::COMMENT_LINE, schema.line.as_slice()),
                (name::COMMENT_END, schema.end.as_slice()),
                (name::COMMENT_AFTER, schema.after.as_slice()),
            ];
            for (place, lines) in places {
                self.comment(at, fields, &format!("{place}:{SCHEMA_BLOCK}"), lines)?;
            }
        }
        Ok(())
    }
}
