//! Variables that a stack sets, and who names them.

use std::collections::{BTreeMap, BTreeSet};

use super::{Node, NodeKind, Stack, name};
use crate::domain::id::ItemId;

/// Longest name that is looked for, in bytes; longer runs of letters are no names.
const NAME_BYTES: usize = 200;

/// The variables that the stack sets: results, `var`, binders of loops, inputs as `$input.name`.
pub fn set_by(stack: &Stack) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for node in stack.nodes() {
        match node.kind {
            NodeKind::Input if node.parent == Some(ItemId::Inputs) => {
                names.extend(node.field(name::NAME).map(|name| format!("$input.{name}")));
            }
            NodeKind::Step => {
                names.extend(node.field(name::RESULT).and_then(variable));
                names.extend(node.field(name::SUBJECT).filter(|_| node.word == "var").and_then(variable));
            }
            NodeKind::Arm => names.extend(binder(node)),
            _ => {}
        }
    }
    names
}

/// The text, if it is a variable and nothing else.
fn variable(text: &str) -> Option<String> {
    let text = text.trim();
    named_in(text).into_iter().find(|name| name == text)
}

/// The variable of `each as $item`.
fn binder(node: &Node) -> Option<String> {
    let subject = node.field(name::SUBJECT).filter(|_| node.word == "each")?.trim();
    variable(subject.strip_prefix("as ").unwrap_or(subject))
}

/// The variables that a text names, such as `$user` in `$user.id|to_int`, and inputs as `$input.name`.
pub fn named_in(text: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        rest = &rest[at + 1..];
        let end = word_end(rest);
        let (word, tail) = rest.split_at(end);
        rest = tail;
        if word.is_empty() || word.len() > NAME_BYTES {
            continue;
        }
        if word == "input"
            && let Some(field) = rest.strip_prefix('.')
        {
            let field = &field[..word_end(field)];
            if !field.is_empty() {
                names.insert(format!("$input.{field}"));
            }
        }
        names.insert(format!("${word}"));
    }
    names
}

fn word_end(text: &str) -> usize {
    text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len())
}

/// What `before` sets and `after` does not, and the items of `after` that name it.
pub fn lost(before: &Stack, after: &Stack) -> Vec<(String, ItemId)> {
    let kept = set_by(after);
    let lost: BTreeSet<String> = set_by(before).into_iter().filter(|name| !kept.contains(name)).collect();
    if lost.is_empty() {
        return Vec::new();
    }
    let mut found: BTreeMap<(ItemId, String), usize> = BTreeMap::new();
    for (place, node) in after.nodes().into_iter().enumerate() {
        for field in &node.fields {
            for name in named_in(&field.text).into_iter().filter(|name| lost.contains(name)) {
                found.insert((node.id, name), place);
            }
        }
    }
    let mut found: Vec<_> = found.into_iter().map(|((item, name), place)| (place, name, item)).collect();
    found.sort_unstable();
    found.into_iter().map(|(_, name, item)| (name, item)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_found_whole() {
        let found = |text: &str| named_in(text).into_iter().collect::<Vec<_>>();
        assert_eq!(found("$user.id|add:$users"), ["$user", "$users"]);
        assert_eq!(found("$input.e_mail == \"$\""), ["$input", "$input.e_mail"]);
        assert!(found("cost: 5$").is_empty());
    }
}
