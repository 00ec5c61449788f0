//! Whole stacks.

use super::{BadDocument, NodeDoc};
use crate::domain::stack::{Node, Stack};

/// A stack's nodes, in document order.
pub fn stack_doc(stack: &Stack) -> Vec<NodeDoc> {
    stack.nodes().into_iter().map(NodeDoc::from).collect()
}

/// The stack that the nodes make.
///
/// # Errors
/// A node is not valid, or the nodes do not make a tree with the four fixed parts.
pub fn stack_from_doc(nodes: Vec<NodeDoc>) -> Result<Stack, BadDocument> {
    let nodes = nodes.into_iter().map(Node::try_from).collect::<Result<Vec<_>, _>>()?;
    Stack::from_nodes(nodes).map_err(|_| BadDocument::new("stack"))
}
