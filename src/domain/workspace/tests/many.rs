//! A thousand requests on one path: the work grows with their number, not with its square. Counted, not timed: what is fast
//! enough is the benchmark's to say.

use uuid::Uuid;

use super::domain::command::{Caller, Request};
use super::domain::id::UserId;
use super::domain::limits::Limits;
use super::domain::role::{Member, Role};
use super::room::*;

/// Requests that were looked at while so many asked, and while all of them were granted one after the other.
fn looked(many: u32) -> [u64; 2] {
    let limits = Limits { members: 2_000, ..Limits::default() };
    let mut r = room_with(limits).with_everybody();
    r.checks = false;
    let users = (0..many).map(|n| UserId(Uuid::from_u128(0xf000 + u128::from(n))));
    let tabs: Vec<Tab> = users
        .map(|user| {
            let member =
                Member { user, name: format!("{user}"), role: Role::Developer, custom: None, colour: 0 };
            r.call(Caller { user: OLGA, session: None }, Request::AddMember(member)).unwrap();
            r.tab(user)
        })
        .collect();
    let mut holder = r.tab(ANA);
    r.acquire(holder, path(1));
    r.core.queue.looked.set(0);
    for tab in &tabs {
        r.request(*tab, path(1));
    }
    let asked = r.core.queue.looked.replace(0);
    for tab in &tabs {
        let fence = r.core.locks.get(path(1)).unwrap().fence;
        r.release(holder, path(1), fence).unwrap();
        assert_eq!(r.core.locks.get(path(1)).unwrap().session, tab.session, "in their order");
        holder = *tab;
    }
    r.core.check().unwrap();
    [asked, r.core.queue.looked.get()]
}

#[test]
fn twice_as_many_requests_on_one_path_are_twice_the_work() {
    let (half, all) = (looked(500), looked(1_000));
    for (half, all) in half.into_iter().zip(all) {
        assert!(all < half * 5 / 2, "{half} looks at 500, {all} at 1,000");
    }
}
