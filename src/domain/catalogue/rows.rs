//! The few shapes from which the rows of the table are made.

use super::{ArmRule, Entry, Group, Outcome, Parameter, Subject, ValueKind};

/// A required parameter.
pub(super) const fn req(name: &'static str, kind: ValueKind) -> Parameter {
    Parameter { name, kind, required: true }
}

/// A parameter that may be left out.
pub(super) const fn opt(name: &'static str, kind: ValueKind) -> Parameter {
    Parameter { name, kind, required: false }
}

/// An arm that holds steps and names nothing.
pub(super) const fn arm(keyword: &'static str, min: u16, max: u16) -> ArmRule {
    ArmRule { keyword, min, max, subject: Subject::None, subject_optional: false }
}

/// An arm that names something.
pub(super) const fn arm_on(keyword: &'static str, min: u16, max: u16, subject: Subject) -> ArmRule {
    ArmRule { keyword, min, max, subject, subject_optional: matches!(subject, Subject::Binder) }
}

/// As many arms as one likes.
pub(super) const ANY: u16 = u16::MAX;

/// A row with nothing but its names; the methods below add the rest.
pub(super) const fn row(
    group: Group,
    statement: &'static str,
    label: &'static str,
    help: &'static str,
) -> Entry {
    Entry {
        group,
        label,
        statement,
        help,
        subject: Subject::None,
        clause: false,
        parameters: &[],
        outcome: Outcome::None,
        arms: &[],
        only_in_loop: false,
    }
}

impl Entry {
    pub(super) const fn on(self, subject: Subject) -> Entry {
        Entry { subject, ..self }
    }

    pub(super) const fn with(self, parameters: &'static [Parameter]) -> Entry {
        Entry { parameters, ..self }
    }

    pub(super) const fn gives(self) -> Entry {
        Entry { outcome: Outcome::Variable, ..self }
    }

    pub(super) const fn in_place(self) -> Entry {
        Entry { outcome: Outcome::InPlace, ..self }
    }

    pub(super) const fn holds(self, arms: &'static [ArmRule]) -> Entry {
        Entry { arms, ..self }
    }

    pub(super) const fn with_clause(self) -> Entry {
        Entry { clause: true, ..self }
    }

    pub(super) const fn in_loops(self) -> Entry {
        Entry { only_in_loop: true, ..self }
    }
}
