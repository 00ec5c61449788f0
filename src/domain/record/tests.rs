use uuid::Uuid;

use super::*;
use crate::domain::id::ItemId;
use crate::domain::stack::{Field, Form, NodeKind, Seed, Stack, name};

const NOW: i64 = 1_700_000_000_000;

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn field(number: u128, parent: ItemId, texts: &[(&str, &str)]) -> Seed {
    let one = |(name, text): &(&str, &str)| Field {
        name: (*name).to_owned(),
        text: (*text).to_owned(),
        form: Form::Assign,
    };
    Seed {
        id: ItemId::Node(id(number)),
        kind: NodeKind::Input,
        word: String::new(),
        fields: texts.iter().map(one).collect(),
        parent: Some(parent),
    }
}

fn table(fields: &[(u128, &[(&str, &str)])]) -> Stack {
    let mut seeds = Stack::empty().to_seeds();
    for (number, texts) in fields {
        seeds.push(field(*number, ItemId::Inputs, texts));
    }
    // Seeds stand in document order: inputs before what comes after them is not asked for.
    Stack::from_seeds(&seeds, Revision(1)).expect("the test's table is one")
}

/// A table with one field, and what it makes of a value.
fn fit(texts: &[(&str, &str)], value: Value) -> Result<Value, String> {
    check_cell(&table(&[(1, texts)]), id(1), value).map_err(|problem| problem.message)
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

#[test]
fn each_type_takes_what_can_be_read_as_it_and_refuses_the_rest_in_words() {
    let of = |kind: &'static str| [(name::NAME, "f"), (name::TYPE, kind)];
    let good = [
        ("int", text(" 12 "), Value::Int(12)),
        ("decimal", text("1.50"), Value::Decimal("1.5".into())),
        ("decimal", Value::Int(3), Value::Int(3)),
        ("bool", text("Yes"), Value::Bool(true)),
        ("bool", Value::Int(0), Value::Bool(false)),
        ("timestamp", text("1970-01-02T00:00:01.5Z"), Value::Int(86_401_500)),
        ("timestamp", text("2024-02-29 10:00+02:00"), Value::Int(1_709_193_600_000)),
        ("date", text("2024-02-29"), text("2024-02-29")),
        ("email", text("ana@example.com"), text("ana@example.com")),
        ("uuid", text("01890a5d-ac96-774b-bcce-b302099a8057"), text("01890a5d-ac96-774b-bcce-b302099a8057")),
        ("vector", Value::List(vec![Value::Int(1)]), Value::List(vec![Value::Int(1)])),
        ("json", Value::Object(vec![]), Value::Object(vec![])),
    ];
    for (kind, given, stands) in good {
        assert_eq!(fit(&of(kind), given.clone()), Ok(stands), "{kind} of {given:?}");
    }
    let bad = [
        ("int", text("1.5")),
        ("int", Value::Bool(true)),
        ("decimal", text("NaN")),
        ("bool", text("maybe")),
        ("timestamp", text("2023-02-29")),
        ("timestamp", text("2023-02-28T25:00Z")),
        ("date", text("2023-2-1")),
        ("date", text("20é3-02-01")),
        ("email", text("ana@example")),
        ("email", text("a b@example.com")),
        ("uuid", text("nonsense")),
        ("text", Value::Int(1)),
        ("text", text("\u{1}")),
        ("vector", Value::List(vec![text("x")])),
        ("object", text("{}")),
    ];
    for (kind, given) in bad {
        let problem = fit(&of(kind), given.clone()).expect_err(kind);
        assert!(problem.starts_with("`f` must be"), "{kind} of {given:?}: {problem}");
    }
}

#[test]
fn enums_lists_filters_and_marks_are_kept() {
    let status = [(name::NAME, "s"), (name::TYPE, "enum"), ("values", "[\"open\", \"done\"]")];
    assert_eq!(fit(&status, text("done")), Ok(text("done")));
    assert_eq!(fit(&status, text("x")), Err("`s` must be one of open, done".into()));
    let list = [(name::NAME, "l"), (name::TYPE, "int"), (name::LIST, "true")];
    assert_eq!(fit(&list, Value::List(vec![text("1")])), Ok(Value::List(vec![Value::Int(1)])));
    assert_eq!(fit(&list, Value::Int(1)), Err("`l` is a list, and a whole number was given".into()));
    let filtered = [(name::NAME, "t"), (name::TYPE, "text"), (name::FILTERS, "trim|lower|min:3")];
    assert_eq!(fit(&filtered, text("  ABC ")), Ok(text("abc")));
    assert_eq!(fit(&filtered, text(" ab ")), Err("`t` must be at least 3 characters".into()));
    let plain = [(name::NAME, "p"), (name::TYPE, "text")];
    assert_eq!(fit(&plain, Value::Null), Err("`p` is required".into()));
    let nullable = [(name::NAME, "p"), (name::TYPE, "text"), (name::NULLABLE, "before")];
    assert_eq!(fit(&nullable, Value::Null), Ok(Value::Null));
    assert!(fit(&[(name::NAME, "id"), (name::TYPE, "int")], Value::Int(7)).is_err(), "it is given");
    assert!(fit(&[(name::NAME, "w"), (name::TYPE, "password")], text("hunter2")).is_err(), "none is kept");
}

#[test]
fn an_object_is_checked_by_its_own_schema() {
    let mut seeds = Stack::empty().to_seeds();
    let object = ItemId::Node(id(1));
    seeds.push(field(1, ItemId::Inputs, &[(name::NAME, "address"), (name::TYPE, "object")]));
    seeds.push(field(2, object, &[(name::NAME, "city"), (name::TYPE, "text")]));
    seeds.push(field(3, object, &[(name::NAME, "zip"), (name::TYPE, "int"), (name::OPTIONAL, "true")]));
    let table = Stack::from_seeds(&seeds, Revision(1)).expect("the test's table is one");
    let given = |pairs: &[(&str, Value)]| {
        let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        check_cell(&table, id(1), Value::Object(pairs)).map_err(|problem| problem.message)
    };
    assert!(given(&[("city", text("Graz")), ("zip", Value::Int(8010))]).is_ok());
    assert_eq!(given(&[("zip", Value::Int(1))]), Err("`address` needs `city`".into()));
    assert_eq!(given(&[("city", text("x")), ("street", text("y"))]), Err("`address` has no `street`".into()));
    assert!(check_cell(&table, id(2), text("x")).is_err(), "a field of a field has no cell");
}

#[test]
fn a_row_gets_its_defaults_and_every_problem_is_told() {
    let table = table(&[
        (1, &[(name::NAME, "id"), (name::TYPE, "int")]),
        (2, &[(name::NAME, "name"), (name::TYPE, "text")]),
        (
            3,
            &[
                (name::NAME, "at"),
                (name::TYPE, "timestamp"),
                (name::OPTIONAL, "true"),
                (name::DEFAULT, "now"),
            ],
        ),
        (4, &[(name::NAME, "plan"), (name::TYPE, "text"), (name::DEFAULT, "\"free\"")]),
        (5, &[(name::NAME, "age"), (name::TYPE, "int"), (name::OPTIONAL, "true")]),
    ]);
    let row = check_row(&table, &Cells::from([(id(2), text("Ana"))]), NOW).expect("it fits");
    let wanted = Cells::from([(id(2), text("Ana")), (id(3), Value::Int(NOW)), (id(4), text("free"))]);
    assert_eq!(row, wanted);
    let bad = Cells::from([(id(5), text("old")), (id(9), Value::Int(1))]);
    let problems = check_row(&table, &bad, NOW).expect_err("it does not fit");
    let fields: Vec<_> = problems.iter().map(|problem| problem.field).collect();
    assert_eq!(fields, [Some(id(5)), Some(id(9)), Some(id(2))]);
}
