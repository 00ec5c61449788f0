//! Variables, conditions and loops.

use super::rows::{ANY, arm, arm_on, req, row};
use super::{Entry, Group, Subject, ValueKind};

pub(super) const ROWS: &[Entry] = &[
    row(Group::Data, "var", "Create Variable", "Makes a variable.")
        .on(Subject::Variable)
        .with(&[req("value", ValueKind::Expression)])
        .in_place(),
    row(Group::Data, "var.update", "Update Variable", "Changes a variable or a part of it.")
        .on(Subject::Variable)
        .with(&[req("value", ValueKind::Expression)])
        .in_place(),
    row(Group::Data, "conditional", "Conditional", "Runs the first branch whose condition holds.").holds(&[
        arm_on("if", 1, 1, Subject::Condition),
        arm_on("elseif", 0, ANY, Subject::Condition),
        arm("else", 0, 1),
    ]),
    row(Group::Data, "switch", "Switch", "Runs the case that equals a value.")
        .on(Subject::Expression)
        .holds(&[arm_on("case", 0, ANY, Subject::Expression), arm("default", 0, 1)]),
    row(Group::Data, "foreach", "For Each Loop", "Runs its steps for every element of a list.")
        .on(Subject::Expression)
        .holds(&[arm_on("each", 1, 1, Subject::Binder)]),
    row(Group::Data, "for", "For Loop", "Runs its steps a number of times.")
        .on(Subject::Expression)
        .holds(&[arm_on("each", 1, 1, Subject::Binder)]),
    row(Group::Data, "while", "While Loop", "Runs its steps as long as a condition holds.")
        .on(Subject::Condition)
        .holds(&[arm("each", 1, 1)]),
    row(Group::Data, "break", "Break", "Leaves the loop.").in_loops(),
    row(Group::Data, "continue", "Continue", "Goes on with the next round of the loop.").in_loops(),
    row(
        Group::Data,
        "foreach.remove",
        "Remove from List",
        "Takes the present element out of the list that is looped over.",
    )
    .in_loops(),
];
