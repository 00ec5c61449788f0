//! Looking for records of an audit chain.

use super::dialect::Statement;
use super::{MAX_PAGE, account_sql};
use crate::audit::Chain;
use crate::domain::id::UserId;
use crate::domain::time::Timestamp;

/// What is looked for; all of it must fit.
#[derive(Debug, Clone, Default)]
pub struct AuditQuery {
    /// Stands in any field, whatever its case; anything if empty.
    pub text: String,
    /// Or stands in any field: such as the id of the person whose name was typed.
    pub or_text: Option<String>,
    /// The beginning of the action, such as `lock.`; any if empty.
    pub action: String,
    /// By whom.
    pub user: Option<UserId>,
    /// Not before.
    pub from: Option<Timestamp>,
    /// Not after.
    pub to: Option<Timestamp>,
    /// Only records with a smaller number.
    pub before: Option<u64>,
    /// At most so many; [`MAX_PAGE`] at most.
    pub limit: u32,
}

/// The statement that finds it, newest first.
pub fn statement(chain: Chain, query: &AuditQuery) -> Statement {
    let before = query.before.unwrap_or(u64::MAX).min(i64::MAX.unsigned_abs());
    let anywhere = |text: &str| format!("%{}%", escaped(&text.to_lowercase()));
    // Without another text nothing is found by it: no field holds this character.
    let or_text = query.or_text.as_deref().map_or_else(|| "\u{1}".to_owned(), anywhere);
    Statement::new(account_sql::FIND_AUDIT)
        .with(chain.to_string())
        .count(before)
        .with(anywhere(&query.text))
        .with(or_text)
        .with(format!("{}%", escaped(&query.action)))
        .with(query.user.map(|user| user.to_string()).unwrap_or_default())
        .with(query.from.unwrap_or(Timestamp(i64::MIN)))
        .with(query.to.unwrap_or(Timestamp(i64::MAX)))
        .with(query.limit.clamp(1, MAX_PAGE))
}

/// The text as `LIKE … ESCAPE '!'` finds it literally.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '!' | '%' | '_') {
            out.push('!');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_like_takes_for_a_sign_is_found_literally() {
        assert_eq!(super::escaped("50%_a!"), "50!%!_a!!");
    }
}
