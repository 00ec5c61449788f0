//! Values as they are sorted and compared.

use std::cmp::Ordering;

use serde_json::Value as Json;

/// A value of a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Key {
    /// A number; true is 1 and false 0.
    Number(f64),
    /// A text, in lower case; lists and objects as their JSON.
    Text(Box<str>),
    /// Nothing; stands last.
    Empty,
}

impl Key {
    /// From JSON.
    pub fn of(value: &Json) -> Key {
        match value {
            Json::Null => Key::Empty,
            Json::Bool(flag) => Key::Number(f64::from(u8::from(*flag))),
            Json::Number(number) => number.as_f64().map_or(Key::Empty, Key::Number),
            Json::String(text) => Key::Text(text.to_lowercase().into()),
            other => Key::Text(other.to_string().to_lowercase().into()),
        }
    }

    /// What somebody typed, read as what stands in `self`.
    pub fn like(&self, typed: &str) -> Key {
        match self {
            Key::Number(_) => match typed.trim() {
                "true" => Key::Number(1.0),
                "false" => Key::Number(0.0),
                other => other.parse().map_or(Key::Empty, Key::Number),
            },
            Key::Text(_) | Key::Empty => Key::Text(typed.to_lowercase().into()),
        }
    }

    /// As a text to be searched.
    pub fn contains(&self, folded: &str) -> bool {
        match self {
            Key::Text(text) => text.contains(folded),
            Key::Number(number) => number.to_string().contains(folded),
            Key::Empty => false,
        }
    }

    /// As a text whose start is looked at.
    pub fn starts_with(&self, folded: &str) -> bool {
        match self {
            Key::Text(text) => text.starts_with(folded),
            Key::Number(number) => number.to_string().starts_with(folded),
            Key::Empty => false,
        }
    }

    /// Bytes beside its own.
    pub fn bytes(&self) -> usize {
        match self {
            Key::Text(text) => text.len(),
            Key::Number(_) | Key::Empty => 0,
        }
    }

    /// The order of values: numbers, then texts.
    pub fn order(&self, other: &Key) -> Ordering {
        match (self, other) {
            (Key::Number(a), Key::Number(b)) => a.total_cmp(b),
            (Key::Text(a), Key::Text(b)) => a.cmp(b),
            _ => self.rank().cmp(&other.rank()),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Key::Number(_) => 0,
            Key::Text(_) => 1,
            Key::Empty => 2,
        }
    }

    /// Whether nothing stands there.
    pub fn is_empty(&self) -> bool {
        *self == Key::Empty || *self == Key::Text("".into())
    }
}
