//! Which records are wanted, and in which order.

use std::cmp::Ordering;
use std::sync::Arc;

use super::presence::{PresenceEvent, PresenceRecord, Source};
use crate::domain::time::Timestamp;

/// Something that a record can be asked for or ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attribute {
    /// Its id.
    Id,
    /// Its place in the order of making.
    Sequence,
    /// Whose.
    User,
    /// Its status.
    Status,
    /// How it came.
    Source,
    /// When it ends.
    Expires,
    /// When it was made.
    Created,
    /// When it was changed last.
    Updated,
}

/// A value to compare with. Values of different kinds are never alike.
#[derive(Debug, Clone, PartialEq, PartialOrd)]
pub enum Value {
    /// A text.
    Text(String),
    /// A number.
    Number(u64),
    /// A moment.
    Time(Timestamp),
    /// Something that no record holds.
    Other,
}

impl Attribute {
    /// What a record holds there.
    pub fn of(self, record: &PresenceRecord) -> Value {
        match self {
            Attribute::Id => Value::Text(record.id.to_string()),
            Attribute::Sequence => Value::Number(record.sequence),
            Attribute::User => Value::Text(record.user.to_string()),
            Attribute::Status => Value::Text(record.status.clone()),
            Attribute::Source => Value::Text(
                match record.source {
                    Source::Rest => "rest",
                    Source::Realtime => "realtime",
                }
                .to_owned(),
            ),
            Attribute::Expires => Value::Time(record.expires),
            Attribute::Created => Value::Time(record.created),
            Attribute::Updated => Value::Time(record.updated),
        }
    }
}

/// How a value is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Test {
    /// Equals one of them.
    Equal,
    /// Is less than it.
    Less,
    /// Is less than it or equal.
    LessOrEqual,
    /// Lies between the two, or is one of them.
    Between,
    /// Is nothing; a record has everything.
    IsNull,
    /// A text begins with it.
    StartsWith,
    /// A text ends with it.
    EndsWith,
    /// A text holds one of them.
    Contains,
}

/// A condition.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// A comparison, or its opposite.
    Compare {
        /// Of what.
        attribute: Attribute,
        /// How.
        test: Test,
        /// With what.
        values: Vec<Value>,
        /// The opposite.
        not: bool,
    },
    /// All of them.
    And(Vec<Filter>),
    /// At least one of them.
    Or(Vec<Filter>),
}

impl Filter {
    /// Whether a record meets it.
    pub fn fits(&self, record: &PresenceRecord) -> bool {
        match self {
            Filter::And(all) => all.iter().all(|one| one.fits(record)),
            Filter::Or(some) => some.iter().any(|one| one.fits(record)),
            Filter::Compare { attribute, test, values, not } => {
                compare(&attribute.of(record), *test, values) != *not
            }
        }
    }
}

fn compare(own: &Value, test: Test, values: &[Value]) -> bool {
    let text = |with: fn(&str, &str) -> bool| {
        values.iter().any(|value| match (own, value) {
            (Value::Text(own), Value::Text(other)) => with(own, other),
            _ => false,
        })
    };
    let order = |value: &Value| match (own, value) {
        (Value::Text(_), Value::Text(_))
        | (Value::Number(_), Value::Number(_))
        | (Value::Time(_), Value::Time(_)) => own.partial_cmp(value),
        _ => None,
    };
    match (test, values) {
        (Test::Equal, _) => values.iter().any(|value| order(value) == Some(Ordering::Equal)),
        (Test::Less, [value, ..]) => order(value) == Some(Ordering::Less),
        (Test::LessOrEqual, [value, ..]) => matches!(order(value), Some(Ordering::Less | Ordering::Equal)),
        (Test::Between, [from, to, ..]) => {
            matches!(order(from), Some(Ordering::Greater | Ordering::Equal))
                && matches!(order(to), Some(Ordering::Less | Ordering::Equal))
        }
        (Test::StartsWith, _) => text(|own, other| own.starts_with(other)),
        (Test::EndsWith, _) => text(|own, other| own.ends_with(other)),
        (Test::Contains, _) => text(|own, other| own.contains(other)),
        _ => false,
    }
}

/// Where a page begins or ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cursor {
    /// After that record.
    After(Arc<str>),
    /// Right before that record.
    Before(Arc<str>),
}

/// One thing to order by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Smallest first.
    Up(Attribute),
    /// Largest first.
    Down(Attribute),
    /// As it falls; the number decides how.
    Random(u64),
}

impl Order {
    /// Which of two comes first.
    pub fn of(self, one: &PresenceRecord, other: &PresenceRecord) -> Ordering {
        let by = |attribute: Attribute| {
            attribute.of(one).partial_cmp(&attribute.of(other)).unwrap_or(Ordering::Equal)
        };
        // A number that is spread over all bits, so that neighbours fall apart.
        let fall = |seed: u64, record: &PresenceRecord| {
            (record.sequence ^ seed).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(31)
        };
        match self {
            Order::Up(attribute) => by(attribute),
            Order::Down(attribute) => by(attribute).reverse(),
            Order::Random(seed) => fall(seed, one).cmp(&fall(seed, other)),
        }
    }
}

/// Which records, which of them, in which order.
#[derive(Debug, Clone, PartialEq)]
pub struct PresencesQuery {
    /// All must be met.
    pub filters: Vec<Filter>,
    /// The first counts most; then the order of making.
    pub orders: Vec<Order>,
    /// At most so many.
    pub limit: usize,
    /// So many are left out.
    pub offset: usize,
    /// Where the page begins or ends.
    pub cursor: Option<Cursor>,
    /// Whether all are counted.
    pub total: bool,
    /// An answer of that age is good enough, in milliseconds.
    pub ttl_ms: u64,
}

/// What a subscription is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// One record; all if `None`.
    pub record: Option<Arc<str>>,
    /// One sort of event; all if `None`.
    pub event: Option<PresenceEvent>,
}

/// A wish to hear of records.
#[derive(Debug, Clone, PartialEq)]
pub struct Subscription {
    /// Its name, the client's own.
    pub id: Arc<str>,
    /// What it is about; any of them.
    pub topics: Vec<Topic>,
    /// What the record must meet; all of them.
    pub filters: Vec<Filter>,
}

impl Subscription {
    /// Whether it asked for that.
    pub fn wants(&self, event: PresenceEvent, record: &PresenceRecord) -> bool {
        let about = |topic: &Topic| {
            topic.record.as_ref().is_none_or(|id| *id == record.id)
                && topic.event.is_none_or(|wanted| wanted == event)
        };
        self.topics.iter().any(about) && self.filters.iter().all(|filter| filter.fits(record))
    }
}
