//! What was measured, as a row of a table and as a line of JSON.

use std::fmt::Write;

/// Durations in microseconds, all of them.
#[derive(Default)]
pub struct Samples(Vec<u32>);

impl Samples {
    /// Another one.
    pub fn add(&mut self, micros: u64) {
        self.0.push(u32::try_from(micros).unwrap_or(u32::MAX));
    }

    /// Those of another.
    pub fn join(&mut self, other: Samples) {
        self.0.extend(other.0);
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Milliseconds that so large a part of them does not exceed.
    pub fn at(&mut self, part: f64) -> f64 {
        if self.0.is_empty() {
            return f64::NAN;
        }
        let place = ((self.0.len() as f64 * part).ceil() as usize).clamp(1, self.0.len()) - 1;
        let (_, found, _) = self.0.select_nth_unstable(place);
        f64::from(*found) / 1_000.0
    }
}

/// One measurement: named figures.
#[derive(Clone)]
pub struct Row {
    what: String,
    server: &'static str,
    round: usize,
    figures: Vec<(&'static str, f64)>,
}

impl Row {
    /// Of a workload on a server.
    pub fn new(what: impl Into<String>, server: &'static str) -> Row {
        Row { what: what.into(), server, round: 0, figures: Vec::new() }
    }

    /// The same figures of another workload.
    #[must_use]
    pub fn named(self, what: impl Into<String>) -> Row {
        Row { what: what.into(), ..self }
    }

    /// With another figure.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: f64) -> Row {
        self.figures.push((name, value));
        self
    }

    /// With the usual parts of samples, in milliseconds.
    #[must_use]
    pub fn latency(self, samples: &mut Samples) -> Row {
        self.with("p50_ms", samples.at(0.5))
            .with("p99_ms", samples.at(0.99))
            .with("p999_ms", samples.at(0.999))
    }

    /// A figure by its name.
    pub fn get(&self, name: &str) -> Option<f64> {
        self.figures.iter().find(|(one, _)| *one == name).map(|(_, value)| *value)
    }

    fn shown(&self) -> String {
        let mut text = format!("{:<36} {:<10}", self.what, self.server);
        for (name, value) in &self.figures {
            let _ = write!(text, "  {name} {}", short(*value));
        }
        text
    }

    fn json(&self, which: &str) -> String {
        let mut text = format!(r#"{{"what":"{}","server":"{}",{which}"#, self.what, self.server);
        for (name, value) in self.figures.iter().filter(|(_, value)| value.is_finite()) {
            let _ = write!(text, r#","{name}":{value:.4}"#);
        }
        text.push('}');
        text
    }
}

fn short(value: f64) -> String {
    match value.abs() {
        big if big >= 1_000.0 => format!("{value:.0}"),
        middle if middle >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// Figures of which a ratio to the peers is told.
const COMPARED: [&str; 9] = [
    "cpu_s_per_m",
    "deliveries_s",
    "decisions_s",
    "cpu_us_each",
    "p50_ms",
    "p99_ms",
    "kib_per_session",
    "joins_s",
    "all_joined_s",
];

/// The middle of some figures.
fn median(mut figures: Vec<f64>) -> Option<f64> {
    figures.retain(|figure| figure.is_finite());
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied()
}

/// All measurements of a run.
#[derive(Default)]
pub struct Table {
    rows: Vec<Row>,
    round: usize,
}

impl Table {
    /// What comes now belongs to that round.
    pub fn round(&mut self, round: usize) {
        self.round = round;
    }

    /// Keeps a row and shows it at once.
    pub fn add(&mut self, row: Row) {
        println!("{}", row.shown());
        self.rows.push(Row { round: self.round, ..row });
    }

    /// Medians of the rounds, Baton's ratios to each other server (medians of those within a round), then every row and every
    /// median as a line of JSON.
    pub fn end(&self) {
        let medians = self.medians();
        println!("\nMedians");
        for row in &medians {
            println!("{}", row.shown());
        }
        println!("\nBaton's figures as multiples of another server's in the same round");
        for row in medians.iter().filter(|row| row.server == "baton") {
            for other in medians.iter().filter(|other| other.what == row.what && other.server != "baton") {
                if let Some(text) = self.ratios(&row.what, other.server) {
                    println!("{:<36} x {:<10}{text}", row.what, other.server);
                }
            }
        }
        println!();
        for row in &self.rows {
            println!("{}", row.json(&format!(r#""round":{}"#, row.round)));
        }
        for row in &medians {
            println!("{}", row.json(r#""median":true"#));
        }
    }

    fn medians(&self) -> Vec<Row> {
        let mut medians: Vec<Row> = Vec::new();
        for row in &self.rows {
            if medians.iter().any(|known| (&known.what, known.server) == (&row.what, row.server)) {
                continue;
            }
            let same: Vec<&Row> = self.of(&row.what, row.server).collect();
            let figure = |name| median(same.iter().filter_map(|row| row.get(name)).collect());
            let figures = row.figures.iter().filter_map(|(name, _)| Some((*name, figure(name)?))).collect();
            medians.push(Row { figures, ..row.clone() });
        }
        medians
    }

    fn of<'a>(&'a self, what: &'a str, server: &'a str) -> impl Iterator<Item = &'a Row> {
        self.rows.iter().filter(move |row| row.what == what && row.server == server)
    }

    fn ratios(&self, what: &str, server: &str) -> Option<String> {
        let mut text = String::new();
        for name in COMPARED {
            let ratios = self.of(what, "baton").filter_map(|ours| {
                let base = self.of(what, server).find(|other| other.round == ours.round)?;
                Some(ours.get(name)? / base.get(name)?)
            });
            if let Some(ratio) = median(ratios.collect()) {
                let _ = write!(text, "  {name} x {}", short(ratio));
            }
        }
        (!text.is_empty()).then_some(text)
    }
}
