//! The command line.
//!
//! Commands that work on a workspace speak HTTP: to the server that uses the data folder, or to one that they start for
//! themselves on a port of this machine. So there is one write path, whoever writes.

mod arguments;
mod audit;
mod backup;
mod doctor;
mod exchange;
mod server;
mod user;

use std::collections::BTreeMap;
use std::process::ExitCode;

use arguments::Command;

use crate::app;
use crate::config::{self, Config, LogFormat, Sources};
use crate::telemetry;

/// Exit codes beside success.
mod code {
    /// It was tried and did not work.
    pub const FAILED: u8 = 1;
    /// The command line or configuration is wrong. As clap has it.
    pub const USAGE: u8 = 2;
}

/// Why a command failed, in words for whoever typed it.
#[derive(Debug)]
pub struct Failure {
    code: u8,
    words: String,
}

impl Failure {
    fn new(words: impl Into<String>) -> Self {
        Failure { code: code::FAILED, words: words.into() }
    }
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        let mut words = error.to_string();
        let mut cause = error.source();
        while let Some(next) = cause {
            let text = next.to_string();
            if !words.contains(&text) {
                words = format!("{words}: {text}");
            }
            cause = next.source();
        }
        Failure::new(words)
    }
}

/// Runs what the command line of this process says.
pub fn run() -> ExitCode {
    let matches = arguments::command().get_matches();
    match dispatch(&matches) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("baton: {}", failure.words);
            ExitCode::from(failure.code)
        }
    }
}

fn dispatch(matches: &clap::ArgMatches) -> Result<(), Failure> {
    let config = config::load(&sources(matches));
    let config = config.map_err(|error| Failure { code: code::USAGE, words: error.to_string() })?;
    let command = arguments::read(matches);
    // Beside a command's own output, only what went wrong is of interest.
    let log = if matches!(command, Command::Serve) { config.log.clone() } else { quiet(&config) };
    let format = match config.log_format {
        LogFormat::Human => telemetry::Format::Human,
        LogFormat::Json => telemetry::Format::Json,
    };
    telemetry::start_logs(&log, format).map_err(|words| Failure { code: code::USAGE, words })?;
    if matches!(command, Command::Config) {
        print!("{}", config::render(&config));
        return Ok(());
    }
    app::block_on(async {
        match command {
            Command::Serve => server::serve(&config).await,
            Command::Migrate => server::migrate(&config).await,
            Command::Doctor => doctor::run(&config).await,
            Command::Backup { to } => backup::backup(&config, &to).await,
            Command::Restore { from } => backup::restore(&config, &from).await,
            Command::Audit(audit) => audit::run(&config, audit).await,
            Command::User(user) => user::run(&config, user).await,
            Command::Token { email } => exchange::token(&config, email).await,
            Command::Import(import) => exchange::import(&config, import).await,
            Command::Export(export) => exchange::export(&config, export).await,
            Command::Config => Ok(()),
        }
    })
}

fn quiet(config: &Config) -> String {
    if config.log == Config::default().log { "error".to_owned() } else { config.log.clone() }
}

fn sources(matches: &clap::ArgMatches) -> Sources {
    let mut flags = BTreeMap::new();
    let below = matches.subcommand().map(|(_, below)| below);
    for key in config::KEYS {
        let given = |matches: &clap::ArgMatches| matches.get_one::<String>(key.name).cloned();
        if let Some(text) = below.and_then(given).or_else(|| given(matches)) {
            flags.insert(key.name.to_owned(), text);
        }
    }
    let file = below
        .and_then(|below| below.get_one("config").cloned())
        .or_else(|| matches.get_one("config").cloned());
    Sources { file, environment: std::env::vars().collect(), flags }
}
