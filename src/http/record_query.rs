//! What a caller wants of a table's records, as the sheets understand it.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::error::ApiError;
use crate::domain::effect::TableView;
use crate::domain::id::ItemId;
use crate::domain::record::{is_given, is_secret, moment_from_text};
use crate::domain::stack::{Node, name};
use crate::protocol::error::ErrorCode;
use crate::sheets::{Column, Condition, Operator, Query, Sort};

/// Conditions of one query.
const CONDITIONS_MAX: usize = 20;
/// Characters of a text that is compared.
const VALUE_MAX: usize = 1_000;

/// Which records, and in which order.
#[derive(Debug, Default, Deserialize, IntoParams)]
pub struct RecordsQuery {
    /// Skip so many.
    #[serde(default)]
    pub offset: u64,
    /// At most so many; 100 unless asked otherwise, 500 at most.
    #[serde(default)]
    pub limit: Option<u32>,
    /// A field by name or id, `-` before it for the largest first; by the records' numbers without it.
    #[serde(default)]
    pub sort: Option<String>,
    /// Conditions as a JSON list, such as `[{"field":"email","op":"contains","value":"ana"}]`; a record meets them all.
    #[serde(default)]
    pub filter: Option<String>,
    /// A text that stands somewhere in the record.
    #[serde(default)]
    pub q: Option<String>,
}

/// How a value is compared.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OperatorDoc {
    /// Equal, whatever the case of a text.
    Is,
    /// Not equal.
    IsNot,
    /// The text is somewhere in it.
    Contains,
    /// The text is at its start.
    StartsWith,
    /// Less.
    Below,
    /// Less or equal.
    AtMost,
    /// More.
    Above,
    /// More or equal.
    AtLeast,
    /// There is no value.
    IsEmpty,
    /// There is one.
    IsNotEmpty,
}

/// A condition.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ConditionDoc {
    /// A field by name or id.
    pub field: String,
    /// How.
    pub op: OperatorDoc,
    /// With what; times also as `2025-01-31T12:00:00Z`.
    #[serde(default)]
    pub value: String,
}

/// The query for a table with these fields.
///
/// # Errors
/// `bad_request` naming what is wrong.
pub fn wanted(table: &TableView, asked: &RecordsQuery) -> Result<Query, ApiError> {
    let sort = match asked.sort.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        Some(text) => {
            let descending = text.starts_with('-');
            let (column, _) = column(table, text.strip_prefix('-').unwrap_or(text))?;
            Some(Sort { column, descending })
        }
        None => None,
    };
    let conditions: Vec<ConditionDoc> = match asked.filter.as_deref().filter(|text| !text.trim().is_empty()) {
        Some(text) => serde_json::from_str(text).map_err(|error| wrong(format!("filter: {error}")))?,
        None => Vec::new(),
    };
    if conditions.len() > CONDITIONS_MAX {
        return Err(ApiError::detail(
            ErrorCode::TooMany,
            format!("filter: at most {CONDITIONS_MAX} conditions"),
        ));
    }
    let conditions = conditions.into_iter().map(|one| condition(table, one)).collect::<Result<_, _>>()?;
    let search = asked.q.as_deref().map(str::trim).filter(|text| !text.is_empty());
    if search.is_some_and(|text| text.chars().count() > VALUE_MAX) {
        return Err(wrong(format!("q: at most {VALUE_MAX} characters")));
    }
    let search = search.map(|text| (text.to_owned(), searched(table)));
    Ok(Query { sort, conditions, search })
}

/// The columns of a table, in order.
pub fn top_fields(table: &TableView) -> impl Iterator<Item = &Node> {
    table.fields.iter().filter(|field| field.parent == Some(ItemId::Inputs))
}

fn condition(table: &TableView, doc: ConditionDoc) -> Result<Condition, ApiError> {
    if doc.value.chars().count() > VALUE_MAX {
        return Err(wrong(format!("filter: a value has at most {VALUE_MAX} characters")));
    }
    let (column, field) = column(table, &doc.field)?;
    let is_time = field.is_some_and(|field| field.field(name::TYPE) == Some("timestamp"));
    let value = match moment_from_text(&doc.value).filter(|_| is_time) {
        Some(at) => at.to_string(),
        None => doc.value,
    };
    let operator = match doc.op {
        OperatorDoc::Is => Operator::Is,
        OperatorDoc::IsNot => Operator::IsNot,
        OperatorDoc::Contains => Operator::Contains,
        OperatorDoc::StartsWith => Operator::StartsWith,
        OperatorDoc::Below => Operator::Below,
        OperatorDoc::AtMost => Operator::AtMost,
        OperatorDoc::Above => Operator::Above,
        OperatorDoc::AtLeast => Operator::AtLeast,
        OperatorDoc::IsEmpty => Operator::IsEmpty,
        OperatorDoc::IsNotEmpty => Operator::IsNotEmpty,
    };
    Ok(Condition { column, operator, value })
}

fn column<'a>(table: &'a TableView, named: &str) -> Result<(Column, Option<&'a Node>), ApiError> {
    let field = top_fields(table)
        .find(|field| field.id.to_string() == named || field.field(name::NAME) == Some(named))
        .ok_or_else(|| wrong(format!("there is no field `{named}`")))?;
    Ok((column_of(field), Some(field)))
}

/// Where a field's values come from.
pub fn column_of(field: &Node) -> Column {
    match (is_given(field), field.field(name::TYPE), field.id) {
        (true, Some("uuid"), _) => Column::Id,
        (false, _, ItemId::Node(id)) => Column::Field(id),
        _ => Column::Ordinal,
    }
}

/// What a search looks into: passwords are not kept, and what is sensitive is not to be found by trying.
fn searched(table: &TableView) -> Vec<Column> {
    let open = |field: &&Node| !is_secret(field) && field.field("sensitive") != Some("true");
    top_fields(table).filter(open).map(column_of).collect()
}

fn wrong(detail: String) -> ApiError {
    ApiError::detail(ErrorCode::BadRequest, detail)
}
