//! R: a table of 100,000 records: a file in, and any page of it, sorted and filtered.

use std::fmt::Write;
use std::io::{Error, Result};
use std::time::Instant;

use uuid::Uuid;

use crate::figures::{Row, Samples, Table};
use crate::server::Server;
use crate::wire::{Http, after, number};
use crate::world::World;

/// Records of the table.
const RECORDS: usize = 100_000;
/// Records of a page.
const PAGE: usize = 100;
/// Pages that are asked for.
const PAGES: usize = 200;

const TABLE: &str = "table people {\\n  schema {\\n    int id\\n    text name\\n    email email\\n    int age?\\n    text city?\\n    bool active?\\n  }\\n}\\n";

/// All of R.
pub async fn run(table: &mut Table) -> Result<()> {
    let world = World::make(1, 1).await?;
    let server = Server::baton(world.path())?;
    let place = world.places[0];
    let token = world.person(0).token.clone();
    let mut http = Http::open(server.address, &token).await?;
    let body =
        format!(r#"{{"op_id":"{}","files":[{{"name":"people.xs","text":"{TABLE}"}}]}}"#, Uuid::now_v7());
    let answer = http.post(&format!("/workspaces/{place}/import"), "", &body).await?;
    let words = || Error::other(String::from_utf8_lossy(&answer).into_owned());
    let object = after(&answer, "\"object\":\"", b'"').ok_or_else(words)?.to_owned();
    let at = format!("/workspaces/{place}/objects/{object}");

    let file = people();
    let began = Instant::now();
    let path = format!("{at}/records/import?op_id={}", Uuid::now_v7());
    http.post(&path, "", &file).await?;
    let took = began.elapsed().as_secs_f64();
    table.add(
        Row::new(format!("R import {RECORDS} records"), "baton")
            .with("seconds", took)
            .with("rows_s", RECORDS as f64 / took)
            .with("mib", file.len() as f64 / 1024.0 / 1024.0),
    );
    drop(http);
    drop(server);

    // The first look after a start reads the table.
    let server = Server::baton(world.path())?;
    let mut http = Http::open(server.address, &token).await?;
    let city = r#"[{"field":"city","op":"is","value":"city 7"}]"#;
    let part = r#"[{"field":"name","op":"contains","value":"77"}]"#;
    let cases = [
        ("plain", String::new()),
        ("sorted by a text", "&sort=name".to_owned()),
        ("sorted by a number, largest first", "&sort=-age".to_owned()),
        ("filtered", format!("&filter={}", escaped(city))),
        ("filtered by a part, sorted", format!("&filter={}&sort=email", escaped(part))),
        ("searched", "&q=person%201234".to_owned()),
    ];
    for (what, query) in cases {
        page(&mut http, &at, what, &query, table).await?;
    }
    Ok(())
}

/// Pages all over the table; the first of each kind apart.
async fn page(http: &mut Http, at: &str, what: &str, query: &str, table: &mut Table) -> Result<()> {
    let mut samples = Samples::default();
    let (mut first, mut matching) = (0.0, RECORDS);
    for n in 0..=PAGES {
        let offset = (n * 7_919 * PAGE) % matching.max(1);
        let began = Instant::now();
        let answer = http.get(&format!("{at}/records?limit={PAGE}&offset={offset}{query}")).await?;
        let took = began.elapsed();
        if n == 0 {
            first = took.as_secs_f64() * 1_000.0;
            matching = usize::try_from(number(&answer, "\"matching\":").unwrap_or(0)).unwrap_or(0);
        } else {
            samples.add(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
        }
    }
    let row = Row::new(format!("R page of {RECORDS} records, {what}"), "baton");
    table.add(row.with("first_ms", first).with("matching", matching as f64).latency(&mut samples));
    Ok(())
}

/// The file.
fn people() -> String {
    let mut text = String::from("name,email,age,city,active\n");
    for n in 0..RECORDS {
        // Spread over the whole, so that no order is that of the file.
        let other = (n * 48_271) % RECORDS;
        let (age, city, active) = (other % 90, other % 200, n % 3 == 0);
        // Writing into a text does not fail.
        let _ = writeln!(text, "Person {other},person{n}@example.com,{age},city {city},{active}");
    }
    text
}

fn escaped(text: &str) -> String {
    text.bytes().fold(String::new(), |mut all, byte| {
        let _ = write!(all, "%{byte:02X}");
        all
    })
}
