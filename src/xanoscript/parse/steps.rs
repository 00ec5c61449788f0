//! Steps and their arms, by the rows of the catalogue.

use super::cursor::{Cursor, Frame, Read};
use crate::domain::catalogue::{self, ArmRule, CLAUSE, Entry, Subject};
use crate::domain::id::ItemId;
use crate::domain::stack::{Field, MAX_DEPTH, NodeKind, Seed, name};
use crate::xanoscript::lexer;
use crate::xanoscript::value::End;

/// What holds the steps of a block: its place in `seeds`, its id and how deep it stands.
#[derive(Clone, Copy)]
pub(super) struct Holder {
    pub index: usize,
    pub id: ItemId,
    pub depth: usize,
}

impl<'a> Cursor<'a, '_> {
    /// Reads the steps of an open block into `seeds`.
    pub(super) fn steps(&mut self, holder: Holder, frame: &mut Frame, seeds: &mut Vec<Seed>) -> Read<()> {
        while let Some(above) = self.next_item(frame)? {
            let at = self.offset();
            let bang = self.eat("!");
            self.spaces();
            let word = self.word("a step or a closing `}`")?;
            self.spaces();
            if !bang && self.is_at("=") && !self.is_at("==") {
                let found = self.property(at, word, above)?;
                self.parameter(&mut seeds[holder.index].fields, found)?;
                continue;
            }
            if holder.depth >= MAX_DEPTH {
                self.back_to(at);
                return self.fail(format!("steps nested at most {MAX_DEPTH} deep"));
            }
            let mut seed = self.seed(NodeKind::Step, word, holder.id)?;
            self.comment(at, &mut seed.fields, name::COMMENT, &above)?;
            match catalogue::lookup(word) {
                Some(entry) => {
                    if bang {
                        self.field(at, &mut seed.fields, name::BANG, "true".to_owned())?;
                    }
                    self.step(entry, (at, holder.depth + 1), seed, seeds)?;
                }
                None => {
                    self.back_to(at);
                    let source = self.value(End::Line)?;
                    self.field(at, &mut seed.fields, name::SOURCE, source)?;
                    let line = self.end_of_item()?;
                    self.comment(at, &mut seed.fields, name::COMMENT_LINE, line.as_slice())?;
                    self.flag(seed.id, at, format!("`{word}` is not a known step and is kept as it stands"));
                    seeds.push(seed);
                }
            }
        }
        Ok(())
    }

    /// A known step, from behind its statement.
    fn step(
        &mut self,
        entry: &'static Entry,
        (at, depth): (usize, usize),
        mut seed: Seed,
        seeds: &mut Vec<Seed>,
    ) -> Read<()> {
        self.subject(entry.subject, &mut seed.fields)?;
        let mut result = self.clauses(entry, &mut seed.fields)?;
        let index = seeds.len();
        let id = seed.id;
        seeds.push(seed);
        let mut own = Vec::new();
        let frame = match self.open()? {
            None => None,
            Some(mut frame) => {
                self.step_block(entry, Holder { index, id, depth }, (&mut frame, &mut own), seeds)?;
                Some(frame)
            }
        };
        self.spaces();
        if result.is_none() {
            result = self.result()?;
        }
        let last = self.end_of_item()?;
        let fields = &mut seeds[index].fields;
        if let Some(result) = result {
            self.field(at, fields, name::RESULT, result)?;
        }
        self.close(at, frame, (last, own), fields)
    }

    /// What may stand between a statement's subject and its block, in any order. Returns the result's variable.
    fn clauses(&mut self, entry: &'static Entry, fields: &mut Vec<Field>) -> Read<Option<String>> {
        let mut result = None;
        loop {
            self.spaces();
            let at = self.offset();
            if entry.clause && self.eat_word(CLAUSE) {
                self.spaces();
                if !self.is_at("(") {
                    return self.fail("`(`");
                }
                let text = self.parenthesised()?;
                self.once(at, fields, CLAUSE, text)?;
            } else if entry.subject == Subject::Endpoint && self.eat_word("verb") {
                if !self.eat("=") {
                    return self.fail("`=`");
                }
                let text = self.value(End::Word)?;
                self.once(at, fields, name::VERB, text)?;
            } else if result.is_none()
                && let Some(text) = self.result()?
            {
                result = Some(text);
            } else {
                return Ok(result);
            }
        }
    }

    fn once(&mut self, at: usize, fields: &mut Vec<Field>, name: &str, text: String) -> Read<()> {
        if fields.iter().any(|field| field.name == name) {
            self.back_to(at);
            return self.fail("it once");
        }
        self.field(at, fields, name, text)
    }

    /// Adds what follows the header: the line's comment, the block's own properties, and the comments at its end.
    fn close(
        &mut self,
        at: usize,
        frame: Option<Frame>,
        (last, own): (Option<String>, Vec<Field>),
        fields: &mut Vec<Field>,
    ) -> Read<()> {
        let (line, end, after) = match frame {
            None => (last, Vec::new(), None),
            Some(frame) => (frame.line, frame.end, last),
        };
        self.comment(at, fields, name::COMMENT_LINE, line.as_slice())?;
        fields.extend(own);
        self.comment(at, fields, name::COMMENT_END, &end)?;
        self.comment(at, fields, name::COMMENT_AFTER, after.as_slice())
    }

    fn step_block(
        &mut self,
        entry: &'static Entry,
        holder: Holder,
        (frame, own): (&mut Frame, &mut Vec<Field>),
        seeds: &mut Vec<Seed>,
    ) -> Read<()> {
        while let Some(above) = self.next_item(frame)? {
            let at = self.offset();
            let word = self.word("a parameter or a closing `}`")?;
            self.spaces();
            match entry.arm(word) {
                Some(rule) if !self.is_at("=") => self.arm(rule, (at, above), holder, seeds)?,
                _ if entry.clause && word == CLAUSE => {
                    self.back_to(at);
                    return self.fail("the condition before the block");
                }
                _ => {
                    let found = self.property(at, word, above)?;
                    self.parameter(own, found)?;
                }
            }
        }
        Ok(())
    }

    fn arm(
        &mut self,
        rule: &'static ArmRule,
        (at, above): (usize, Vec<String>),
        holder: Holder,
        seeds: &mut Vec<Seed>,
    ) -> Read<()> {
        if holder.depth >= MAX_DEPTH {
            self.back_to(at);
            return self.fail(format!("steps nested at most {MAX_DEPTH} deep"));
        }
        let mut seed = self.seed(NodeKind::Arm, rule.keyword, holder.id)?;
        self.comment(at, &mut seed.fields, name::COMMENT, &above)?;
        if rule.subject.in_parentheses() {
            self.subject(rule.subject, &mut seed.fields)?;
        } else if let Some(binder) = self.result()? {
            self.field(at, &mut seed.fields, name::SUBJECT, binder)?;
        }
        let index = seeds.len();
        let id = seed.id;
        seeds.push(seed);
        let frame = match self.open()? {
            None => None,
            Some(mut frame) => {
                // The arm's own properties are collected at its end, behind the fields of its header.
                let header = std::mem::take(&mut seeds[index].fields);
                self.steps(Holder { index, id, depth: holder.depth + 1 }, &mut frame, seeds)?;
                let own = std::mem::replace(&mut seeds[index].fields, header);
                Some((frame, own))
            }
        };
        self.spaces();
        let breaks = self.eat_word("break");
        let last = self.end_of_item()?;
        let fields = &mut seeds[index].fields;
        if breaks {
            self.field(at, fields, name::BREAK, "true".to_owned())?;
        }
        match frame {
            None => self.close(at, None, (last, Vec::new()), fields),
            Some((frame, own)) => self.close(at, Some(frame), (last, own), fields),
        }
    }

    /// What a statement or an arm names.
    fn subject(&mut self, subject: Subject, fields: &mut Vec<Field>) -> Read<()> {
        self.spaces();
        let at = self.offset();
        let text = match subject {
            _ if self.is_at("{") || self.is_at("\n") || self.is_at("}") || self.is_at("//") => return Ok(()),
            Subject::None => return Ok(()),
            Subject::Expression | Subject::Condition if self.is_at("(") => self.parenthesised()?,
            Subject::Expression | Subject::Condition => return self.fail("`(`"),
            Subject::Variable if self.eat_word("as") => {
                self.back_to(at);
                return Ok(());
            }
            Subject::Variable => match self.value(End::Word)? {
                text if text.is_empty() => return self.fail("a variable"),
                text => text,
            },
            Subject::Table | Subject::Name | Subject::Endpoint => match self.shape(lexer::object_name) {
                Some(text) if text == "as" && self.is_at(" $") => {
                    self.back_to(at);
                    return Ok(());
                }
                Some(text) => text,
                None => return self.fail("a name"),
            },
            _ => return Ok(()),
        };
        self.field(at, fields, name::SUBJECT, text)
    }

    /// `as $variable`.
    fn result(&mut self) -> Read<Option<String>> {
        self.spaces();
        if !self.eat_word("as") {
            return Ok(None);
        }
        self.spaces();
        match self.value(End::Word)? {
            text if text.is_empty() => self.fail("a variable"),
            text => Ok(Some(text)),
        }
    }

    /// The bare steps block of an object.
    pub(super) fn top_steps(&mut self, frame: &mut Frame, seeds: &mut Vec<Seed>) -> Read<()> {
        self.steps(Holder { index: 0, id: ItemId::Stack, depth: 0 }, frame, seeds)
    }
}
