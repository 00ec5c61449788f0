//! Which steps of a stack work on a table, and on a field of it.

use super::{Node, NodeKind, Stack, name};
use crate::domain::id::ItemId;

/// A step that works on a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// The step.
    pub item: ItemId,
    /// The step in words.
    pub title: String,
    /// Whether it names the field.
    pub names_field: bool,
}

/// The steps that work on the table, in document order. A step does if its statement names the table, or one of its
/// expressions reads from it (`$db.table.field`); it names the field if the field's name stands in it as a word.
pub fn uses(stack: &Stack, table: &str, field: Option<&str>) -> Vec<Use> {
    let reads = format!("$db.{table}.");
    let mut found = Vec::new();
    for node in stack.nodes() {
        if node.kind != NodeKind::Step {
            continue;
        }
        // Conditions of arms are part of their step.
        let arms = node.children.iter().filter_map(|id| stack.get(*id));
        let texts: Vec<&str> = texts(node).chain(arms.flat_map(texts)).collect();
        let works_on = node.word.starts_with("db.") && node.field(name::SUBJECT) == Some(table);
        if !works_on && !texts.iter().any(|text| text.contains(&reads)) {
            continue;
        }
        let names_field = field.is_some_and(|field| texts.iter().any(|text| has_word(text, field)));
        found.push(Use { item: node.id, title: super::words::title(node), names_field });
    }
    found
}

/// What people have written into a node, but for the table's name and comments.
fn texts(node: &Node) -> impl Iterator<Item = &str> {
    let written = |field: &&super::Field| !field.name.starts_with("@comment") && field.name != "description";
    let own = node.fields.iter().filter(written);
    own.filter(|field| field.name != name::SUBJECT || !node.word.starts_with("db."))
        .map(|field| field.text.as_str())
}

fn has_word(text: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(part) && !after.is_some_and(part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::stack::{Field, Form, Revision, Seed};
    use uuid::Uuid;

    fn step(n: u128, word: &str, texts: &[(&str, &str)]) -> Seed {
        let field = |(name, text): &(&str, &str)| Field {
            name: (*name).into(),
            text: (*text).into(),
            form: Form::Assign,
        };
        Seed {
            id: ItemId::Node(Uuid::from_u128(n)),
            kind: NodeKind::Step,
            word: word.into(),
            fields: texts.iter().map(field).collect(),
            parent: Some(ItemId::Stack),
        }
    }

    #[test]
    fn steps_that_work_on_the_table_are_found_and_whether_they_name_the_field() {
        let mut seeds = Stack::empty().to_seeds();
        let at = seeds.iter().position(|seed| seed.id == ItemId::Stack).expect("there is one") + 1;
        let steps = [
            step(1, "db.query", &[(name::SUBJECT, "users"), ("where", "$db.users.email == $input.email")]),
            step(2, "db.add", &[(name::SUBJECT, "users"), ("data", "{emails: 1}")]),
            step(3, "db.query", &[(name::SUBJECT, "user"), ("where", "$db.user.email == 1")]),
            step(4, "var", &[(name::SUBJECT, "$x"), ("value", "$db.users.id|first")]),
        ];
        seeds.splice(at..at, steps);
        let stack = Stack::from_seeds(&seeds, Revision(1)).expect("it is a stack");
        let found: Vec<_> =
            uses(&stack, "users", Some("email")).into_iter().map(|one| (one.item, one.names_field)).collect();
        let node = |n| ItemId::Node(Uuid::from_u128(n));
        assert_eq!(found, [(node(1), true), (node(2), false), (node(4), false)]);
    }
}
