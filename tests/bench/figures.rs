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
pub struct Row {
    what: String,
    server: &'static str,
    figures: Vec<(&'static str, f64)>,
}

impl Row {
    /// Of a workload on a server.
    pub fn new(what: impl Into<String>, server: &'static str) -> Row {
        Row { what: what.into(), server, figures: Vec::new() }
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

    fn get(&self, name: &str) -> Option<f64> {
        self.figures.iter().find(|(one, _)| *one == name).map(|(_, value)| *value)
    }

    fn shown(&self) -> String {
        let mut text = format!("{:<34} {:<6}", self.what, self.server);
        for (name, value) in &self.figures {
            let _ = write!(text, "  {name} {}", short(*value));
        }
        text
    }

    fn json(&self) -> String {
        let mut text = format!(r#"{{"what":"{}","server":"{}""#, self.what, self.server);
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

/// All measurements of a run.
#[derive(Default)]
pub struct Table(Vec<Row>);

impl Table {
    /// Keeps a row and shows it at once.
    pub fn add(&mut self, row: Row) {
        println!("{}", row.shown());
        self.0.push(row);
    }

    /// Ratios to the floor of this run, then every row as a line of JSON.
    pub fn end(&self) {
        println!("\nRatios to the floor of this run");
        for row in self.0.iter().filter(|row| row.server == "baton") {
            let Some(floor) = self.0.iter().find(|other| other.server == "floor" && other.what == row.what)
            else {
                continue;
            };
            let mut text = format!("{:<34}", row.what);
            for name in ["cpu_s_per_m", "p50_ms", "p99_ms"] {
                if let (Some(ours), Some(base)) = (row.get(name), floor.get(name)) {
                    let _ = write!(text, "  {name} x {}", short(ours / base));
                }
            }
            println!("{text}");
        }
        println!();
        for row in &self.0 {
            println!("{}", row.json());
        }
    }
}
