//! Values of cells.

/// What stands in a cell: the values of JSON, with numbers that compare exactly.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// Nothing.
    Null,
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number, in its JSON form.
    Decimal(String),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Value>),
    /// Named values, in the order in which they were given.
    Object(Vec<(String, Value)>),
}

impl Value {
    /// What it weighs, in bytes.
    pub fn bytes(&self) -> usize {
        match self {
            Value::Null | Value::Bool(_) | Value::Int(_) => 8,
            Value::Decimal(text) | Value::Text(text) => 8 + text.len(),
            Value::List(items) => 8 + items.iter().map(Value::bytes).sum::<usize>(),
            Value::Object(fields) => {
                8 + fields.iter().map(|(name, value)| name.len() + value.bytes()).sum::<usize>()
            }
        }
    }

    /// Levels of lists and objects, 0 for a plain value.
    pub fn depth(&self) -> usize {
        match self {
            Value::List(items) => 1 + items.iter().map(Value::depth).max().unwrap_or(0),
            Value::Object(fields) => 1 + fields.iter().map(|(_, value)| value.depth()).max().unwrap_or(0),
            _ => 0,
        }
    }

    /// What people call what stands there.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Null => "nothing",
            Value::Bool(_) => "true or false",
            Value::Int(_) => "a whole number",
            Value::Decimal(_) => "a number",
            Value::Text(_) => "a text",
            Value::List(_) => "a list",
            Value::Object(_) => "an object",
        }
    }
}

/// A text as a message quotes it.
pub fn truncated(text: &str) -> String {
    const SHORT: usize = 40;
    match text.char_indices().nth(SHORT) {
        Some((cut, _)) => format!("{}…", &text[..cut]),
        None => text.to_owned(),
    }
}
