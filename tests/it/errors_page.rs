//! `docs/errors.md` says what the table says. `UPDATE=1` rewrites it.

use std::fmt::Write;

#[test]
fn the_errors_page_is_the_table() {
    let mut page = String::from(
        "# Errors\n\nEvery error that a client can meet, over HTTP (`application/problem+json`) and over the socket. This page is rendered from\n\
         `src/protocol/error.rs` by a test; run it with `UPDATE=1` after a change.\n\n\
         | code | status | retry | what happened | what to do |\n|---|---|---|---|---|\n",
    );
    for row in baton::protocol::error::TABLE {
        let retry = if row.retry { "yes" } else { "" };
        writeln!(page, "| `{}` | {} | {retry} | {} | {} |", row.name, row.status, row.title, row.help)
            .expect("text");
    }
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/errors.md");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(&path, &page).expect("written");
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == page, "docs/errors.md is not what the table says: run this test with UPDATE=1");
}
