//! Answers of the database as rows of ours.

use super::dialect::{ReadRow, Reading, Row, Statement};
use super::{Page, StoreError};

/// All rows of an answer.
pub async fn list<T: Send>(
    reading: &mut dyn Reading,
    statement: Statement,
    read: ReadRow<T>,
) -> Result<Vec<T>, StoreError> {
    let mut found = Vec::new();
    reading.fetch(statement, &mut |row| keep(&mut found, row, read)).await?;
    Ok(found)
}

/// Reads a row and adds it to those that were found.
pub fn keep<T>(found: &mut Vec<T>, row: &Row<'_>, read: ReadRow<T>) -> Result<(), StoreError> {
    found.push(read(row)?);
    Ok(())
}

/// The first row of an answer.
pub async fn one<T: Send>(
    reading: &mut dyn Reading,
    statement: Statement,
    read: ReadRow<T>,
) -> Result<Option<T>, StoreError> {
    Ok(list(reading, statement, read).await?.into_iter().next())
}

/// No number reaches the largest one.
pub fn before(page: Page) -> u64 {
    page.before.map_or(i64::MAX.unsigned_abs(), |before| before.min(i64::MAX.unsigned_abs()))
}
