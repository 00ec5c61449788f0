//! The plain values that a field's default or an enum's list is written with.

use super::Value;

/// A literal: `null`, `true`, a number, a quoted text, `[]`, `{}`. Expressions are none: what they give is known only at run
/// time.
pub fn literal(text: &str) -> Option<Value> {
    let text = text.trim();
    match text {
        "null" => return Some(Value::Null),
        "true" => return Some(Value::Bool(true)),
        "false" => return Some(Value::Bool(false)),
        "[]" => return Some(Value::List(Vec::new())),
        "{}" => return Some(Value::Object(Vec::new())),
        _ => {}
    }
    if let Some(quoted) = quoted(text) {
        return Some(Value::Text(quoted));
    }
    if let Ok(whole) = text.parse::<i64>() {
        return Some(Value::Int(whole));
    }
    let decimal = text.parse::<f64>().ok().filter(|number| number.is_finite());
    decimal.map(|number| Value::Decimal(number.to_string()))
}

/// The texts of a list such as `["a", "b"]`; bare words count too.
pub fn words(text: &str) -> Vec<String> {
    let inside = text.trim();
    let inside = inside.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(inside);
    let mut found = Vec::new();
    let (mut word, mut within, mut escaped) = (String::new(), None, false);
    for letter in inside.chars() {
        match within {
            Some(_) if escaped => {
                escaped = false;
                word.push(letter);
            }
            Some(_) if letter == '\\' => escaped = true,
            Some(mark) if letter == mark => within = None,
            Some(_) => word.push(letter),
            None if letter == '"' || letter == '\'' => within = Some(letter),
            None if letter == ',' || letter == '\n' => found.push(std::mem::take(&mut word)),
            None => word.push(letter),
        }
    }
    found.push(word);
    found.into_iter().map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()).collect()
}

fn quoted(text: &str) -> Option<String> {
    let mark = text.chars().next().filter(|mark| matches!(mark, '"' | '\''))?;
    let inside = text.strip_prefix(mark)?.strip_suffix(mark)?;
    let mut plain = String::with_capacity(inside.len());
    let mut letters = inside.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => plain.push(letters.next()?),
            one if one == mark => return None,
            one => plain.push(one),
        }
    }
    Some(plain)
}
