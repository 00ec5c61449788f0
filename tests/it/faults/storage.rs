//! The database: full, read-only, locked by somebody else, damaged.

use std::fs;
use std::os::unix::fs::FileExt;

use serde_json::json;

use super::{Hand, Site, database};
use crate::crash;
use crate::support::client::{Client, acquire, chat};
use crate::support::process::{Serving, baton};
use crate::support::server::Server;

/// Bytes that a file may have on the disk that is full: less than the database has.
const FULL: &str = "16384";

/// What a server says that has started.
const LISTENING: &str = "Baton is ready";

#[tokio::test]
async fn a_full_disk_holds_the_room_until_there_is_place_again() {
    let site = Site::start(&[]).await;
    let mut hand = Hand::new(&site, 0).await;
    let mut other = site.page().await;
    hand.edit(10).await;

    site.limit("fsize", FULL);
    let stuck = loop {
        let edit = hand.next(4_000);
        let re = hand.client.post(edit.clone()).await;
        match hand.client.answer_or_held(re).await {
            Some(answer) => hand.take(&edit, &answer),
            None => break edit,
        }
    };
    other.until("the hold", |replica| replica.held.last() == Some(&true)).await;
    assert_eq!(other.call(chat("can you save?")).await["type"], "reply", "talk goes on");

    site.limit("fsize", "");
    hand.client.until("the end of the hold", |replica| replica.held.last() == Some(&false)).await;
    hand.insist(&stuck).await;
    hand.edit(10).await;
    other.until("the edit", |replica| replica.held.last() == Some(&false)).await;

    let log = site.log();
    for said in ["size limit of this process", "a commit failed; probing", "can be written again"] {
        assert!(log.contains(said), "the log says `{said}`:\n{log}");
    }
    let (user, Site { folder, server, workspace, .. }) = (hand.user(), site);
    server.stop();
    println!("full disk: {} edits acknowledged, none lost", hand.acknowledged.len());
    hand.is_kept(folder.path(), user, &workspace).await;
}

#[tokio::test]
async fn a_database_that_cannot_be_written_is_refused_at_the_start() {
    let site = Site::start(&[]).await;
    let mut hand = Hand::new(&site, 0).await;
    hand.edit(10).await;
    let (user, path) = (hand.user(), site.database());
    let Site { folder, server, workspace, .. } = site;
    server.stop();

    assert!(!path.with_extension("db-wal").exists(), "a server that ended well leaves one file");
    // The version of the format for writers: SQLite takes a file from its own future as one that can only be read. Permissions
    // would not stop a test that runs as root.
    let file = fs::OpenOptions::new().read(true).write(true).open(&path).unwrap();
    let mut version = [0];
    file.read_exact_at(&mut version, 18).unwrap();
    file.write_all_at(&[3], 18).unwrap();
    let (code, said) = Serving::start(folder.path(), &[], LISTENING).ended();
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("readonly database"), "{said}");

    file.write_all_at(&version, 18).unwrap();
    crash::start(folder.path(), &[]).stop();
    hand.is_kept(folder.path(), user, &workspace).await;
}

#[tokio::test]
async fn a_lock_of_another_program_is_waited_for() {
    let server = Server::start().await;
    let object = server.object("add").await;
    let mut one = Client::join(&server, server.owner).await;
    let other = rusqlite::Connection::open(server.folder.path().join("baton.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let asked = one.post(acquire(object)).await;
    one.until("the hold", |replica| replica.held == [true]).await;
    assert!(one.replica.locks.is_empty(), "nothing is shown before its commit");
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(one.answer(asked).await["ok"]["result"], "acquired");
    one.until("the end of the hold", |replica| replica.held == [true, false]).await;
    assert!(one.replica.resyncs.is_empty(), "the room did not have to be rebuilt");
    server.stop().await;
}

#[tokio::test]
async fn a_damaged_database_is_refused_and_a_backup_brings_it_back() {
    let site = Site::start(&[]).await;
    let mut hand = Hand::new(&site, 0).await;
    hand.edit(10).await;
    let (user, path) = (hand.user(), site.database());
    // Of the running server, as the manual says.
    let copy = site.folder.path().join("copy.db");
    let made = baton(site.folder.path()).arg("backup").arg(&copy).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let Site { folder, server, workspace, .. } = site;
    server.stop();

    let file = fs::OpenOptions::new().write(true).open(&path).unwrap();
    for page in 4..12 {
        file.write_all_at(&[0xA5; 4_096], page * 4_096).unwrap();
    }
    let (code, said) = Serving::start(folder.path(), &[], LISTENING).ended();
    let doctor = baton(folder.path()).arg("doctor").output().unwrap();
    let found = String::from_utf8_lossy(&doctor.stdout).into_owned();
    assert_eq!((code, doctor.status.code()), (Some(1), Some(1)), "{said}{found}");
    for said in [said, found] {
        assert!(said.contains("is damaged") && said.contains("backup"), "{said}");
    }
    // The way back that they name.
    fs::copy(&copy, database(folder.path())).unwrap();
    crash::start(folder.path(), &[]).stop();
    hand.is_kept(folder.path(), user, &workspace).await;
    let again = baton(folder.path()).arg("backup").arg(&copy).output().unwrap();
    assert!(!again.status.success(), "a backup never overwrites another");
}

#[tokio::test]
async fn the_steps_of_an_edit_can_be_followed_in_the_log() {
    let site = Site::start(&["--log", "info,baton::journey=trace"]).await;
    let mut hand = Hand::new(&site, 0).await;
    hand.client.call(json!({ "type": "open", "object": site.object })).await;
    hand.edit(10).await;
    let op = hand.acknowledged.keys().next().unwrap().to_string();
    let log = site.server.stop();
    let steps = ["read", "applied", "committed", "revealed", "answered"];
    let at = steps.map(|step| {
        let line = log.lines().position(|line| line.contains(&op) && line.contains(step));
        line.unwrap_or_else(|| panic!("no `{step}` of {op} in\n{log}"))
    });
    assert!(at.is_sorted(), "in their order: {at:?}");
}
