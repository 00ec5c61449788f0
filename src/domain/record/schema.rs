//! What a table's fields say about its records.

use super::Value;
use super::literal::{literal, words};
use crate::domain::id::ItemId;
use crate::domain::stack::{Node, Stack, name};

/// The field that names a record; Baton gives its value.
pub const ID: &str = "id";

/// The fields of a table, in order.
pub fn fields(table: &Stack) -> impl Iterator<Item = &Node> {
    let ids = table.get(ItemId::Inputs).map(|inputs| inputs.children.as_slice()).unwrap_or_default();
    ids.iter().filter_map(|id| table.get(*id))
}

/// Whether Baton gives the field's values: a field `id` of type `int` is the record's number, one of type `uuid` its id.
pub fn is_given(field: &Node) -> bool {
    field.field(name::NAME) == Some(ID) && matches!(field.field(name::TYPE), Some("int" | "uuid"))
}

/// Whether Baton keeps no values of the field: passwords are set by the stacks that sign people up.
pub fn is_secret(field: &Node) -> bool {
    field.field(name::TYPE) == Some("password")
}

/// The field's name as messages quote it.
pub fn named(field: &Node) -> String {
    field.field(name::NAME).or_else(|| field.field(name::TYPE)).unwrap_or("field").to_owned()
}

pub fn kind(field: &Node) -> &str {
    field.field(name::TYPE).unwrap_or("json")
}

pub fn is_list(field: &Node) -> bool {
    field.field(name::LIST).is_some_and(|text| text != "false")
}

/// Whether the cell may be empty.
pub fn may_be_empty(field: &Node) -> bool {
    let optional = field.field(name::OPTIONAL).is_some_and(|text| text != "false");
    let nullable = field.field(name::NULLABLE).is_some_and(|text| !text.is_empty() && text != "false");
    optional || nullable
}

/// The value of a cell that was not given. `now` is the wall clock in milliseconds.
pub fn default(field: &Node, now: i64) -> Option<Value> {
    let text = field.field(name::DEFAULT)?.trim();
    match (kind(field), text) {
        ("timestamp", "now") => Some(Value::Int(now)),
        ("text" | "enum" | "email" | "date", bare) => Some(
            literal(bare)
                .filter(|value| matches!(value, Value::Text(_) | Value::Null))
                .unwrap_or_else(|| Value::Text(bare.to_owned())),
        ),
        (_, text) => literal(text),
    }
}

/// What an enum may be.
pub fn allowed(field: &Node) -> Vec<String> {
    field.field("values").map(words).unwrap_or_default()
}

/// The filters of a field with their arguments.
pub fn filters(field: &Node) -> Vec<(String, String)> {
    let text = field.field(name::FILTERS).unwrap_or_default();
    let one = |part: &str| {
        let (name, argument) = part.split_once(':').unwrap_or((part, ""));
        (name.trim().to_owned(), argument.trim().trim_matches('"').to_owned())
    };
    text.split('|').filter(|part| !part.trim().is_empty()).map(one).collect()
}
