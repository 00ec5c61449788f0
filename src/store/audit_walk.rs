//! Walking an audit chain from its beginning to its end.

use super::dialect::{Columns, Reading, Row, Statement};
use super::fetch::{list, one};
use super::{StoreError, account_sql, rows};
use crate::audit::{Chain, Walk};

/// Records of an audit chain that are checked at once.
const AUDIT_STRIDE: u64 = 1000;

/// Where an audit chain ends, and where it begins if its oldest records were let go of.
#[derive(Clone, Copy)]
struct AuditHead {
    end: (u64, [u8; 32]),
    base: Option<(u64, [u8; 32])>,
}

fn audit_head(row: &Row<'_>) -> Result<AuditHead, StoreError> {
    let base = row.maybe_count("base_number")?.zip(row.maybe_digest("base_hash")?);
    Ok(AuditHead { end: (row.count("number")?, row.digest("hash")?), base })
}

/// See [`super::Store::verify_audit`].
pub async fn walk(reading: &mut dyn Reading, chain: Chain) -> Result<Result<u64, u64>, StoreError> {
    let head = Statement::new(account_sql::READ_AUDIT_HEAD).with(chain.to_string());
    let head: Option<AuditHead> = one(reading, head, audit_head).await?;
    // What came before was let go of in its time; the walk begins where it ended.
    let base = head.and_then(|head| head.base);
    let mut walk = base.map_or(chain.walk(), Walk::from);
    let head = head.map(|head| head.end);
    loop {
        let (reached, hash) = walk.head();
        let stride = Statement::new(account_sql::READ_AUDIT_ONWARD)
            .with(chain.to_string())
            .count(reached)
            .count(AUDIT_STRIDE);
        let records = list(reading, stride, rows::record).await?;
        if records.is_empty() {
            let end = head.unwrap_or(chain.walk().head());
            return Ok(if end == (reached, hash) { Ok(reached) } else { Err(reached + 1) });
        }
        for record in &records {
            if let Err(number) = walk.step(record) {
                return Ok(Err(number));
            }
        }
    }
}
