//! The kinds of steps: their parameters, results and arms, as data.
//!
//! The parser, the checks before publishing, the words in the history and the editor's palette all read this one table.
//! A statement that is not in it is kept as it stands; a parameter that is not in it is kept as well.

mod ai;
mod api;
mod cloud;
mod control;
mod data;
mod database;
mod redis;
mod rows;
mod security;
mod storage;
mod utility;

#[cfg(test)]
mod tests;

/// The groups of the palette.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Queries and changes of tables.
    Database,
    /// Variables, conditions, loops, arrays, text.
    Data,
    /// Tokens, passwords, keys, encryption.
    Security,
    /// Requests to others, code, streams, realtime.
    Apis,
    /// Agents and MCP.
    Ai,
    /// Redis.
    Caching,
    /// Running functions.
    Functions,
    /// Returning, failing, debugging and the rest.
    Utility,
    /// Files and archives.
    Storage,
    /// Storage and search of cloud providers.
    Cloud,
    /// What tests expect.
    Tests,
}

impl Group {
    /// All groups in the order of the palette.
    pub const ALL: [Group; 11] = [
        Group::Database,
        Group::Data,
        Group::Security,
        Group::Apis,
        Group::Ai,
        Group::Caching,
        Group::Functions,
        Group::Utility,
        Group::Storage,
        Group::Cloud,
        Group::Tests,
    ];

    /// The heading in the palette.
    pub fn label(self) -> &'static str {
        match self {
            Group::Database => "Database Requests",
            Group::Data => "Data Manipulation",
            Group::Security => "Security",
            Group::Apis => "APIs & Lambdas",
            Group::Ai => "AI Tools",
            Group::Caching => "Data Caching (Redis)",
            Group::Functions => "Custom Functions",
            Group::Utility => "Utility Functions",
            Group::Storage => "File Storage",
            Group::Cloud => "Cloud Services",
            Group::Tests => "Tests",
        }
    }
}

/// What a statement or an arm names before its block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// Nothing.
    None,
    /// A table.
    Table,
    /// A variable, with its `$` and path.
    Variable,
    /// An expression in parentheses.
    Expression,
    /// An expression in parentheses that is a condition.
    Condition,
    /// Another object, by name.
    Name,
    /// An endpoint's path; its verb stands in the field `@verb`.
    Endpoint,
    /// The variable that takes each element, after `as`.
    Binder,
}

impl Subject {
    /// Whether it is written in parentheses.
    pub fn in_parentheses(self) -> bool {
        matches!(self, Subject::Expression | Subject::Condition)
    }

    /// Whether it is written as a bare or quoted name.
    pub fn is_named(self) -> bool {
        matches!(self, Subject::Table | Subject::Name | Subject::Endpoint)
    }
}

/// What a parameter's value is; decides how the editor shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ValueKind {
    /// Any expression.
    Expression,
    /// An expression that is true or false, over `$db` in queries and `$this` in arrays.
    Condition,
    /// A text.
    Text,
    /// `true` or `false`.
    Bool,
    /// A number.
    Number,
    /// An object or a list.
    Json,
    /// JavaScript.
    Code,
    /// SQL.
    Sql,
    /// One of these texts.
    Enum(&'static [&'static str]),
}

/// A parameter of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameter {
    /// As written.
    pub name: &'static str,
    /// What its value is.
    pub kind: ValueKind,
    /// Whether publishing refuses a step without it.
    pub required: bool,
}

/// Where the outcome of a step goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// There is none.
    None,
    /// `as $variable`.
    Variable,
    /// The variable that is the subject.
    InPlace,
}

/// A block that a statement holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArmRule {
    /// Its keyword.
    pub keyword: &'static str,
    /// How many a step needs at least.
    pub min: u16,
    /// How many it may have.
    pub max: u16,
    /// What stands between the keyword and the block.
    pub subject: Subject,
    /// Whether the subject may be left out.
    pub subject_optional: bool,
}

/// One kind of step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// Where the palette shows it.
    pub group: Group,
    /// What people call it.
    pub label: &'static str,
    /// What XanoScript calls it.
    pub statement: &'static str,
    /// One line of help.
    pub help: &'static str,
    /// What it names.
    pub subject: Subject,
    /// Whether `if (condition)` follows the subject; the condition is then the field [`CLAUSE`].
    pub clause: bool,
    /// Its parameters, required ones first.
    pub parameters: &'static [Parameter],
    /// Where its outcome goes.
    pub outcome: Outcome,
    /// The blocks it holds.
    pub arms: &'static [ArmRule],
    /// Whether it only makes sense in a loop.
    pub only_in_loop: bool,
}

/// The field of the condition that stands between a statement's subject and its block.
pub const CLAUSE: &str = "if";

/// Parameters that every statement has.
pub const EVERYWHERE: &[Parameter] = &[
    Parameter { name: "description", kind: ValueKind::Text, required: false },
    Parameter { name: "disabled", kind: ValueKind::Bool, required: false },
];

impl Entry {
    /// The rule for an arm with this keyword, if the statement holds such.
    pub fn arm(&self, keyword: &str) -> Option<&'static ArmRule> {
        self.arms.iter().find(|arm| arm.keyword == keyword)
    }

    /// A parameter by its name, also one of [`EVERYWHERE`].
    pub fn parameter(&self, name: &str) -> Option<&'static Parameter> {
        self.parameters.iter().chain(EVERYWHERE).find(|parameter| parameter.name == name)
    }

    /// Whether its arm is run again and again.
    pub fn is_loop(&self) -> bool {
        self.arm("each").is_some()
    }
}

const TABLES: [&[Entry]; 10] = [
    database::ROWS,
    control::ROWS,
    data::ROWS,
    security::ROWS,
    api::ROWS,
    ai::ROWS,
    redis::ROWS,
    utility::ROWS,
    storage::ROWS,
    cloud::ROWS,
];

/// Every kind of step, grouped as in the palette.
pub fn all() -> impl Iterator<Item = &'static Entry> {
    TABLES.into_iter().flatten()
}

/// The kind of step with this statement.
pub fn lookup(statement: &str) -> Option<&'static Entry> {
    all().find(|entry| entry.statement == statement)
}

/// The types of inputs and table fields.
pub fn input_types() -> &'static [&'static str] {
    &[
        "int",
        "decimal",
        "text",
        "bool",
        "email",
        "password",
        "uuid",
        "timestamp",
        "date",
        "json",
        "vector",
        "enum",
        "object",
        "file",
        "image",
        "video",
        "audio",
        "attachment",
        "geo_point",
        "geo_multipoint",
        "geo_linestring",
        "geo_multilinestring",
        "geo_polygon",
        "geo_multipolygon",
        "dblink",
    ]
}
