use super::*;
use crate::domain::stack::Revision;
use crate::store::RecordsSince;
use uuid::Uuid;

const NAME: Uuid = Uuid::from_u128(1);
const AGE: Uuid = Uuid::from_u128(2);

fn row(ordinal: u64, name: &str, age: Option<i64>) -> RawRecord {
    let age = age.map_or(String::new(), |age| format!(",\"{AGE}\":{age}"));
    let content = format!("{{\"{NAME}\":\"{name}\"{age}}}").into_boxed_str();
    RawRecord {
        id: Uuid::from_u128(u128::from(ordinal)),
        ordinal,
        revision: Revision(1),
        deleted: false,
        content,
    }
}

fn news(revision: u64, records: Vec<RawRecord>, hidden: &[(u64, u64)]) -> RecordsSince {
    RecordsSince { revision: Revision(revision), hidden: hidden.to_vec(), records }
}

fn people() -> Sheet {
    let mut sheet = Sheet::default();
    let rows = vec![
        row(1, "Dora", Some(30)),
        row(2, "ana", Some(9)),
        row(3, "Ben", None),
        row(4, "Cleo", Some(100)),
        row(5, "Anton", Some(9)),
    ];
    sheet.take(news(5, rows, &[]));
    sheet
}

fn ordinals(sheet: &mut Sheet, query: Query) -> Vec<u64> {
    sheet.find(&query, 0, 100).records.iter().map(|row| row.ordinal).collect()
}

fn by(column: Column, descending: bool) -> Query {
    Query { sort: Some(Sort { column, descending }), ..Query::default() }
}

fn with(column: Column, operator: Operator, value: &str) -> Query {
    let condition = Condition { column, operator, value: value.to_owned() };
    Query { conditions: vec![condition], ..Query::default() }
}

#[test]
fn records_are_sorted_by_value_with_the_empty_last_and_equals_by_number() {
    let mut sheet = people();
    assert_eq!(ordinals(&mut sheet, Query::default()), [1, 2, 3, 4, 5]);
    assert_eq!(ordinals(&mut sheet, by(Column::Field(NAME), false)), [2, 5, 3, 4, 1]);
    assert_eq!(ordinals(&mut sheet, by(Column::Field(AGE), false)), [2, 5, 1, 4, 3]);
    assert_eq!(ordinals(&mut sheet, by(Column::Field(AGE), true)), [4, 1, 2, 5, 3]);
    assert_eq!(ordinals(&mut sheet, by(Column::Ordinal, true)), [5, 4, 3, 2, 1]);
    let piece = sheet.find(&by(Column::Field(NAME), false), 1, 2);
    assert_eq!((piece.total, piece.matching, piece.records[0].ordinal), (5, 5, 5));
}

#[test]
fn conditions_compare_as_what_stands_there() {
    let mut sheet = people();
    let (name, age) = (Column::Field(NAME), Column::Field(AGE));
    let cases: Vec<(Query, Vec<u64>)> = vec![
        (with(name, Operator::Is, "ANA"), vec![2]),
        (with(name, Operator::Contains, "an"), vec![2, 5]),
        (with(name, Operator::StartsWith, "C"), vec![4]),
        (with(age, Operator::Is, "9"), vec![2, 5]),
        (with(age, Operator::IsNot, "9"), vec![1, 3, 4]),
        (with(age, Operator::Above, "9"), vec![1, 4]),
        (with(age, Operator::AtMost, "30"), vec![1, 2, 5]),
        (with(age, Operator::Below, "nonsense"), vec![]),
        (with(age, Operator::IsEmpty, ""), vec![3]),
        (with(age, Operator::IsNotEmpty, ""), vec![1, 2, 4, 5]),
    ];
    for (query, wanted) in cases {
        assert_eq!(ordinals(&mut sheet, query.clone()), wanted, "{query:?}");
    }
    let search = Query { search: Some(("10".into(), vec![name, age])), ..by(name, true) };
    assert_eq!(ordinals(&mut sheet, search), [4]);
}

#[test]
fn a_sheet_follows_what_the_store_says_has_changed() {
    let mut sheet = people();
    assert_eq!(ordinals(&mut sheet, by(Column::Field(NAME), false)), [2, 5, 3, 4, 1]);
    sheet.take(news(6, vec![row(2, "Zoe", Some(9)), row(6, "Abel", None)], &[]));
    assert_eq!(ordinals(&mut sheet, by(Column::Field(NAME), false)), [6, 5, 3, 4, 1, 2]);
    sheet.take(news(7, vec![RawRecord { deleted: true, ..row(5, "Anton", None) }], &[]));
    assert_eq!(ordinals(&mut sheet, by(Column::Field(NAME), false)), [6, 3, 4, 1, 2]);
    // A file is taken back, and comes again.
    sheet.take(news(8, vec![], &[(3, 4)]));
    assert_eq!(ordinals(&mut sheet, Query::default()), [1, 2, 6]);
    sheet.take(news(9, vec![row(3, "Ben", None), row(4, "Cleo", None)], &[]));
    assert_eq!(ordinals(&mut sheet, by(Column::Field(NAME), true)), [2, 1, 4, 3, 6]);
    assert_eq!(sheet.known(), Some(Revision(9)));
}
