//! The walls: which room may know which, what must never be written where, how long things may get.
//!
//! A room is a folder (or a single file) under `src/`. These tests read the source as text, know no crate, and quote the rule that was
//! broken. A wall in the wrong place is moved here and in `docs/architecture.md`, with the reason in the commit.

#[path = "tidy/rules.rs"]
mod rules;
#[path = "tidy/shape.rs"]
mod shape;
#[path = "tidy/source.rs"]
mod source;
#[path = "tidy/walls.rs"]
mod walls;

use std::fs;
use std::path::{Path, PathBuf};

use source::{Finding, Source};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file under a folder whose name ends in one of these, as paths from the root, in order.
fn files_under(folder: &str, ends: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![root().join(folder)];
    while let Some(here) = open.pop() {
        let Ok(entries) = fs::read_dir(&here) else { continue };
        for entry in entries.flatten() {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            if path.is_dir() {
                if !matches!(name.as_str(), "node_modules" | "dist" | "output" | "target") {
                    open.push(path);
                }
            } else if ends.iter().any(|end| name.ends_with(end)) {
                found.push(from_root(&path));
            }
        }
    }
    found.sort();
    found
}

fn from_root(path: &Path) -> String {
    let short = path.strip_prefix(root()).expect("every file is below the root");
    short.to_string_lossy().replace('\\', "/")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).expect("a listed file can be read")
}

fn load(folder: &str) -> Vec<Source> {
    let files = files_under(folder, &[".rs"]).into_iter();
    let mut sources: Vec<Source> = files.map(|path| Source::new(path.clone(), read(&path))).collect();
    let tests: Vec<String> = sources.iter().flat_map(Source::test_modules).collect();
    for source in &mut sources {
        if tests.iter().any(|module| source.is_in(module)) {
            source.all_is_test();
        }
    }
    sources
}

/// Runs one check over many files and fails with all that it found.
fn expect_none(findings: impl IntoIterator<Item = Finding>) {
    let lines: Vec<String> = findings.into_iter().map(|finding| finding.to_string()).collect();
    assert!(lines.is_empty(), "\n\n{}\n", lines.join("\n"));
}

#[test]
fn rooms_know_only_whom_they_may() {
    expect_none(load("src").iter().flat_map(walls::edges));
}

#[test]
fn rooms_hold_nothing_forbidden() {
    expect_none(load("src").iter().flat_map(walls::words));
}

#[test]
fn sql_is_written_in_the_store_only() {
    expect_none(load("src").iter().flat_map(walls::sql));
}

#[test]
fn files_and_functions_hold_one_idea() {
    expect_none(load("src").iter().flat_map(shape::lengths));
}

#[test]
fn exceptions_are_still_needed() {
    expect_none(shape::stale_exceptions(&load("src")));
}

#[test]
fn rooms_have_a_door_and_modules_a_name() {
    expect_none(load("src").iter().chain(&load("tests")).flat_map(shape::names));
}

#[test]
fn nothing_is_left_undone_or_ignored() {
    expect_none(load("src").iter().chain(&load("tests")).flat_map(walls::undone));
}

#[test]
fn tests_wait_for_conditions() {
    expect_none(load("src").iter().chain(&load("tests")).flat_map(walls::sleeps));
}

#[test]
fn web_tests_wait_for_conditions_and_skip_nothing() {
    let tests = files_under("web", &[".ts", ".tsx"]);
    let tests = tests.iter().filter(|path| walls::is_web_test(path));
    expect_none(tests.flat_map(|path| walls::web_test(path, &read(path))));
}

#[test]
fn migrations_are_in_step() {
    let names = |folder: &str| -> Vec<String> {
        files_under(folder, &[".sql"])
            .iter()
            .map(|path| path.rsplit('/').next().expect("a path has a last part").to_owned())
            .collect()
    };
    expect_none(shape::migrations(&names("migrations/sqlite"), &names("migrations/postgres")));
}
