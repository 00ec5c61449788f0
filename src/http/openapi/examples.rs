//! Examples for what has none of its own: made from the schemas, so that every body in the document shows what one looks like,
//! and from the table of errors.

use serde_json::{Map, Value, json};

use crate::protocol::error::{Row, TABLE};

/// Deeper than this an example says no more: some schemas hold themselves.
const DEEP: usize = 6;
/// An id that is shown.
const ID: &str = "0198c5a2-7e3b-7c41-9d2f-3a6b1c8e4f50";
/// A moment that is shown, in milliseconds since the Unix epoch.
const MOMENT: i64 = 1_767_225_600_000;

/// Gives each body of the document an example.
pub fn fill(document: &mut Value) {
    let schemas = document.pointer("/components/schemas").cloned().unwrap_or_default();
    if let Some(components) = document.get_mut("components").and_then(Value::as_object_mut) {
        components.insert("examples".to_owned(), Value::Object(TABLE.iter().map(problem).collect()));
    }
    let Some(Value::Object(paths)) = document.get_mut("paths") else { return };
    for operation in paths.values_mut().filter_map(Value::as_object_mut).flat_map(Map::values_mut) {
        if let Some(body) = operation.get_mut("requestBody") {
            content(body, &schemas);
        }
        let Some(Value::Object(responses)) = operation.get_mut("responses") else { continue };
        for (status, response) in responses {
            let status: u16 = status.parse().unwrap_or(0);
            if status < 400 { content(response, &schemas) } else { problems(response, status) }
        }
    }
}

fn content(holder: &mut Value, schemas: &Value) {
    let Some(Value::Object(kinds)) = holder.get_mut("content") else { return };
    for media in kinds.values_mut().filter_map(Value::as_object_mut) {
        if media.contains_key("example") || media.contains_key("examples") {
            continue;
        }
        if let Some(schema) = media.get("schema") {
            let made = of(schema, schemas, 0);
            media.insert("example".to_owned(), made);
        }
    }
}

/// One example for each error that the table has for the status.
fn problems(response: &mut Value, status: u16) {
    let Some(media) = response.pointer_mut("/content/application~1problem+json") else { return };
    let one = |row: &Row| {
        let place = format!("#/components/examples/{}", row.name);
        (row.name.to_owned(), json!({ "$ref": place }))
    };
    let examples: Map<String, Value> = TABLE.iter().filter(|row| row.status == status).map(one).collect();
    media["examples"] = Value::Object(examples);
}

/// An error as it is answered.
fn problem(row: &Row) -> (String, Value) {
    let problem = json!({
        "type": format!("/docs#{}", row.name), "status": row.status, "code": row.name, "title": row.title,
        "help": row.help, "retry": row.retry, "request_id": ID,
    });
    (row.name.to_owned(), json!({ "summary": row.title, "value": problem }))
}

/// What a schema allows, as one value.
fn of(schema: &Value, schemas: &Value, deep: usize) -> Value {
    if deep > DEEP {
        return Value::Null;
    }
    if let Some(example) = schema.get("example").or_else(|| schema.get("default")) {
        return example.clone();
    }
    if let Some(name) = schema.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next()) {
        return schemas.get(name).map_or(Value::Null, |target| of(target, schemas, deep + 1));
    }
    if let Some(word) = schema.get("enum").and_then(Value::as_array).and_then(|words| words.first()) {
        return word.clone();
    }
    if let Some(parts) = schema.get("allOf").and_then(Value::as_array) {
        return all_of(parts, schemas, deep);
    }
    for choice in ["oneOf", "anyOf"] {
        let choices = schema.get(choice).and_then(Value::as_array);
        let is_null = |one: &&Value| one.get("type") == Some(&json!("null"));
        if let Some(one) = choices.and_then(|all| all.iter().find(|one| !is_null(one))) {
            return of(one, schemas, deep + 1);
        }
    }
    of_type(schema, schemas, deep)
}

fn all_of(parts: &[Value], schemas: &Value, deep: usize) -> Value {
    let mut whole = Map::new();
    for part in parts {
        if let Value::Object(map) = of(part, schemas, deep + 1) {
            whole.extend(map);
        }
    }
    Value::Object(whole)
}

fn of_type(schema: &Value, schemas: &Value, deep: usize) -> Value {
    let kind = match schema.get("type") {
        Some(Value::Array(kinds)) => kinds.iter().find(|kind| **kind != json!("null")),
        other => other,
    };
    match kind.and_then(Value::as_str) {
        Some("string") => text(schema),
        Some("integer" | "number") => number(schema),
        Some("boolean") => json!(true),
        Some("array") => {
            let one = schema.get("items").map(|items| of(items, schemas, deep + 1));
            json!(one.into_iter().filter(|one| !one.is_null()).collect::<Vec<_>>())
        }
        Some("object") => object(schema, schemas, deep),
        _ => Value::Null,
    }
}

fn object(schema: &Value, schemas: &Value, deep: usize) -> Value {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return json!({}) };
    let required = schema.get("required").and_then(Value::as_array);
    let needed = |name: &str| required.is_some_and(|all| all.iter().any(|one| one == name));
    let shown = properties.iter().filter_map(|(name, property)| {
        let value = of(property, schemas, deep + 1);
        (needed(name) || !value.is_null()).then(|| (name.clone(), named(name, value)))
    });
    Value::Object(shown.collect())
}

/// Moments look like moments.
fn named(name: &str, value: Value) -> Value {
    let moment =
        ["at", "since", "created", "expires", "used", "began", "ended", "active", "edited", "from", "to"];
    if value.is_number() && moment.contains(&name) { json!(MOMENT) } else { value }
}

fn text(schema: &Value) -> Value {
    match schema.get("format").and_then(Value::as_str) {
        Some("uuid") => json!(ID),
        Some("binary") => json!(""),
        _ => json!("text"),
    }
}

fn number(schema: &Value) -> Value {
    let least = schema.get("minimum").and_then(Value::as_i64).unwrap_or(0);
    json!(least.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_is_made_of_what_the_schema_says() {
        let schemas = json!({
            "Role": { "type": "string", "enum": ["owner", "viewer"] },
            "Tree": { "type": "object", "required": ["id"], "properties": {
                "id": { "type": "string", "format": "uuid" },
                "role": { "$ref": "#/components/schemas/Role" },
                "below": { "type": "array", "items": { "$ref": "#/components/schemas/Tree" } },
                "since": { "type": "integer" },
                "note": { "type": ["string", "null"] },
            } },
        });
        let made = of(&json!({ "$ref": "#/components/schemas/Tree" }), &schemas, 0);
        assert_eq!(made["id"], ID);
        assert_eq!(made["role"], "owner");
        assert_eq!(made["since"], MOMENT);
        assert_eq!(made["note"], "text");
        assert_eq!(made["below"][0]["role"], "owner");
    }

    #[test]
    fn errors_show_each_row_of_their_status() {
        let mut document = json!({ "components": {}, "paths": { "/x": { "get": { "responses": {
            "404": { "content": { "application/problem+json": {} } },
        } } } } });
        fill(&mut document);
        let path = "/paths/~1x/get/responses/404/content/application~1problem+json/examples/not_found/$ref";
        assert_eq!(document.pointer(path), Some(&json!("#/components/examples/not_found")));
        let path = "/components/examples/not_found/value/code";
        assert_eq!(document.pointer(path), Some(&json!("not_found")));
        let path = "/paths/~1x/get/responses/404/content/application~1problem+json/examples/bad_frame";
        assert_eq!(document.pointer(path), None, "of another status");
    }
}
