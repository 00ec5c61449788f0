//! One table in memory.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value as Json;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::Found;
use super::key::Key;
use super::query::{Column, Condition, Operator, Query};
use crate::domain::record::Span;
use crate::domain::stack::Revision;
use crate::store::{RawRecord, RecordsSince};

/// Answers that are kept, so that the next page of one costs nothing.
const ANSWERS: usize = 8;
/// What a row weighs beside its content, in bytes.
const ROW: usize = 96;

/// See the module.
#[derive(Debug, Default)]
pub struct Sheet {
    known: Option<Revision>,
    /// By number; what is deleted or hidden is not among them.
    rows: Vec<Arc<RawRecord>>,
    hidden: Vec<Span>,
    columns: BTreeMap<Column, Vec<Key>>,
    /// Places of rows in the order of a column, ascending.
    orders: BTreeMap<Column, Vec<u32>>,
    answers: Vec<(Query, Vec<u32>)>,
    bytes: usize,
}

impl Sheet {
    /// Up to which revision of the table everything is in it.
    pub fn known(&self) -> Option<Revision> {
        self.known
    }

    /// What it weighs, in bytes, roughly.
    pub fn bytes(&self) -> usize {
        let keys = self.columns.values().map(|keys| keys.iter().map(|key| 24 + key.bytes()).sum::<usize>());
        let orders = self.orders.values().chain(self.answers.iter().map(|(_, places)| places));
        self.bytes + keys.sum::<usize>() + orders.map(|places| places.len() * 4).sum::<usize>()
    }

    /// Takes what the store says has changed.
    pub fn take(&mut self, news: RecordsSince) {
        if self.known.is_none() {
            self.hidden = news.hidden;
            self.merge(news.records);
            self.known = Some(news.revision);
            return;
        }
        let many = news.records.len() > 1_000 || self.hidden != news.hidden;
        if many {
            self.columns.clear();
            self.orders.clear();
        }
        if many || !news.records.is_empty() {
            self.answers.clear();
        }
        self.hidden = news.hidden;
        if many {
            self.merge(news.records);
        } else {
            for row in news.records {
                self.put(row);
            }
            self.resort();
        }
        self.known = Some(news.revision);
    }

    /// Many rows at once: those of a file, or after a long time.
    fn merge(&mut self, news: Vec<RawRecord>) {
        let mut rows: BTreeMap<u64, Arc<RawRecord>> =
            std::mem::take(&mut self.rows).into_iter().map(|row| (row.ordinal, row)).collect();
        for row in news {
            if row.deleted {
                rows.remove(&row.ordinal);
            } else {
                rows.insert(row.ordinal, Arc::new(row));
            }
        }
        self.rows = rows.into_values().collect();
        let hidden = &self.hidden;
        self.rows.retain(|row| !covered(hidden, row.ordinal));
        self.bytes = self.rows.iter().map(|row| ROW + row.content.len()).sum();
    }

    /// A row that is new, changed or gone.
    fn put(&mut self, row: RawRecord) {
        let seen = !row.deleted && !covered(&self.hidden, row.ordinal);
        match self.rows.binary_search_by_key(&row.ordinal, |row| row.ordinal) {
            Ok(at) if seen => {
                self.bytes += row.content.len();
                self.bytes -= self.rows[at].content.len();
                for (column, keys) in &mut self.columns {
                    keys[at] = key(&row, *column);
                }
                self.rows[at] = Arc::new(row);
            }
            Ok(at) => {
                self.bytes -= ROW + self.rows[at].content.len();
                self.rows.remove(at);
                for keys in self.columns.values_mut() {
                    keys.remove(at);
                }
                self.orders.clear();
            }
            Err(at) if seen => {
                self.bytes += ROW + row.content.len();
                for (column, keys) in &mut self.columns {
                    keys.insert(at, key(&row, *column));
                }
                self.rows.insert(at, Arc::new(row));
                self.orders.clear();
            }
            Err(_) => {}
        }
    }

    /// The orders are still nearly right, so this is quick.
    fn resort(&mut self) {
        for (column, places) in &mut self.orders {
            if let Some(keys) = self.columns.get(column) {
                places.sort_by(|a, b| ordered(keys, *a, *b));
            }
        }
    }

    /// The records that meet the query, `limit` of them from `offset` on.
    pub fn find(&mut self, query: &Query, offset: usize, limit: usize) -> Found {
        if !self.answers.iter().any(|(known, _)| known == query) {
            let places = self.places(query);
            if self.answers.len() >= ANSWERS {
                self.answers.remove(0);
            }
            self.answers.push((query.clone(), places));
        }
        let places =
            self.answers.iter().find(|(known, _)| known == query).map(|(_, places)| places.as_slice());
        let places = places.unwrap_or_default();
        let piece = places.iter().skip(offset).take(limit);
        Found {
            revision: self.known.unwrap_or_default().0,
            total: self.rows.len(),
            matching: places.len(),
            records: piece.map(|place| Arc::clone(&self.rows[*place as usize])).collect(),
        }
    }

    fn places(&mut self, query: &Query) -> Vec<u32> {
        for condition in &query.conditions {
            self.load(condition.column);
        }
        if let Some((_, columns)) = &query.search {
            for column in columns {
                self.load(*column);
            }
        }
        let all = match query.sort {
            Some(sort) => {
                self.load(sort.column);
                self.sorted(sort.column, sort.descending)
            }
            None => (0..u32::try_from(self.rows.len()).unwrap_or(u32::MAX)).collect(),
        };
        if query.conditions.is_empty() && query.search.is_none() {
            return all;
        }
        let columns = &self.columns;
        let tests: Vec<(&[Key], Test)> = query
            .conditions
            .iter()
            .filter_map(|condition| Some((columns.get(&condition.column)?.as_slice(), Test::new(condition))))
            .collect();
        let search = query.search.as_ref().map(|(text, among)| {
            let among: Vec<&[Key]> =
                among.iter().filter_map(|column| columns.get(column)).map(Vec::as_slice).collect();
            (text.to_lowercase(), among)
        });
        let meets = |place: &u32| {
            let at = *place as usize;
            tests.iter().all(|(keys, test)| test.holds(&keys[at]))
                && search
                    .as_ref()
                    .is_none_or(|(text, among)| among.iter().any(|keys| keys[at].contains(text)))
        };
        all.into_iter().filter(meets).collect()
    }

    fn load(&mut self, column: Column) {
        if !self.columns.contains_key(&column) {
            let keys = self.rows.iter().map(|row| key(row, column)).collect();
            self.columns.insert(column, keys);
        }
    }

    fn sorted(&mut self, column: Column, descending: bool) -> Vec<u32> {
        let Some(keys) = self.columns.get(&column) else { return Vec::new() };
        let places = self.orders.entry(column).or_insert_with(|| {
            let mut places: Vec<u32> = (0..u32::try_from(keys.len()).unwrap_or(u32::MAX)).collect();
            places.sort_by(|a, b| ordered(keys, *a, *b));
            places
        });
        if !descending {
            return places.clone();
        }
        // What has no value stays last, and what is equal stays by its number.
        let empty = places.partition_point(|place| keys[*place as usize] != Key::Empty);
        let mut turned: Vec<u32> = Vec::with_capacity(places.len());
        let mut end = empty;
        while end > 0 {
            let last = &keys[places[end - 1] as usize];
            let start =
                places[..end].partition_point(|place| keys[*place as usize].order(last) == Ordering::Less);
            turned.extend_from_slice(&places[start..end]);
            end = start;
        }
        turned.extend_from_slice(&places[empty..]);
        turned
    }
}

fn ordered(keys: &[Key], a: u32, b: u32) -> Ordering {
    keys[a as usize].order(&keys[b as usize]).then(a.cmp(&b))
}

fn covered(hidden: &[Span], ordinal: u64) -> bool {
    let after = hidden.partition_point(|(first, _)| *first <= ordinal);
    after > 0 && hidden[after - 1].1 >= ordinal
}

/// The value of one column, without reading the others.
fn key(row: &RawRecord, column: Column) -> Key {
    match column {
        #[expect(clippy::cast_precision_loss, reason = "numbers of records stay far below 2^53")]
        Column::Ordinal => Key::Number(row.ordinal as f64),
        Column::Id => Key::Text(row.id.to_string().into()),
        Column::Field(field) => {
            let cells: BTreeMap<Uuid, &RawValue> = serde_json::from_str(&row.content).unwrap_or_default();
            let value = cells.get(&field).and_then(|raw| serde_json::from_str::<Json>(raw.get()).ok());
            value.as_ref().map_or(Key::Empty, Key::of)
        }
    }
}

/// A condition ready to be tried on many values.
struct Test {
    operator: Operator,
    folded: String,
    number: Key,
    text: Key,
}

impl Test {
    fn new(condition: &Condition) -> Test {
        let number = Key::Number(0.0).like(&condition.value);
        let text = Key::Empty.like(&condition.value);
        Test { operator: condition.operator, folded: condition.value.to_lowercase(), number, text }
    }

    fn holds(&self, key: &Key) -> bool {
        let against = |wanted: fn(Ordering) -> bool| match key {
            Key::Empty => false,
            Key::Number(_) => self.number != Key::Empty && wanted(key.order(&self.number)),
            Key::Text(_) => wanted(key.order(&self.text)),
        };
        match self.operator {
            Operator::Is => against(Ordering::is_eq),
            Operator::IsNot => !against(Ordering::is_eq),
            Operator::Contains => key.contains(&self.folded),
            Operator::StartsWith => key.starts_with(&self.folded),
            Operator::Below => against(Ordering::is_lt),
            Operator::AtMost => against(Ordering::is_le),
            Operator::Above => against(Ordering::is_gt),
            Operator::AtLeast => against(Ordering::is_ge),
            Operator::IsEmpty => key.is_empty(),
            Operator::IsNotEmpty => !key.is_empty(),
        }
    }
}
