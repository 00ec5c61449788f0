//! From a stack to text, in one layout.
//!
//! An item that takes more than one line is followed by an empty one, as in the files that Xano writes.

use super::head::{construct, input_head, object_name};
use super::layout::{STEP, place};
use super::value::ends_in_comment;
use super::{SCHEMA_BLOCK, base_name, verbatim};
use crate::domain::catalogue::{self, CLAUSE};
use crate::domain::id::ItemId;
use crate::domain::stack::{Field, Form, Node, NodeKind, ObjectKind, Stack, name};

/// The properties that stand behind the sections. Only a run of them at the end of the settings goes there, so that
/// reading the text again gives the settings in the same order.
const LATE: &[&str] = &["tags", "history", "cache", "schedule", "index", "view", "guid", "middleware"];

/// Writes an object. What it holds is written even where it is invalid; see [`problems`](super::problems).
pub fn print(kind: ObjectKind, stack: &Stack) -> String {
    let mut printer = Printer { stack, out: String::new(), level: 0, gap: Gap::None };
    printer.object(kind);
    printer.out
}

/// Whether an empty line is due before the next item.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Gap {
    /// Nothing stands before it in its block.
    None,
    /// The item before it has one line.
    Short,
    /// The item before it has more lines.
    Long,
}

struct Printer<'a> {
    stack: &'a Stack,
    out: String,
    level: usize,
    gap: Gap,
}

impl<'a> Printer<'a> {
    fn object(&mut self, kind: ObjectKind) {
        let Some(settings) = self.stack.get(ItemId::Settings) else { return };
        self.comment_lines(settings.field(name::COMMENT));
        let mut head = format!("{} {}", construct(kind, settings), object_name(self.stack.name()));
        if let Some(verb) = settings.field(name::VERB) {
            head.push_str(" verb=");
            head.push_str(verb);
        }
        self.open(&head, settings.field(name::COMMENT_LINE));
        let own: Vec<&Field> = parameters(settings).collect();
        let late = own.iter().rev().take_while(|field| is_late(field)).count();
        let (early, late) = own.split_at(own.len() - late);
        self.parameters(settings, early);
        self.sections(kind);
        self.gap = if late.is_empty() { self.gap } else { Gap::Long };
        self.parameters(settings, late);
        self.orphans(settings);
        self.close(settings, "", None);
        self.comment_lines(settings.field(name::COMMENT_AFTER));
    }

    fn sections(&mut self, kind: ObjectKind) {
        let has_stack = matches!(
            kind,
            ObjectKind::Endpoint
                | ObjectKind::Function
                | ObjectKind::Task
                | ObjectKind::Middleware
                | ObjectKind::Trigger
                | ObjectKind::Addon
                | ObjectKind::Tool
        );
        let takes_input = has_stack && !matches!(kind, ObjectKind::Task | ObjectKind::Trigger);
        let word = if kind == ObjectKind::Table { "schema" } else { "input" };
        if let Some(inputs) = self.filled(ItemId::Inputs, takes_input || kind == ObjectKind::Table) {
            self.section(inputs, word, Printer::inputs);
        }
        if let Some(steps) = self.filled(ItemId::Stack, has_stack) {
            self.section(steps, "stack", Printer::steps);
        }
        if let Some(response) = self.filled(ItemId::Response, false) {
            self.start_section(response);
            let start = self.out.len();
            let value = response.field(name::VALUE).unwrap_or_default();
            self.assign("response", value, response.field(name::COMMENT_LINE));
            self.end_item(start);
        }
    }

    /// A part of the object, if it has to be written.
    fn filled(&self, id: ItemId, always: bool) -> Option<&'a Node> {
        let part = self.stack.get(id)?;
        (always || !part.children.is_empty() || !part.fields.is_empty()).then_some(part)
    }

    fn start_section(&mut self, part: &Node) {
        self.gap = if self.gap == Gap::None { Gap::None } else { Gap::Long };
        self.start_item();
        self.comment_lines(part.field(name::COMMENT));
    }

    fn section(&mut self, part: &'a Node, word: &str, content: fn(&mut Self, &'a Node)) {
        self.start_section(part);
        self.open(word, part.field(name::COMMENT_LINE));
        let own: Vec<&Field> = parameters(part).collect();
        self.parameters(part, &own);
        content(self, part);
        self.orphans(part);
        self.close(part, "", part.field(name::COMMENT_AFTER));
    }

    fn inputs(&mut self, holder: &'a Node) {
        for input in holder.children.iter().filter_map(|id| self.stack.get(*id)) {
            let start = self.start_item();
            self.comment_lines(input.field(name::COMMENT));
            self.input(input);
            self.end_item(start);
        }
    }

    fn input(&mut self, input: &'a Node) {
        let head = place(&input_head(input), self.level * STEP);
        let own: Vec<&Field> = parameters(input).collect();
        let has_schema = has_schema(input);
        if own.is_empty() && !has_schema && !has_block_comments(input) {
            return self.line_with_comment(&head, input.field(name::COMMENT_LINE));
        }
        self.open(&head, input.field(name::COMMENT_LINE));
        self.parameters(input, &own);
        if has_schema {
            let comment = |place: &str| input.field(&format!("{place}:{SCHEMA_BLOCK}"));
            let start = self.start_item();
            self.comment_lines(comment(name::COMMENT));
            self.open("schema", comment(name::COMMENT_LINE));
            self.inputs(input);
            self.comment_lines(comment(name::COMMENT_END));
            self.end_block("", comment(name::COMMENT_AFTER));
            self.end_item(start);
        }
        self.orphans(input);
        self.close(input, "", input.field(name::COMMENT_AFTER));
    }

    fn steps(&mut self, holder: &'a Node) {
        for step in holder.children.iter().filter_map(|id| self.stack.get(*id)) {
            let start = self.start_item();
            self.comment_lines(step.field(name::COMMENT));
            match verbatim(step) {
                Some(source) => {
                    let source = place(source, self.level * STEP);
                    self.line_with_comment(&source, step.field(name::COMMENT_LINE));
                }
                None => self.step(step),
            }
            self.end_item(start);
        }
    }

    fn step(&mut self, step: &'a Node) {
        let entry = catalogue::lookup(&step.word);
        let mut head = String::new();
        if step.field(name::BANG).is_some() {
            head.push('!');
        }
        head.push_str(&step.word);
        if let Some(subject) = step.field(name::SUBJECT) {
            head.push(' ');
            match entry.map(|entry| entry.subject) {
                Some(kind) if kind.in_parentheses() => head.push_str(&self.parenthesised(subject)),
                Some(kind) if kind.is_named() => head.push_str(&object_name(subject)),
                _ => head.push_str(&place(subject, self.level * STEP)),
            }
        }
        if let Some(verb) = step.field(name::VERB) {
            head.push_str(" verb=");
            head.push_str(verb);
        }
        let clause = step.field(CLAUSE).filter(|_| entry.is_some_and(|entry| entry.clause));
        if let Some(clause) = clause {
            head.push_str(" if ");
            head.push_str(&self.parenthesised(clause));
        }
        let tail = step
            .field(name::RESULT)
            .map_or_else(String::new, |result| format!(" as {}", place(result, self.level * STEP)));
        let own: Vec<&Field> =
            parameters(step).filter(|field| clause.is_none() || field.name != CLAUSE).collect();
        if own.is_empty() && step.children.is_empty() && !has_block_comments(step) {
            return self.line_with_comment(&format!("{head}{tail}"), step.field(name::COMMENT_LINE));
        }
        self.open(&head, step.field(name::COMMENT_LINE));
        self.parameters(step, &own);
        self.gap = if self.gap == Gap::None { Gap::None } else { Gap::Long };
        for arm in step.children.iter().filter_map(|id| self.stack.get(*id)) {
            let start = self.start_item();
            self.comment_lines(arm.field(name::COMMENT));
            self.arm(step, arm);
            self.end_item(start);
        }
        self.orphans(step);
        self.close(step, &tail, step.field(name::COMMENT_AFTER));
    }

    fn arm(&mut self, step: &Node, arm: &'a Node) {
        let rule = catalogue::lookup(&step.word).and_then(|entry| entry.arm(&arm.word));
        let mut head = arm.word.clone();
        if let Some(subject) = arm.field(name::SUBJECT) {
            let in_parentheses = rule.is_some_and(|rule| rule.subject.in_parentheses());
            head.push_str(if in_parentheses { " " } else { " as " });
            head.push_str(&if in_parentheses { self.parenthesised(subject) } else { subject.to_owned() });
        }
        let tail = if arm.field(name::BREAK) == Some("true") { " break" } else { "" };
        let own: Vec<&Field> = parameters(arm).collect();
        if own.is_empty() && arm.children.is_empty() && !has_block_comments(arm) {
            return self.line_with_comment(&format!("{head}{tail}"), arm.field(name::COMMENT_LINE));
        }
        self.open(&head, arm.field(name::COMMENT_LINE));
        self.parameters(arm, &own);
        self.steps(arm);
        self.orphans(arm);
        self.close(arm, tail, arm.field(name::COMMENT_AFTER));
    }

    fn parenthesised(&self, expression: &str) -> String {
        let indent = self.level * STEP;
        let text = place(expression, indent);
        if ends_in_comment(&text) {
            return format!("({text}\n{})", " ".repeat(indent));
        }
        format!("({text})")
    }

    fn parameters(&mut self, node: &Node, fields: &[&Field]) {
        for field in fields {
            let start = self.start_item();
            self.comment_lines(node.field(&format!("{}:{}", name::COMMENT, field.name)));
            let comment = node.field(&format!("{}:{}", name::COMMENT_LINE, field.name));
            let word = base_name(&field.name);
            match field.form {
                Form::Assign => self.assign(word, &field.text, comment),
                Form::Block => {
                    let text = place(&field.text, self.level * STEP);
                    self.line_with_comment(&format!("{word} {text}"), comment);
                }
            }
            self.end_item(start);
        }
    }

    fn assign(&mut self, word: &str, text: &str, comment: Option<&str>) {
        let text = place(text, self.level * STEP);
        let line = if text.is_empty() { format!("{word} =") } else { format!("{word} = {text}") };
        self.line_with_comment(&line, comment);
    }

    /// The comments of parameters that are no longer there: they stay, at the end.
    fn orphans(&mut self, node: &Node) {
        let lost = node.fields.iter().filter(|field| {
            comment_target(field).is_some_and(|target| {
                node.field(target).is_none() && !(target == SCHEMA_BLOCK && has_schema(node))
            })
        });
        for field in lost {
            self.comment_lines(Some(&field.text));
        }
    }

    fn start_item(&mut self) -> usize {
        if self.gap == Gap::Long {
            self.out.push('\n');
        }
        self.out.len()
    }

    fn end_item(&mut self, start: usize) {
        let lines = self.out[start..].matches('\n').count();
        self.gap = if lines > 1 { Gap::Long } else { Gap::Short };
    }

    fn open(&mut self, head: &str, comment: Option<&str>) {
        self.line_with_comment(&format!("{head} {{"), comment);
        self.level += 1;
        self.gap = Gap::None;
    }

    /// Ends a node's block, with the comments before its brace.
    fn close(&mut self, node: &Node, tail: &str, comment: Option<&str>) {
        self.comment_lines(node.field(name::COMMENT_END));
        self.end_block(tail, comment);
    }

    fn end_block(&mut self, tail: &str, comment: Option<&str>) {
        self.level -= 1;
        self.line_with_comment(&format!("}}{tail}"), comment);
        self.gap = Gap::Long;
    }

    fn line_with_comment(&mut self, text: &str, comment: Option<&str>) {
        self.out.push_str(&" ".repeat(self.level * STEP));
        self.out.push_str(text);
        if let Some(comment) = comment {
            self.out.push(' ');
            self.comment(&comment.replace('\n', " "));
        }
        self.out.push('\n');
    }

    fn comment_lines(&mut self, comment: Option<&str>) {
        for line in comment.into_iter().flat_map(|comment| comment.split('\n')) {
            self.out.push_str(&" ".repeat(self.level * STEP));
            self.comment(line);
            self.out.push('\n');
        }
    }

    fn comment(&mut self, text: &str) {
        self.out.push_str("//");
        // `///` stays what it was, and a comment without text leaves no space behind.
        if !text.is_empty() && !text.starts_with('/') {
            self.out.push(' ');
        }
        self.out.push_str(text);
    }
}

/// The fields of a node that are written as properties.
fn parameters(node: &Node) -> impl Iterator<Item = &Field> {
    node.fields.iter().filter(|field| !field.name.starts_with('@'))
}

fn has_block_comments(node: &Node) -> bool {
    let places = [name::COMMENT_END, name::COMMENT_AFTER];
    places.iter().any(|place| node.field(place).is_some())
        || node.fields.iter().any(|field| comment_target(field).is_some())
}

/// The parameter whose comment a field is.
fn comment_target(field: &Field) -> Option<&str> {
    let (place, target) = field.name.split_once(':')?;
    place.starts_with(name::COMMENT).then_some(target)
}

/// Whether an input is written with a `schema` block.
fn has_schema(input: &Node) -> bool {
    let is_object = input.kind == NodeKind::Input && input.field(name::TYPE) == Some("object");
    let has_comments = input.fields.iter().any(|field| comment_target(field) == Some(SCHEMA_BLOCK));
    is_object && (!input.children.is_empty() || has_comments)
}

fn is_late(field: &Field) -> bool {
    LATE.contains(&base_name(&field.name)) || field.form == Form::Block
}
