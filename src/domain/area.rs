//! Areas: kinds of objects, for which a custom role says what its members may.

use crate::domain::id::RoleId;
use crate::domain::role::{Action, Role};
use crate::domain::stack::ObjectKind;

/// A set of areas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Areas(u16);

impl Areas {
    /// No area.
    pub const NONE: Areas = Areas(0);

    /// The area of one kind.
    pub fn only(kind: ObjectKind) -> Areas {
        Areas(1 << kind as u16)
    }

    /// Whether the kind is in it.
    pub fn has(self, kind: ObjectKind) -> bool {
        self.0 & Areas::only(kind).0 != 0
    }

    /// Both together.
    #[must_use]
    pub fn and(self, other: Areas) -> Areas {
        Areas(self.0 | other.0)
    }

    /// Without those of the other.
    #[must_use]
    pub fn without(self, other: Areas) -> Areas {
        Areas(self.0 & !other.0)
    }

    /// Whether none is in it.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl FromIterator<ObjectKind> for Areas {
    fn from_iter<T: IntoIterator<Item = ObjectKind>>(kinds: T) -> Self {
        kinds.into_iter().fold(Areas::NONE, |areas, kind| areas.and(Areas::only(kind)))
    }
}

/// A role that a workspace has made for itself: what its members may, area by area. Whatever is no matter of an area they may
/// as the built-in role that is [`CustomRole::base`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomRole {
    /// Its id.
    pub id: RoleId,
    /// Its name; no two of a workspace have the same.
    pub name: String,
    /// Where objects are seen. An object elsewhere does not exist for its members.
    pub view: Areas,
    /// Where pens may be held, and objects made, changed and deleted.
    pub edit: Areas,
    /// Where drafts may be made live.
    pub publish: Areas,
    /// Where pens may be taken from their holders, and paths closed for edits.
    pub manage: Areas,
}

impl CustomRole {
    /// The same, with the rights that others need: whoever may anything with an object sees it, whoever manages a pen may hold
    /// it.
    #[must_use]
    pub fn whole(mut self) -> Self {
        self.edit = self.edit.and(self.manage);
        self.view = self.view.and(self.edit).and(self.publish);
        self
    }

    /// The built-in role that its members have where no area is concerned.
    pub fn base(&self) -> Role {
        if self.edit.and(self.publish).is_empty() { Role::Viewer } else { Role::Developer }
    }

    /// The areas in which its members may do that; none if it is no matter of areas.
    pub fn areas(&self, action: Action) -> Areas {
        match action {
            Action::View => self.view,
            Action::Edit => self.edit,
            Action::Publish => self.publish,
            Action::Force => self.manage,
            _ => Areas::NONE,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_right_brings_the_rights_that_it_needs() {
        let table = Areas::only(ObjectKind::Table);
        let task = Areas::only(ObjectKind::Task);
        let none = Areas::NONE;
        let role = CustomRole {
            id: RoleId(uuid::Uuid::nil()),
            name: "x".into(),
            view: none,
            edit: none,
            publish: task,
            manage: table,
        };
        let role = role.whole();
        assert_eq!((role.view, role.edit), (table.and(task), table));
        assert_eq!(role.base(), Role::Developer);
        let looks = CustomRole { edit: none, publish: none, manage: none, ..role };
        assert_eq!(looks.base(), Role::Viewer);
    }
}
