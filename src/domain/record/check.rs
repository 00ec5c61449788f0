//! Whether values fit their fields. What can be read as the field's type is read so: a file and a grid bring texts.

use uuid::Uuid;

use super::moment::{date_is_valid, moment_from_text};
use super::schema::{self, is_given, is_secret, named};
use super::value::truncated;
use super::{Cells, MAX_CELL, MAX_RECORD, MAX_VALUE_DEPTH, Value};
use crate::domain::id::ItemId;
use crate::domain::stack::{Node, NodeKind, Stack, is_text};

/// Why a value does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The field, by its id.
    pub field: Option<Uuid>,
    /// What is wrong, in words that name the field.
    pub message: String,
}

impl Problem {
    fn of(field: &Node, message: impl std::fmt::Display) -> Problem {
        let id = match field.id {
            ItemId::Node(id) => Some(id),
            _ => None,
        };
        Problem { field: id, message: format!("`{}` {message}", named(field)) }
    }
}

/// A value as it will stand in the field's cell.
///
/// # Errors
/// [`Problem`] if it does not fit, the field is none of the table's, or its values are not set by people.
pub fn check_cell(table: &Stack, field: Uuid, value: Value) -> Result<Value, Problem> {
    let node = table.get(ItemId::Node(field));
    let Some(node) = node.filter(|node| node.kind == NodeKind::Input && node.parent == Some(ItemId::Inputs))
    else {
        return Err(Problem {
            field: Some(field),
            message: "there is no such field in this table".to_owned(),
        });
    };
    if is_given(node) {
        return Err(Problem::of(node, "is given by Baton and cannot be set"));
    }
    if is_secret(node) {
        return Err(Problem::of(node, "is a password: Baton keeps none, your stacks set it"));
    }
    if value.bytes() > MAX_CELL || value.depth() > MAX_VALUE_DEPTH {
        return Err(Problem::of(node, "is too large: a cell holds 64 KiB and 32 levels"));
    }
    let value = fit(table, node, value)?;
    if value == Value::Null && !schema::may_be_empty(node) {
        return Err(Problem::of(node, "is required"));
    }
    Ok(value)
}

/// A new record's cells: what was given, checked, and the defaults of the rest. `now` is the wall clock in milliseconds.
///
/// # Errors
/// Every [`Problem`] of the row.
pub fn check_row(table: &Stack, given: &Cells, now: i64) -> Result<Cells, Vec<Problem>> {
    let mut cells = Cells::new();
    let mut problems = Vec::new();
    for (field, value) in given {
        match check_cell(table, *field, value.clone()) {
            Ok(Value::Null) => {}
            Ok(value) => drop(cells.insert(*field, value)),
            Err(problem) => problems.push(problem),
        }
    }
    for node in schema::fields(table).filter(|node| !is_given(node) && !is_secret(node)) {
        let ItemId::Node(id) = node.id else { continue };
        if given.contains_key(&id) {
            continue;
        }
        match schema::default(node, now).map(|value| fit(table, node, value)) {
            Some(Ok(Value::Null)) => {}
            Some(Ok(value)) => drop(cells.insert(id, value)),
            Some(Err(problem)) => problems.push(problem),
            None if schema::may_be_empty(node) => {}
            None => problems.push(Problem::of(node, "is required")),
        }
    }
    let bytes: usize = cells.values().map(Value::bytes).sum();
    if bytes > MAX_RECORD {
        problems.push(Problem { field: None, message: "a record holds 128 KiB".to_owned() });
    }
    if problems.is_empty() { Ok(cells) } else { Err(problems) }
}

fn fit(table: &Stack, field: &Node, value: Value) -> Result<Value, Problem> {
    if value == Value::Null {
        return Ok(value);
    }
    if !schema::is_list(field) {
        return fit_one(table, field, value);
    }
    match value {
        Value::List(items) => {
            let fitted = items.into_iter().map(|item| fit_one(table, field, item));
            Ok(Value::List(fitted.collect::<Result<_, _>>()?))
        }
        other => Err(Problem::of(field, format!("is a list, and {} was given", other.kind()))),
    }
}

fn fit_one(table: &Stack, field: &Node, value: Value) -> Result<Value, Problem> {
    let kind = schema::kind(field);
    let fitted = match kind {
        "int" => whole(value),
        "decimal" => number(value),
        "bool" => flag(value),
        "timestamp" => moment(value),
        "date" => text_that(value, date_is_valid),
        "email" => text_that(value, is_email),
        "uuid" => text_that(value, |text| Uuid::parse_str(text).is_ok()),
        "text" => text_that(value, is_text),
        "enum" => {
            let allowed = schema::allowed(field);
            return match value {
                Value::Text(text) if allowed.contains(&text) => Ok(Value::Text(text)),
                _ => Err(Problem::of(field, format!("must be one of {}", allowed.join(", ")))),
            };
        }
        "vector" => match value {
            Value::List(items) => items.into_iter().map(number).collect::<Result<_, _>>().map(Value::List),
            other => Err(other),
        },
        "object" => return object(table, field, value),
        _ => Ok(value),
    };
    match fitted {
        Ok(value) => filtered(field, value),
        Err(other) => Err(Problem::of(field, wrong(kind, &other))),
    }
}

fn wrong(kind: &str, value: &Value) -> String {
    let wanted = match kind {
        "int" => "a whole number",
        "decimal" => "a number",
        "bool" => "true or false",
        "timestamp" => "a time, in milliseconds or as 2025-01-31T12:00:00Z",
        "date" => "a day that exists, as 2025-01-31",
        "email" => "an e-mail address",
        "uuid" => "a UUID",
        "text" => "a text without control characters",
        "vector" => "a list of numbers",
        _ => "a value of its type",
    };
    match value {
        Value::Text(text) => format!("must be {wanted}, and “{}” is not", truncated(text)),
        Value::Int(_) | Value::Decimal(_) | Value::Bool(_) => format!("must be {wanted}"),
        other => format!("must be {wanted}, and {} was given", other.kind()),
    }
}

fn whole(value: Value) -> Result<Value, Value> {
    match value {
        Value::Int(_) => Ok(value),
        Value::Text(text) => text.trim().parse().map(Value::Int).map_err(|_| Value::Text(text)),
        other => Err(other),
    }
}

fn number(value: Value) -> Result<Value, Value> {
    let parsed = match &value {
        Value::Int(_) => return Ok(value),
        Value::Decimal(text) => text.parse::<f64>(),
        Value::Text(text) => match text.trim().parse::<i64>() {
            Ok(whole) => return Ok(Value::Int(whole)),
            Err(_) => text.trim().parse::<f64>(),
        },
        _ => return Err(value),
    };
    match parsed {
        Ok(number) if number.is_finite() => Ok(Value::Decimal(number.to_string())),
        _ => Err(value),
    }
}

fn flag(value: Value) -> Result<Value, Value> {
    match &value {
        Value::Bool(_) => Ok(value),
        Value::Int(0) => Ok(Value::Bool(false)),
        Value::Int(1) => Ok(Value::Bool(true)),
        Value::Text(text) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" => Ok(Value::Bool(true)),
            "false" | "0" | "no" => Ok(Value::Bool(false)),
            _ => Err(value),
        },
        _ => Err(value),
    }
}

fn moment(value: Value) -> Result<Value, Value> {
    match value {
        Value::Int(_) => Ok(value),
        Value::Text(text) => match text.trim().parse().ok().or_else(|| moment_from_text(&text)) {
            Some(at) => Ok(Value::Int(at)),
            None => Err(Value::Text(text)),
        },
        other => Err(other),
    }
}

fn text_that(value: Value, fits: impl Fn(&str) -> bool) -> Result<Value, Value> {
    match value {
        Value::Text(text) if fits(&text) => Ok(Value::Text(text)),
        other => Err(other),
    }
}

/// One `@` with something on both sides and a dot behind it; whether it is reached only a mail can tell.
fn is_email(text: &str) -> bool {
    let text = text.trim();
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let odd = |c: char| c.is_whitespace() || c.is_control() || c == '@';
    !local.is_empty()
        && domain.split('.').all(|part| !part.is_empty())
        && domain.contains('.')
        && text.len() <= 320
        && !local.contains(odd)
        && !domain.contains(odd)
}

fn object(table: &Stack, field: &Node, value: Value) -> Result<Value, Problem> {
    let Value::Object(given) = value else {
        return Err(Problem::of(field, format!("must be an object, and {} was given", value.kind())));
    };
    let children: Vec<&Node> = field.children.iter().filter_map(|id| table.get(*id)).collect();
    if children.is_empty() {
        return Ok(Value::Object(given));
    }
    let mut fitted = Vec::with_capacity(given.len());
    for (key, value) in given {
        let Some(child) = children.iter().find(|child| named(child) == key) else {
            return Err(Problem::of(field, format!("has no `{}`", truncated(&key))));
        };
        fitted.push((key, fit(table, child, value)?));
    }
    let has = |name: &str| fitted.iter().any(|(key, value)| key == name && *value != Value::Null);
    let missing = children.iter().find(|child| !schema::may_be_empty(child) && !has(&named(child)));
    match missing {
        Some(child) if child.field(crate::domain::stack::name::DEFAULT).is_none() => {
            Err(Problem::of(field, format!("needs `{}`", named(child))))
        }
        _ => Ok(Value::Object(fitted)),
    }
}

/// The field's filters: some change a text, some refuse it. Those that only a run can apply are left to it.
fn filtered(field: &Node, value: Value) -> Result<Value, Problem> {
    let mut value = value;
    for (name, argument) in schema::filters(field) {
        value = match (name.as_str(), value) {
            ("trim", Value::Text(text)) => Value::Text(text.trim().to_owned()),
            ("lower", Value::Text(text)) => Value::Text(text.to_lowercase()),
            ("upper", Value::Text(text)) => Value::Text(text.to_uppercase()),
            (bound @ ("min" | "max"), value) => {
                within(field, bound, &argument, &value)?;
                value
            }
            ("digitOk", Value::Text(text)) if !text.chars().all(|c| c.is_ascii_digit()) => {
                return Err(Problem::of(field, "may hold digits only"));
            }
            ("alphaOk", Value::Text(text)) if !text.chars().all(char::is_alphabetic) => {
                return Err(Problem::of(field, "may hold letters only"));
            }
            ("startsWith", Value::Text(text)) if !text.starts_with(&argument) => {
                return Err(Problem::of(field, format!("must start with “{}”", truncated(&argument))));
            }
            (_, value) => value,
        };
    }
    Ok(value)
}

/// `min` and `max`: of a text its characters, of a number itself.
fn within(field: &Node, bound: &str, argument: &str, value: &Value) -> Result<(), Problem> {
    let Ok(limit) = argument.parse::<f64>() else { return Ok(()) };
    let (size, unit) = match value {
        // Texts are far shorter than where a count stops being exact.
        #[expect(clippy::cast_precision_loss, reason = "a cell holds 64 KiB")]
        Value::Text(text) => (text.chars().count() as f64, " characters"),
        #[expect(clippy::cast_precision_loss, reason = "compared with a limit that people wrote")]
        Value::Int(number) => (*number as f64, ""),
        Value::Decimal(text) => (text.parse().unwrap_or(limit), ""),
        _ => return Ok(()),
    };
    let fits = if bound == "min" { size >= limit } else { size <= limit };
    let word = if bound == "min" { "at least" } else { "at most" };
    if fits { Ok(()) } else { Err(Problem::of(field, format!("must be {word} {argument}{unit}"))) }
}
