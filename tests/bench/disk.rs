//! What the disk takes for the least that a commit must do: the floor of D and E.

use std::io::{Result, Write};
use std::time::{Duration, Instant};

use crate::figures::{Row, Samples, Table};

/// A page and its header in the log of the database.
const PAGE: usize = 4_096 + 24;
/// How long it is tried.
const LONG: Duration = Duration::from_secs(1);

/// Appends a page and waits until it is on the disk, again and again.
pub fn run(table: &mut Table) -> Result<()> {
    let mut file = tempfile::tempfile_in(env!("CARGO_TARGET_TMPDIR"))?;
    let (mut samples, from) = (Samples::default(), Instant::now());
    while from.elapsed() < LONG {
        let began = Instant::now();
        file.write_all(&[7; PAGE])?;
        file.sync_data()?;
        samples.add(u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX));
    }
    let each = samples.len() as f64 / from.elapsed().as_secs_f64();
    table.add(Row::new("a page on the disk", "disk").with("syncs_s", each).latency(&mut samples));
    Ok(())
}
