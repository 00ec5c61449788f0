//! What is kept in memory is as true as the database, from the commit on.

use super::*;

fn ann() -> User {
    User {
        id: id(1),
        email: "ann@example.org".to_owned(),
        name: "Ann".to_owned(),
        password: String::new(),
        created: NOW,
        suspended: None,
    }
}

fn sign_in(number: u128) -> SignIn {
    SignIn {
        id: Uuid::from_u128(number),
        user: id(1),
        token: [u8::try_from(number).unwrap(); 32],
        previous: None,
        device: String::new(),
        created: NOW,
        used: NOW,
        expires: NOW.plus(1000),
        revoked: None,
    }
}

/// Revoked and suspended, of sign-in 20 and 21.
async fn standings(bench: &Bench) -> [Option<(bool, bool)>; 2] {
    let mut found = [None; 2];
    for (place, number) in found.iter_mut().zip([20, 21]) {
        let standing = bench.store.standing(Uuid::from_u128(number), id(1)).await.unwrap();
        *place = standing.map(|one| (one.revoked.is_some(), one.suspended.is_some()));
    }
    found
}

#[tokio::test]
async fn how_a_sign_in_stands_is_known_from_each_commit_on() {
    let bench = Bench::new().await;
    assert_eq!(standings(&bench).await, [None; 2]);
    bench.writer.account(AccountWrite::UserAdded(ann())).await.unwrap();
    let steps = [
        (AccountWrite::SignedIn(sign_in(20)), [Some((false, false)), None]),
        (AccountWrite::SignedIn(sign_in(21)), [Some((false, false)), Some((false, false))]),
        (AccountWrite::UserSuspended { user: id(1), at: Some(NOW) }, [Some((false, true)); 2]),
        (AccountWrite::UserSuspended { user: id(1), at: None }, [Some((false, false)); 2]),
        (
            AccountWrite::SignedOut { sign_in: Uuid::from_u128(20), at: NOW },
            [Some((true, false)), Some((false, false))],
        ),
        (
            AccountWrite::SignedOutEverywhere { user: id(1), except: None, at: NOW },
            [Some((true, false)), Some((true, false))],
        ),
    ];
    for (fact, expected) in steps {
        bench.writer.account(fact.clone()).await.unwrap();
        assert_eq!(standings(&bench).await, expected, "after {fact:?}");
    }
    assert_eq!(bench.store.standing(Uuid::from_u128(20), id(2)).await.unwrap(), None, "of somebody else");
}

#[tokio::test]
async fn a_membership_is_known_from_each_commit_on() {
    let bench = Bench::new().await;
    let mut room = bench.room(100).await;
    let lesser = Member { role: Role::Viewer, ..member(2) };
    let steps = [
        (Write::Member(member(2)), Some(member(2))),
        (Write::Member(lesser.clone()), Some(lesser)),
        (Write::MemberRemoved(id(2)), None),
    ];
    assert_eq!(bench.store.member(id(100), id(2)).await.unwrap(), None);
    for (fact, expected) in steps {
        room.write(vec![fact]).await;
        assert_eq!(bench.store.member(id(100), id(2)).await.unwrap(), expected);
    }
}

#[tokio::test]
async fn a_membership_of_a_commit_of_unknown_outcome_is_read_again() {
    for (when, expected) in [(When::Before, None), (When::After, Some(member(2)))] {
        let bench = Bench::new().await;
        let mut room = bench.room(100).await;
        assert_eq!(bench.store.member(id(100), id(2)).await.unwrap(), None);
        bench.faults.fail_commit(1, when);
        room.submit(vec![Write::Member(member(2))]);
        assert_eq!(room.answer().await.1, CommitOutcome::Lost);
        assert_eq!(bench.store.member(id(100), id(2)).await.unwrap(), expected);
    }
}
