//! Lists of records: what the caller may read, filtered, ordered, paged; and answers that are good enough for a while.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::super::Workspace;
use super::{Acting, Presences};
use crate::domain::effect::RealtimeAnswer;
use crate::domain::realtime::{Cursor, Party, PresenceRecord, PresencesQuery, Right, Scope};
use crate::domain::refusal::{RealtimeRefusal, Refusal};
use crate::domain::time::{Millis, Now, Timestamp};

/// More than so many are not counted.
const TOTAL_MAX: usize = 5_000;
/// Answers that are kept.
const CACHED: usize = 256;

#[derive(Debug, Clone)]
struct Answered {
    until: Millis,
    total: usize,
    records: Vec<Arc<PresenceRecord>>,
}

/// Answers that are good enough for a while, by who asked what. Never shared between callers with different roles.
#[derive(Debug, Default)]
pub(super) struct Cache(BTreeMap<String, Answered>);

impl Cache {
    pub fn forget(&mut self) {
        self.0.clear();
    }

    fn get(&self, now: Millis, key: &str) -> Option<RealtimeAnswer> {
        let answered = self.0.get(key).filter(|answered| answered.until > now)?;
        let (total, records) = (answered.total, answered.records.clone());
        Some(RealtimeAnswer::Presences { total, records, cached: true })
    }

    fn keep(&mut self, now: Millis, key: String, answered: Answered) {
        self.0.retain(|_, one| one.until > now);
        if self.0.len() >= CACHED {
            let soonest = self.0.iter().min_by_key(|(_, one)| one.until).map(|(key, _)| key.clone());
            soonest.map(|key| self.0.remove(&key));
        }
        self.0.insert(key, answered);
    }
}

impl Workspace {
    pub(super) fn list_presences(
        &mut self,
        now: Now,
        by: Party,
        query: &PresencesQuery,
    ) -> Result<RealtimeAnswer, Refusal> {
        let acting = self.acting(by, Scope::PresencesRead)?;
        let key = (query.ttl_ms > 0).then(|| format!("{} {query:?}", who(by, &acting)));
        if let Some(found) = key.as_ref().and_then(|key| self.presences.cache.get(now.mono, key)) {
            return Ok(found);
        }
        let (total, records) = self.presences.list(now.wall, &acting, query)?;
        if let Some(key) = key {
            let until = now.mono + query.ttl_ms;
            self.presences.cache.keep(now.mono, key, Answered { until, total, records: records.clone() });
        }
        Ok(RealtimeAnswer::Presences { total, records, cached: false })
    }
}

fn who(by: Party, acting: &Acting) -> String {
    match acting {
        Acting::Key => format!("{by:?}"),
        Acting::Viewer(viewer) => format!("{:?}", viewer.roles()),
    }
}

impl Presences {
    fn list(
        &self,
        now: Timestamp,
        acting: &Acting,
        query: &PresencesQuery,
    ) -> Result<(usize, Vec<Arc<PresenceRecord>>), Refusal> {
        let cursor = query.cursor.as_ref().map(|cursor| {
            let (Cursor::After(id) | Cursor::Before(id)) = cursor;
            let record = self.by_id(id).filter(|record| record.lives(now) && acting.may(record, Right::Read));
            record.cloned().ok_or(Refusal::Realtime(RealtimeRefusal::CursorNotFound))
        });
        let cursor = cursor.transpose()?;
        // Without an order and a cursor the page is found before all are.
        let enough = (query.orders.is_empty() && cursor.is_none())
            .then(|| query.offset.saturating_add(query.limit).max(if query.total { TOTAL_MAX } else { 0 }));
        let fits = |record: &&Arc<PresenceRecord>| {
            record.lives(now) && query.filters.iter().all(|filter| filter.fits(record))
        };
        let mut found: Vec<Arc<PresenceRecord>> = match acting {
            Acting::Key => {
                self.all.values().filter(fits).take(enough.unwrap_or(usize::MAX)).cloned().collect()
            }
            Acting::Viewer(viewer) => {
                let sets = viewer.roles();
                let sets: Vec<&BTreeSet<u64>> =
                    sets.iter().filter_map(|role| self.readers.get(role)).collect();
                let readable = union(&sets);
                let records = readable.iter().filter_map(|sequence| self.all.get(sequence));
                records.filter(fits).take(enough.unwrap_or(usize::MAX)).cloned().collect()
            }
        };
        let total = if query.total { found.len().min(TOTAL_MAX) } else { 0 };
        if !query.orders.is_empty() {
            found.sort_by(|one, other| order(query, one, other));
        }
        let page = match (&query.cursor, cursor) {
            (Some(Cursor::After(_)), Some(at)) => {
                let from = found.partition_point(|one| order(query, one, &at) != Ordering::Greater);
                found.split_off(from)
            }
            (Some(Cursor::Before(_)), Some(at)) => {
                let to = found.partition_point(|one| order(query, one, &at) == Ordering::Less);
                found.truncate(to);
                let skip = to.saturating_sub(query.offset.saturating_add(query.limit));
                let until = to.saturating_sub(query.offset);
                found.truncate(until);
                return Ok((total, found.split_off(skip.min(found.len()))));
            }
            _ => found,
        };
        Ok((total, page.into_iter().skip(query.offset).take(query.limit).collect()))
    }
}

fn order(query: &PresencesQuery, one: &PresenceRecord, other: &PresenceRecord) -> Ordering {
    let wanted = query.orders.iter().map(|order| order.of(one, other));
    wanted.fold(Ordering::Equal, Ordering::then).then(one.sequence.cmp(&other.sequence))
}

/// All numbers of the sets, each once, in order.
fn union(sets: &[&BTreeSet<u64>]) -> Vec<u64> {
    let mut all: Vec<u64> = sets.iter().flat_map(|set| set.iter().copied()).collect();
    all.sort_unstable();
    all.dedup();
    all
}
