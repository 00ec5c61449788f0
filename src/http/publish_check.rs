//! What publishing refuses, asked at the edge by every way in: the core knows no XanoScript.

use crate::domain::effect::ObjectView;
use crate::domain::refusal::Refusal;
use crate::domain::stack::Stack;
use crate::xanoscript;

/// The refusal of a draft whose text is not valid, with the places; none if it can be published.
pub fn problems(view: &ObjectView) -> Option<Refusal> {
    // Nodes of a stack that the core holds are a stack.
    let stack = Stack::from_nodes(view.nodes.clone()).ok()?;
    let found = xanoscript::problems(view.head.kind, &stack);
    let places = found.into_iter().map(|problem| {
        let place = problem.field.map(|field| format!("`{field}`: ")).unwrap_or_default();
        (problem.item, format!("{place}{}", problem.message))
    });
    let places: Vec<_> = places.collect();
    (!places.is_empty()).then_some(Refusal::InvalidStack(places))
}
