//! The catalogue of steps, for the palette of an editor.

use actix_web::{get, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::error::ApiError;
use super::extract::Caller;
use super::openapi::Errors;
use crate::domain::catalogue::{self, EVERYWHERE, Entry, Group, Outcome, Parameter, Subject, ValueKind};

/// Every kind of step.
#[derive(Debug, Serialize, ToSchema)]
pub struct CatalogueDoc {
    /// Headings of the palette, in its order.
    pub groups: Vec<&'static str>,
    /// Kinds of steps, grouped as in the palette.
    pub entries: Vec<EntryDoc>,
    /// Parameters that every step has.
    pub everywhere: Vec<ParameterDoc>,
    /// Types of inputs and table fields.
    pub input_types: &'static [&'static str],
}

/// One kind of step.
#[derive(Debug, Serialize, ToSchema)]
pub struct EntryDoc {
    /// Heading in the palette.
    pub group: &'static str,
    /// What people call it.
    pub label: &'static str,
    /// What XanoScript calls it.
    pub statement: &'static str,
    /// One line of help.
    pub help: &'static str,
    /// What it names: `none`, `table`, `variable`, `expression`, `condition`, `name`, `endpoint`, `binder`.
    pub subject: &'static str,
    /// Whether `if (condition)` follows the subject; the condition is the field `if`.
    pub clause: bool,
    /// Its parameters, required ones first.
    pub params: Vec<ParameterDoc>,
    /// Where its outcome goes: `none`, `variable`, `in_place`.
    pub result: &'static str,
    /// The blocks that it holds.
    pub arms: Vec<ArmDoc>,
    /// Whether it only makes sense in a loop.
    pub only_in_loop: bool,
}

/// A parameter.
#[derive(Debug, Serialize, ToSchema)]
pub struct ParameterDoc {
    /// As written.
    pub name: &'static str,
    /// What its value is: `expression`, `condition`, `text`, `bool`, `number`, `json`, `code`, `sql`, `enum`.
    pub kind: &'static str,
    /// Whether publishing refuses a step without it.
    pub required: bool,
    /// The texts of an `enum`.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub values: &'static [&'static str],
}

/// A block.
#[derive(Debug, Serialize, ToSchema)]
pub struct ArmDoc {
    /// Its keyword.
    pub keyword: &'static str,
    /// How many a step needs at least.
    pub min: u16,
    /// How many it may have.
    pub max: u16,
    /// What stands between the keyword and the block; as for steps.
    pub subject: &'static str,
    /// Whether that may be left out.
    pub subject_optional: bool,
}

fn subject(subject: Subject) -> &'static str {
    match subject {
        Subject::None => "none",
        Subject::Table => "table",
        Subject::Variable => "variable",
        Subject::Expression => "expression",
        Subject::Condition => "condition",
        Subject::Name => "name",
        Subject::Endpoint => "endpoint",
        Subject::Binder => "binder",
    }
}

fn parameter(parameter: &Parameter) -> ParameterDoc {
    let (kind, values): (_, &'static [&'static str]) = match parameter.kind {
        ValueKind::Expression => ("expression", &[]),
        ValueKind::Condition => ("condition", &[]),
        ValueKind::Text => ("text", &[]),
        ValueKind::Bool => ("bool", &[]),
        ValueKind::Number => ("number", &[]),
        ValueKind::Json => ("json", &[]),
        ValueKind::Code => ("code", &[]),
        ValueKind::Sql => ("sql", &[]),
        ValueKind::Enum(values) => ("enum", values),
    };
    ParameterDoc { name: parameter.name, kind, required: parameter.required, values }
}

fn entry(entry: &'static Entry) -> EntryDoc {
    let arms = entry.arms.iter().map(|arm| ArmDoc {
        keyword: arm.keyword,
        min: arm.min,
        max: arm.max,
        subject: subject(arm.subject),
        subject_optional: arm.subject_optional,
    });
    EntryDoc {
        group: entry.group.label(),
        label: entry.label,
        statement: entry.statement,
        help: entry.help,
        subject: subject(entry.subject),
        clause: entry.clause,
        params: entry.parameters.iter().map(parameter).collect(),
        result: match entry.outcome {
            Outcome::None => "none",
            Outcome::Variable => "variable",
            Outcome::InPlace => "in_place",
        },
        arms: arms.collect(),
        only_in_loop: entry.only_in_loop,
    }
}

/// Every kind of step with its parameters, result and blocks.
#[utoipa::path(tag = "workspace", responses((status = 200, body = CatalogueDoc), Errors))]
#[get("/catalogue")]
pub async fn steps(_who: Caller) -> Result<web::Json<CatalogueDoc>, ApiError> {
    Ok(web::Json(CatalogueDoc {
        groups: Group::ALL.iter().map(|group| group.label()).collect(),
        entries: catalogue::all().map(entry).collect(),
        everywhere: EVERYWHERE.iter().map(parameter).collect(),
        input_types: catalogue::input_types(),
    }))
}
