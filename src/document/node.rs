//! Nodes of a stack.

use serde::{Deserialize, Serialize};

use super::{BadDocument, item};
use crate::domain::id::OpId;
use crate::domain::stack::{Field, Form, Node, NodeKind, Revision, Seed};
use uuid::Uuid;

/// How a parameter is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum FormDoc {
    /// `name = value`
    #[default]
    Assign,
    /// `name { … }`
    Block,
}

impl FormDoc {
    /// Whether it is the usual form, which is left out.
    pub fn is_assign(&self) -> bool {
        *self == FormDoc::Assign
    }
}

impl From<Form> for FormDoc {
    fn from(form: Form) -> Self {
        match form {
            Form::Assign => FormDoc::Assign,
            Form::Block => FormDoc::Block,
        }
    }
}

impl From<FormDoc> for Form {
    fn from(doc: FormDoc) -> Self {
        match doc {
            FormDoc::Assign => Form::Assign,
            FormDoc::Block => Form::Block,
        }
    }
}

/// A field of a node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct FieldDoc {
    /// A parameter's name, or a fixed name that starts with `@`.
    pub name: String,
    /// Source text.
    pub text: String,
    /// How it is written; left out for `name = value`.
    #[serde(default, skip_serializing_if = "FormDoc::is_assign")]
    #[cfg_attr(test, ts(optional, as = "Option<FormDoc>"))]
    pub form: FormDoc,
}

impl From<&Field> for FieldDoc {
    fn from(field: &Field) -> Self {
        FieldDoc { name: field.name.clone(), text: field.text.clone(), form: field.form.into() }
    }
}

impl From<FieldDoc> for Field {
    fn from(doc: FieldDoc) -> Self {
        Field { name: doc.name, text: doc.text, form: doc.form.into() }
    }
}

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum NodeKindDoc {
    /// Name, verb, auth, schedule, description.
    Settings,
    /// The list of inputs, or a table's fields.
    Inputs,
    /// The top level of the steps.
    Stack,
    /// The response.
    Response,
    /// An input or a table field.
    Input,
    /// A step.
    Step,
    /// A block of a step.
    Arm,
}

impl From<NodeKind> for NodeKindDoc {
    fn from(kind: NodeKind) -> Self {
        match kind {
            NodeKind::Settings => NodeKindDoc::Settings,
            NodeKind::Inputs => NodeKindDoc::Inputs,
            NodeKind::Stack => NodeKindDoc::Stack,
            NodeKind::Response => NodeKindDoc::Response,
            NodeKind::Input => NodeKindDoc::Input,
            NodeKind::Step => NodeKindDoc::Step,
            NodeKind::Arm => NodeKindDoc::Arm,
        }
    }
}

impl From<NodeKindDoc> for NodeKind {
    fn from(doc: NodeKindDoc) -> Self {
        match doc {
            NodeKindDoc::Settings => NodeKind::Settings,
            NodeKindDoc::Inputs => NodeKind::Inputs,
            NodeKindDoc::Stack => NodeKind::Stack,
            NodeKindDoc::Response => NodeKind::Response,
            NodeKindDoc::Input => NodeKind::Input,
            NodeKindDoc::Step => NodeKind::Step,
            NodeKindDoc::Arm => NodeKind::Arm,
        }
    }
}

/// A node on its way into a tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SeedDoc {
    /// `settings`, `inputs`, `stack`, `response` or a UUID.
    pub id: String,
    /// What it is.
    pub kind: NodeKindDoc,
    /// The statement of a step, the keyword of an arm; empty for the rest.
    #[serde(default)]
    pub word: String,
    /// Fields in source order.
    #[serde(default)]
    pub fields: Vec<FieldDoc>,
    /// The node that holds it; left out for the four roots.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub parent: Option<String>,
}

impl From<&Seed> for SeedDoc {
    fn from(seed: &Seed) -> Self {
        SeedDoc {
            id: seed.id.to_string(),
            kind: seed.kind.into(),
            word: seed.word.clone(),
            fields: seed.fields.iter().map(FieldDoc::from).collect(),
            parent: seed.parent.map(|parent| parent.to_string()),
        }
    }
}

impl TryFrom<SeedDoc> for Seed {
    type Error = BadDocument;

    fn try_from(doc: SeedDoc) -> Result<Self, BadDocument> {
        Ok(Seed {
            id: item(&doc.id)?,
            kind: doc.kind.into(),
            word: doc.word,
            fields: doc.fields.into_iter().map(Field::from).collect(),
            parent: doc.parent.as_deref().map(item).transpose()?,
        })
    }
}

/// A node of a tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct NodeDoc {
    /// `settings`, `inputs`, `stack`, `response` or a UUID.
    pub id: String,
    /// What it is.
    pub kind: NodeKindDoc,
    /// The statement of a step, the keyword of an arm; empty for the rest.
    pub word: String,
    /// Fields in source order.
    pub fields: Vec<FieldDoc>,
    /// The node that holds it; left out for the four roots.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub parent: Option<String>,
    /// What it holds, in order.
    pub children: Vec<String>,
    /// The object's revision when the node's own content last changed.
    pub revision: u64,
    /// The operation that last changed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub last_op: Option<Uuid>,
}

impl From<&Node> for NodeDoc {
    fn from(node: &Node) -> Self {
        NodeDoc {
            id: node.id.to_string(),
            kind: node.kind.into(),
            word: node.word.clone(),
            fields: node.fields.iter().map(FieldDoc::from).collect(),
            parent: node.parent.map(|parent| parent.to_string()),
            children: node.children.iter().map(ToString::to_string).collect(),
            revision: node.revision.0,
            last_op: node.last_op.map(|op| op.0),
        }
    }
}

impl TryFrom<NodeDoc> for Node {
    type Error = BadDocument;

    fn try_from(doc: NodeDoc) -> Result<Self, BadDocument> {
        Ok(Node {
            id: item(&doc.id)?,
            kind: doc.kind.into(),
            word: doc.word,
            fields: doc.fields.into_iter().map(Field::from).collect(),
            parent: doc.parent.as_deref().map(item).transpose()?,
            children: doc.children.iter().map(|child| item(child)).collect::<Result<_, _>>()?,
            revision: Revision(doc.revision),
            last_op: doc.last_op.map(OpId),
        })
    }
}
