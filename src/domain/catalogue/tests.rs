use std::collections::BTreeSet;

use super::*;

#[test]
fn every_statement_stands_once_and_reads_well() {
    let mut seen = BTreeSet::new();
    for entry in all() {
        assert!(seen.insert(entry.statement), "{} stands twice", entry.statement);
        assert!(!entry.label.is_empty() && entry.help.ends_with('.'), "{}", entry.statement);
        assert!(entry.parameters.is_sorted_by_key(|p| !p.required), "{}: required first", entry.statement);
        let names: BTreeSet<_> = entry.parameters.iter().map(|p| p.name).collect();
        assert_eq!(names.len(), entry.parameters.len(), "{} has a parameter twice", entry.statement);
        assert!(entry.arms.iter().all(|arm| arm.min <= arm.max && arm.max > 0));
    }
    assert!(seen.len() >= 150, "only {}", seen.len());
}

#[test]
fn statements_are_found_with_what_they_hold() {
    let conditional = lookup("conditional").unwrap();
    assert_eq!(conditional.arm("if").map(|arm| arm.subject), Some(Subject::Condition));
    assert!(conditional.arm("each").is_none());
    assert!(lookup("foreach").unwrap().is_loop());
    assert!(lookup("var").unwrap().parameter("description").is_some());
    assert!(lookup("no.such").is_none());
}
