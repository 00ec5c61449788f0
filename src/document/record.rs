//! Records and their values as JSON.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value as Json};
use uuid::Uuid;

use crate::domain::record::{Cells, Record, Value};

/// A record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RecordDoc {
    /// Its lasting id.
    pub id: Uuid,
    /// Its number within the table.
    pub ordinal: u64,
    /// The table's revision when it last changed; the base of an edit of it.
    pub revision: u64,
    /// Its values by the id of their field; a field without a value is left out.
    #[cfg_attr(test, ts(as = "BTreeMap<String, serde_json::Value>"))]
    pub cells: BTreeMap<Uuid, Json>,
}

impl From<&Record> for RecordDoc {
    fn from(record: &Record) -> Self {
        RecordDoc {
            id: record.id,
            ordinal: record.ordinal,
            revision: record.revision.0,
            cells: cells_doc(&record.cells),
        }
    }
}

/// A record's values as JSON.
pub fn cells_doc(cells: &Cells) -> BTreeMap<Uuid, Json> {
    cells.iter().map(|(field, value)| (*field, value_doc(value))).collect()
}

/// A record's values from JSON. What is null is left out.
pub fn cells_from_doc(doc: BTreeMap<Uuid, Json>) -> Cells {
    doc.into_iter().map(|(field, value)| (field, value_from_doc(value))).collect()
}

/// A value as JSON.
pub fn value_doc(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(flag) => Json::Bool(*flag),
        Value::Int(number) => Json::from(*number),
        // A number that JSON cannot write would have been refused when it came.
        Value::Decimal(text) => {
            text.parse::<f64>().ok().and_then(Number::from_f64).map_or(Json::Null, Json::Number)
        }
        Value::Text(text) => Json::String(text.clone()),
        Value::List(items) => Json::Array(items.iter().map(value_doc).collect()),
        Value::Object(fields) => Json::Object(
            fields.iter().map(|(name, value)| (name.clone(), value_doc(value))).collect::<Map<_, _>>(),
        ),
    }
}

/// A value from JSON.
pub fn value_from_doc(doc: Json) -> Value {
    match doc {
        Json::Null => Value::Null,
        Json::Bool(flag) => Value::Bool(flag),
        Json::Number(number) => match number.as_i64() {
            Some(whole) => Value::Int(whole),
            None => Value::Decimal(number.as_f64().map_or_else(|| number.to_string(), |one| one.to_string())),
        },
        Json::String(text) => Value::Text(text),
        Json::Array(items) => Value::List(items.into_iter().map(value_from_doc).collect()),
        Json::Object(fields) => {
            Value::Object(fields.into_iter().map(|(name, value)| (name, value_from_doc(value))).collect())
        }
    }
}
