//! JSON of other people, carried as it came.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::domain::realtime::Json;

/// Any JSON value, kept as its text.
#[derive(Debug, Clone, PartialEq, Eq, utoipa::ToSchema)]
#[schema(value_type = serde_json::Value)]
pub struct JsonDoc(pub Json);

impl JsonDoc {
    /// The text of a value.
    pub fn of(value: &serde_json::Value) -> Self {
        JsonDoc(Json::new(value.to_string()))
    }
}

impl From<&Json> for JsonDoc {
    fn from(json: &Json) -> Self {
        JsonDoc(json.clone())
    }
}

impl Serialize for JsonDoc {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw: &RawValue = serde_json::from_str(self.0.text()).map_err(serde::ser::Error::custom)?;
        raw.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for JsonDoc {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // By way of a value and not of its raw text, which is not to be had inside of tagged messages.
        Ok(JsonDoc::of(&serde_json::Value::deserialize(deserializer)?))
    }
}

#[cfg(test)]
impl ts_rs::TS for JsonDoc {
    type WithoutGenerics = Self;
    type OptionInnerType = Self;

    fn name(_: &ts_rs::Config) -> String {
        "unknown".to_owned()
    }

    fn inline(_: &ts_rs::Config) -> String {
        "unknown".to_owned()
    }
}
