//! Making a draft live.

use super::room::*;
use crate::domain::command::Pen;
use crate::domain::effect::Receipt;
use crate::domain::refusal::Refusal;
use crate::domain::stack::Revision;

pub(super) fn publish(r: &mut Room, tab: Tab, revision: u64) -> Result<Receipt, Refusal> {
    let op_id = r.op();
    r.ask(tab, publish_all(op_id, OBJ, Revision(revision), "better"))
}

#[test]
fn a_draft_becomes_the_next_version_and_names_who_contributed() {
    let mut r = room().with_everybody();
    let (ana, ben, cara) = (r.tab(ANA), r.tab(BEN), r.tab(CARA));
    r.edit(ana, Pen::WithLock, set(step(1), "value", "2")).unwrap();
    r.edit(ben, Pen::WithLock, set(step(5), "value", "2")).unwrap();
    r.edit(cara, Pen::WithLock, set(step(5), "as", "2")).unwrap();
    r.revert(ana, Some(vec![4])).unwrap();
    assert_eq!(publish(&mut r, cara, 5), Ok(Receipt::Published { version: 2, revision: Revision(5) }));
    let head = r.disk.objects[&OBJ].clone();
    let version = head.version.unwrap();
    assert_eq!((head.changes, version.user), (0, CARA));
    assert_eq!(version.contributors, [ANA, BEN]);
    assert!(r.view(OBJ).changes.is_empty());
    assert_eq!(r.disk.audit.last().unwrap().action, "object.publish");
}

#[test]
fn what_the_publisher_has_not_seen_is_not_published() {
    let mut r = room().with_everybody();
    let (ana, vic) = (r.tab(ANA), r.tab(VIC));
    r.edit(ana, Pen::WithLock, set(step(1), "value", "2")).unwrap();
    assert_eq!(publish(&mut r, ana, 1), Err(Refusal::BaseMismatch { current: Revision(2) }));
    assert_eq!(publish(&mut r, vic, 2), Err(Refusal::NotPermitted));
    publish(&mut r, ana, 2).unwrap();
    assert!(
        matches!(publish(&mut r, ana, 2), Err(Refusal::AlreadyPublished(version)) if version.number == 2)
    );
}
