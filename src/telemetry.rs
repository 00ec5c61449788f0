//! Logs and numbers.
//!
//! What is logged names ids, codes and durations; never a token, a password, a chat line or what somebody typed.

use std::io::IsTerminal;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Human,
    /// One JSON object a line.
    Json,
}

/// Upper bounds of the buckets of durations, in seconds.
const SECONDS: &[f64] = &[0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// Upper bounds of the buckets of counts, such as what waits in a mailbox.
const COUNTS: &[f64] = &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1024.0];

/// Starts logging to standard error, so that standard output holds only what was asked for. The first call of a process counts.
///
/// # Errors
/// If the directives cannot be read.
pub fn start_logs(directives: &str, format: Format) -> Result<(), String> {
    // What the HTTP server says of its own threads is of no interest, unless it is asked for by name.
    let filter = EnvFilter::try_new(format!("actix_server=warn,{directives}"));
    let filter = filter.map_err(|error| format!("`log`: {error}"))?;
    let colours = std::io::stderr().is_terminal();
    let lines =
        tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours).with_writer(std::io::stderr);
    // A second call in one process is a test that starts a second server: the first subscriber stays.
    let _ = match format {
        Format::Human => lines.with_target(false).try_init(),
        Format::Json => lines.json().flatten_event(true).try_init(),
    };
    Ok(())
}

/// The numbers of this process.
#[derive(Clone)]
pub struct Numbers {
    handle: PrometheusHandle,
}

impl Numbers {
    /// Installs the recorder of this process, or gives the one that is installed.
    pub fn start() -> Numbers {
        static NUMBERS: std::sync::OnceLock<Numbers> = std::sync::OnceLock::new();
        let start = || {
            let builder = PrometheusBuilder::new();
            let matcher = Matcher::Suffix("_seconds".to_owned());
            let counts = Matcher::Suffix("_count_of".to_owned());
            // Only an empty list of buckets is refused.
            let builder = builder
                .set_buckets_for_metric(matcher, SECONDS)
                .and_then(|builder| builder.set_buckets_for_metric(counts, COUNTS))
                .unwrap_or_else(|_| PrometheusBuilder::new());
            let recorder = builder.build_recorder();
            let handle = recorder.handle();
            if metrics::set_global_recorder(recorder).is_err() {
                tracing::warn!("another recorder of numbers is installed; /metrics stays empty");
            }
            Numbers { handle }
        };
        NUMBERS.get_or_init(start).clone()
    }

    /// Folds what was recorded into its buckets. Samples wait in memory until then, so it must run also when nobody asks for
    /// the numbers.
    pub fn fold(&self) {
        self.handle.run_upkeep();
    }

    /// In the text format of Prometheus.
    pub fn render(&self) -> String {
        self.fold();
        self.handle.render()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_rendered_with_their_labels() {
        let numbers = Numbers::start();
        metrics::counter!("baton_test_total", "kind" => "one").increment(3);
        assert!(numbers.render().contains("baton_test_total{kind=\"one\"} 3"));
    }
}
