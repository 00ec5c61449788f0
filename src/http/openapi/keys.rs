//! What the document says of keys, from the table by which routes take them.

use serde_json::{Map, Value, json};

use crate::http::scopes::{Door, door};

/// Names the scheme of keys and, at each route that takes one, its scope.
pub fn fill(document: &mut Value) {
    if let Some(Value::Object(schemes)) = document.pointer_mut("/components/securitySchemes") {
        let about = "A key of a workspace, made by an owner or admin with scopes: `baton_…`. Beside the realtime service it acts \
                     for whoever made it, within what they may now. Routes that name no scope take no key.";
        let scheme =
            json!({ "type": "http", "scheme": "bearer", "bearerFormat": "baton_…", "description": about });
        schemes.insert("key".to_owned(), scheme);
    }
    let Some(Value::Object(paths)) = document.get_mut("paths") else { return };
    for (path, item) in paths {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            if let (Some(door), Some(operation)) =
                (door(&method.to_uppercase(), path), operation.as_object_mut())
            {
                describe(door, operation);
            }
        }
    }
}

fn describe(door: Door, operation: &mut Map<String, Value>) {
    let words = match door {
        Door::Open => {
            operation.insert("security".to_owned(), json!([]));
            return;
        }
        Door::People => return,
        Door::ForMaker(scope) => format!("By a key, for whoever made it: scope `{}`.", scope.name()),
        Door::ForWorkspace(scope) => format!("By a key: scope `{}`.", scope.name()),
    };
    let scope = door.scope().map_or("", |scope| scope.name());
    operation.insert("security".to_owned(), json!([{ "access_token": [] }, { "key": [scope] }]));
    let known = operation.get("description").and_then(Value::as_str).unwrap_or_default();
    let told = if known.is_empty() { words } else { format!("{known}\n\n{words}") };
    operation.insert("description".to_owned(), Value::String(told));
}
