//! What publishing refuses.

use super::check::{Place, check};
use super::{base_name, lexer, verbatim};
use crate::domain::catalogue::{self, CLAUSE, Entry, Subject};
use crate::domain::id::ItemId;
use crate::domain::stack::{Field, Form, Node, NodeKind, ObjectKind, Stack, name};

/// The verbs of endpoints.
const VERBS: &[&str] = &["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"];

/// Why an object cannot be published as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The node it is about.
    pub item: ItemId,
    /// The field, if it is about one.
    pub field: Option<String>,
    /// In words.
    pub message: String,
}

/// Everything that publishing refuses, in document order. Steps that the catalogue does not know are no problem.
pub fn problems(kind: ObjectKind, stack: &Stack) -> Vec<Problem> {
    let mut found = Found { list: Vec::new() };
    for node in stack.nodes() {
        match node.kind {
            NodeKind::Settings => settings(kind, node, &mut found),
            NodeKind::Input => input(stack, node, &mut found),
            NodeKind::Step => step(stack, node, &mut found),
            NodeKind::Arm => arm(stack, node, &mut found),
            NodeKind::Response => {
                if let Some(text) = node.field(name::VALUE) {
                    found.check(node, name::VALUE, text, Place::Line);
                }
            }
            NodeKind::Inputs | NodeKind::Stack => {}
        }
        for field in node.fields.iter().filter(|field| !field.name.starts_with('@')) {
            let clause =
                field.name == CLAUSE && catalogue::lookup(&node.word).is_some_and(|entry| entry.clause);
            let place = match field.form {
                Form::Block => Place::Block,
                Form::Assign if clause => Place::Parentheses,
                Form::Assign => Place::Line,
            };
            found.check(node, &field.name, &field.text, place);
            if !can_be_written(node, field) {
                found.add(
                    node,
                    Some(&field.name),
                    format!("`{}` cannot be the name of a property here", field.name),
                );
            }
        }
    }
    found.list
}

/// Whether a property would be read again as what it is: its name is a word, or for a block a word and a label, and
/// not that of something else that may stand there.
fn can_be_written(node: &Node, field: &Field) -> bool {
    if matches!(node.kind, NodeKind::Inputs | NodeKind::Response) {
        return false;
    }
    let base = base_name(&field.name);
    let mut label = base;
    let Ok(word) = lexer::word(&mut label) else { return false };
    let entry = catalogue::lookup(&node.word).filter(|_| node.kind == NodeKind::Step);
    if field.form == Form::Assign {
        return label.is_empty() && !(node.kind == NodeKind::Settings && word == "response");
    }
    while let Ok(Some(piece)) = lexer::piece(&mut label) {
        use lexer::Piece::{Blank, Other, Quoted, Word};
        if !matches!(piece, Word | Blank | Quoted(_) | Other('-' | '.' | '/')) {
            return false;
        }
    }
    let reserved = match node.kind {
        NodeKind::Settings => matches!(word, "input" | "schema" | "stack"),
        NodeKind::Input => word == "schema" && node.field(name::TYPE) == Some("object"),
        NodeKind::Step => entry.is_some_and(|entry| entry.arm(word).is_some()),
        _ => true,
    };
    label.is_empty() && base.trim_end() == base && !reserved
}

struct Found {
    list: Vec<Problem>,
}

impl Found {
    fn add(&mut self, node: &Node, field: Option<&str>, message: impl Into<String>) {
        let field = field.map(str::to_owned);
        self.list.push(Problem { item: node.id, field, message: message.into() });
    }

    fn check(&mut self, node: &Node, field: &str, text: &str, place: Place) {
        if let Err(error) = check(text, place) {
            self.add(node, Some(field), error.to_string());
        }
    }
}

fn settings(kind: ObjectKind, node: &Node, found: &mut Found) {
    if node.field(name::NAME).is_none() {
        found.add(node, Some(name::NAME), "it has no name");
    }
    match node.field(name::VERB) {
        None if kind == ObjectKind::Endpoint => found.add(node, Some(name::VERB), "an endpoint needs a verb"),
        Some(verb) if !VERBS.contains(&verb) => {
            found.add(node, Some(name::VERB), format!("the verb is one of {}", VERBS.join(", ")));
        }
        _ => {}
    }
    let constructs = || super::CONSTRUCTS.iter().filter(|(_, of)| *of == kind).map(|(word, _)| *word);
    if let Some(construct) =
        node.field(name::CONSTRUCT).filter(|word| constructs().all(|known| known != *word))
    {
        found.add(node, Some(name::CONSTRUCT), format!("`{construct}` is not a kind of it"));
    }
}

fn input(stack: &Stack, node: &Node, found: &mut Found) {
    match node.field(name::TYPE) {
        Some(kind) if catalogue::input_types().contains(&kind) => {}
        Some(kind) => found.add(node, Some(name::TYPE), format!("`{kind}` is not a type")),
        None => found.add(node, Some(name::TYPE), "it has no type"),
    }
    for field in [name::DEFAULT, name::FILTERS] {
        // An empty default is the empty text.
        if let Some(text) = node.field(field).filter(|text| field == name::FILTERS || !text.is_empty()) {
            found.check(node, field, text, Place::Word);
        }
    }
    let range = node.field(name::LIST).unwrap_or("true");
    if !matches!(range, "true" | "false") && !range.chars().all(|c| c.is_ascii_digit() || c == ':') {
        found.add(node, Some(name::LIST), "a list has a range such as `1:10`, or none");
    }
    let Some(title) = node.field(name::NAME) else {
        for field in [name::DEFAULT, name::FILTERS, name::OPTIONAL] {
            if node.field(field).is_some() {
                found.add(node, Some(field), "an input without a name has none");
            }
        }
        return;
    };
    let siblings = node.parent.map(|parent| stack.children(parent)).unwrap_or_default();
    let earlier = siblings.iter().take_while(|id| **id != node.id).filter_map(|id| stack.get(*id));
    if earlier.into_iter().any(|other| other.field(name::NAME) == Some(title)) {
        found.add(node, Some(name::NAME), format!("there is another `{title}` above it"));
    }
}

fn step(stack: &Stack, node: &Node, found: &mut Found) {
    if let Some(source) = verbatim(node) {
        let mut rest = source.strip_prefix('!').unwrap_or(source).trim_start();
        if lexer::word(&mut rest).is_err() || rest.trim_start().starts_with('=') {
            found.add(node, Some(name::SOURCE), "a step begins with its statement");
        }
        return found.check(node, name::SOURCE, source, Place::Statement);
    }
    let Some(entry) = catalogue::lookup(&node.word) else {
        return found.add(node, Some(name::SOURCE), "its source is missing");
    };
    if node.field(name::SOURCE).is_some() {
        found.add(node, Some(name::SOURCE), "a known step is not kept as source");
    }
    match node.field(name::SUBJECT) {
        Some(_) if entry.subject == Subject::None => {
            found.add(node, Some(name::SUBJECT), format!("`{}` names nothing", entry.statement));
        }
        _ => subject(entry.subject, false, node, found),
    }
    match node.field(name::VERB) {
        Some(verb) if entry.subject != Subject::Endpoint || !VERBS.contains(&verb) => {
            found.add(node, Some(name::VERB), "the verb has no place here");
        }
        _ => {}
    }
    for parameter in entry.parameters.iter().filter(|parameter| parameter.required) {
        if node.field(parameter.name).is_none() {
            found.add(node, Some(parameter.name), format!("`{}` is missing", parameter.name));
        }
    }
    if entry.clause && node.field(CLAUSE).is_none() {
        found.add(node, Some(CLAUSE), "the condition is missing");
    }
    if let Some(result) = node.field(name::RESULT) {
        variable(name::RESULT, result, node, found);
    }
    if entry.only_in_loop && !in_loop(stack, node) {
        found.add(node, None, format!("`{}` only makes sense in a loop", entry.statement));
    }
    arms(stack, entry, node, found);
}

fn arms(stack: &Stack, entry: &Entry, node: &Node, found: &mut Found) {
    let words: Vec<&str> =
        node.children.iter().filter_map(|id| stack.get(*id)).map(|arm| arm.word.as_str()).collect();
    for rule in entry.arms {
        let count = words.iter().filter(|word| **word == rule.keyword).count();
        if count < usize::from(rule.min) {
            found.add(node, None, format!("`{}` is missing", rule.keyword));
        }
        if count > usize::from(rule.max) {
            found.add(node, None, format!("`{}` stands {count} times", rule.keyword));
        }
    }
    // The catalogue lists the arms in the order in which they are written.
    let place = |word: &&str| entry.arms.iter().position(|rule| rule.keyword == *word);
    if !words.iter().map(place).is_sorted() {
        let order: Vec<&str> = entry.arms.iter().map(|rule| rule.keyword).collect();
        found.add(node, None, format!("the order is {}", order.join(", ")));
    }
}

fn arm(stack: &Stack, node: &Node, found: &mut Found) {
    let entry = node.parent.and_then(|id| stack.get(id)).and_then(|step| catalogue::lookup(&step.word));
    match entry.and_then(|entry| entry.arm(&node.word)) {
        Some(rule) => subject(rule.subject, rule.subject_optional, node, found),
        None => found.add(node, None, format!("`{}` has no place here", node.word)),
    }
}

fn subject(kind: Subject, optional: bool, node: &Node, found: &mut Found) {
    match (kind, node.field(name::SUBJECT)) {
        (Subject::None, None) => {}
        (_, None) if optional => {}
        (_, None) => found.add(node, Some(name::SUBJECT), missing(kind)),
        (_, Some(text)) if text.trim().is_empty() => found.add(node, Some(name::SUBJECT), missing(kind)),
        (Subject::Expression | Subject::Condition, Some(text)) => {
            found.check(node, name::SUBJECT, text, Place::Parentheses);
        }
        (Subject::Variable | Subject::Binder | Subject::None, Some(text)) => {
            variable(name::SUBJECT, text, node, found);
        }
        (Subject::Table | Subject::Name | Subject::Endpoint, Some(text)) => {
            if text.chars().any(char::is_control) {
                found.add(node, Some(name::SUBJECT), "a name has no control characters");
            }
        }
    }
}

fn missing(kind: Subject) -> &'static str {
    match kind {
        Subject::Table => "it names no table",
        Subject::Variable | Subject::Binder => "it names no variable",
        Subject::Expression => "its expression is missing",
        Subject::Condition => "its condition is missing",
        Subject::None | Subject::Name | Subject::Endpoint => "it names nothing",
    }
}

fn variable(field: &str, text: &str, node: &Node, found: &mut Found) {
    let named = text.strip_prefix('$').unwrap_or(text);
    if !named.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
        return found.add(node, Some(field), "a variable has a name such as `$x`");
    }
    found.check(node, field, text, Place::Word);
}

fn in_loop(stack: &Stack, node: &Node) -> bool {
    let holders = stack.ancestors(node.id);
    let mut words = holders.iter().filter_map(|id| stack.get(*id)).map(|holder| holder.word.as_str());
    words.any(|word| catalogue::lookup(word).is_some_and(Entry::is_loop))
}
