//! Account facts and their conditions.

use super::*;

fn user(number: u128, email: &str) -> User {
    User {
        id: id(number),
        email: email.to_owned(),
        name: "Ann".to_owned(),
        password: "$argon2id$…".to_owned(),
        created: NOW,
        suspended: None,
    }
}

fn sign_in() -> SignIn {
    SignIn {
        id: Uuid::from_u128(20),
        user: id(1),
        token: [1; 32],
        previous: None,
        device: "Chromium on Linux".to_owned(),
        created: NOW,
        used: NOW,
        expires: NOW.plus(1000),
        revoked: None,
    }
}

fn rotated(from: u8, to: u8) -> AccountWrite {
    AccountWrite::TokenRotated {
        sign_in: sign_in().id,
        from: [from; 32],
        to: [to; 32],
        successor: format!("sealed {to}"),
        at: NOW.plus(10),
        expires: NOW.plus(2000),
    }
}

fn conflict(result: Result<(), StoreError>) -> bool {
    matches!(result, Err(StoreError::Conflict(_)))
}

#[tokio::test]
async fn accounts_are_found_by_id_and_by_address_in_any_case() {
    let bench = Bench::new().await;
    assert_eq!(bench.store.user_count().await, Ok(0));
    let ann = user(1, "Ann@Example.org");
    bench.writer.account(AccountWrite::UserAdded(ann.clone())).await.unwrap();
    assert!(conflict(bench.writer.account(AccountWrite::UserAdded(user(2, "ann@example.ORG"))).await));
    assert_eq!(bench.store.user_by_email("ANN@example.org").await.unwrap(), Some(ann.clone()));
    let facts = vec![
        AccountWrite::UserRenamed { user: ann.id, name: "Anna".into() },
        AccountWrite::PasswordChanged { user: ann.id, password: "new".into() },
        AccountWrite::UserSuspended { user: ann.id, at: Some(NOW) },
    ];
    bench.writer.accounts(facts).await.unwrap();
    let expected = User { name: "Anna".into(), password: "new".into(), suspended: Some(NOW), ..ann };
    assert_eq!(bench.store.user(expected.id).await.unwrap(), Some(expected));
    assert_eq!(bench.store.user_count().await, Ok(1));
    let nobody = AccountWrite::UserRenamed { user: id(9), name: "Nobody".into() };
    assert!(conflict(bench.writer.account(nobody).await));
    assert!(!format!("{:?}", user(1, "ann@example.org")).contains("argon"));
}

#[tokio::test]
async fn a_token_is_exchanged_once() {
    let bench = Bench::new().await;
    let facts = vec![AccountWrite::UserAdded(user(1, "a@b")), AccountWrite::SignedIn(sign_in())];
    bench.writer.accounts(facts).await.unwrap();
    bench.writer.account(rotated(1, 2)).await.unwrap();
    assert!(conflict(bench.writer.account(rotated(1, 3)).await), "the second tab must ask for the successor");
    let previous = Previous { token: [1; 32], rotated: NOW.plus(10), successor: "sealed 2".into() };
    let expected = SignIn {
        token: [2; 32],
        previous: Some(previous),
        used: NOW.plus(10),
        expires: NOW.plus(2000),
        ..sign_in()
    };
    for token in [1, 2] {
        assert_eq!(bench.store.sign_in_by_token([token; 32]).await.unwrap().as_ref(), Some(&expected));
    }
    assert_eq!(bench.store.sign_ins_of(id(1)).await.unwrap(), [expected]);
    bench.writer.account(rotated(2, 3)).await.unwrap();
    assert_eq!(bench.store.sign_in_by_token([1; 32]).await.unwrap(), None);
}

#[tokio::test]
async fn a_sign_in_that_is_over_gives_nothing_more() {
    let bench = Bench::new().await;
    let other = SignIn { id: Uuid::from_u128(21), token: [9; 32], ..sign_in() };
    let facts = vec![
        AccountWrite::UserAdded(user(1, "a@b")),
        AccountWrite::SignedIn(sign_in()),
        AccountWrite::SignedIn(other.clone()),
    ];
    bench.writer.accounts(facts).await.unwrap();
    let out = AccountWrite::SignedOutEverywhere { user: id(1), except: Some(other.id), at: NOW };
    bench.writer.account(out).await.unwrap();
    assert!(conflict(bench.writer.account(rotated(1, 2)).await));
    assert_eq!(bench.store.sign_ins_of(id(1)).await.unwrap(), std::slice::from_ref(&other));
    assert_eq!(bench.store.sign_in(sign_in().id).await.unwrap().unwrap().revoked, Some(NOW));
    bench.writer.account(AccountWrite::SignedOut { sign_in: other.id, at: NOW }).await.unwrap();
    assert!(bench.store.sign_ins_of(id(1)).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_set_up_link_works_once_and_only_the_newest() {
    let bench = Bench::new().await;
    let made = |token| AccountWrite::SetupLinkMade { token: [token; 32], at: NOW };
    let used = |token| AccountWrite::SetupLinkUsed { token: [token; 32], at: NOW };
    bench.writer.accounts(vec![made(1), made(2)]).await.unwrap();
    assert!(conflict(bench.writer.account(used(1)).await));
    bench.writer.account(used(2)).await.unwrap();
    assert!(conflict(bench.writer.account(used(2)).await));
    let link = SetupLink { token: [2; 32], created: NOW, used: Some(NOW) };
    assert_eq!(bench.store.setup_link().await.unwrap(), Some(link));
}

#[tokio::test]
async fn an_invitation_works_once_in_its_time() {
    let bench = Bench::new().await;
    let room = bench.room(100).await;
    let invitation = |number: u8| Invitation {
        id: Uuid::from_u128(number.into()),
        workspace: room.workspace,
        role: Role::Developer,
        custom: None,
        email: None,
        token: [number; 32],
        invited_by: id(1),
        created: NOW.plus(number.into()),
        expires: NOW.plus(1000),
        note: "for Ben".to_owned(),
        used: None,
        revoked: None,
    };
    let made = (1..=3).map(|number| AccountWrite::InvitationMade(invitation(number))).collect();
    bench.writer.accounts(made).await.unwrap();
    let used =
        |number: u8, at| AccountWrite::InvitationUsed { invitation: invitation(number).id, user: id(2), at };
    assert!(conflict(bench.writer.account(used(1, NOW.plus(1000))).await), "expired");
    bench.writer.account(used(1, NOW.plus(999))).await.unwrap();
    assert!(conflict(bench.writer.account(used(1, NOW)).await), "used");
    let revoked = AccountWrite::InvitationRevoked { invitation: invitation(2).id, at: NOW };
    bench.writer.account(revoked).await.unwrap();
    assert!(conflict(bench.writer.account(used(2, NOW)).await), "taken back");
    let expected = [
        invitation(3),
        Invitation { revoked: Some(NOW), ..invitation(2) },
        Invitation { used: Some((id(2), NOW.plus(999))), ..invitation(1) },
    ];
    assert_eq!(bench.store.invitations_of(room.workspace).await.unwrap(), expected);
    assert_eq!(bench.store.invitation_by_token([3; 32]).await.unwrap(), Some(invitation(3)));
}

#[tokio::test]
async fn workspaces_are_listed_with_the_role_of_the_account() {
    let bench = Bench::new().await;
    let mut b = bench.room(101).await;
    let a = bench.room(100).await;
    b.write(vec![Write::Member(Member { role: Role::Viewer, ..member(2) })]).await;
    let team = |room: &Room, name: &str, role| (room.workspace, name.to_owned(), role);
    let of = async |user| bench.store.workspaces_of(id(user)).await.unwrap();
    assert_eq!(of(1).await, [team(&a, "Team 100", Role::Owner), team(&b, "Team 101", Role::Owner)]);
    assert_eq!(of(2).await, [team(&b, "Team 101", Role::Viewer)]);
    assert_eq!(bench.store.workspace_ids().await.unwrap(), [a.workspace, b.workspace]);
    assert_eq!(bench.store.member(b.workspace, id(2)).await.unwrap().unwrap().role, Role::Viewer);
    assert_eq!(bench.store.member(a.workspace, id(2)).await.unwrap(), None);
}
