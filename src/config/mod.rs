//! Configuration: defaults, then a TOML file, then `BATON_*` variables, then flags; the later wins.
//!
//! One table ([`KEYS`]) is the only list of settings: it makes the struct, the flags, the variables and the file's keys, so
//! that they cannot drift apart. Unknown keys and variables are refused, and the whole is checked before anything starts.

mod check;
mod secret;
mod settings;
mod value;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub use secret::Secret;
pub use settings::{Config, KEYS, Key};
pub use value::{CookieSecurity, LogFormat};

/// The file that is read when none is named and it is there.
pub const DEFAULT_FILE: &str = "baton.toml";

/// Where a setting's value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Built in.
    Default,
    /// The named file.
    File(PathBuf),
    /// The environment.
    Environment,
    /// The command line.
    Flag,
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Source::Default => f.write_str("default"),
            Source::File(path) => write!(f, "{}", path.display()),
            Source::Environment => f.write_str("environment"),
            Source::Flag => f.write_str("flag"),
        }
    }
}

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A named file cannot be read.
    #[error("cannot read {}: {error}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// The file is not TOML.
    #[error("{}: {error}", path.display())]
    Toml {
        /// Which.
        path: PathBuf,
        /// Why.
        error: Box<toml::de::Error>,
    },
    /// A key or variable that does not exist.
    #[error("{source_of}: there is no setting `{key}`{hint}")]
    Unknown {
        /// Where it stands.
        source_of: Source,
        /// Which.
        key: String,
        /// A setting with a like name.
        hint: String,
    },
    /// A value that does not fit its setting.
    #[error("{source_of}: `{key}`: {problem}")]
    Value {
        /// Where it stands.
        source_of: Source,
        /// Which.
        key: String,
        /// What is wrong.
        problem: String,
    },
    /// Values that do not go together.
    #[error("the configuration does not hold together:\n{}", .0.iter().map(|line| format!("  - {line}")).collect::<Vec<_>>().join("\n"))]
    Whole(Vec<String>),
}

/// Where values come from besides the defaults.
#[derive(Debug, Default)]
pub struct Sources {
    /// A file that must be there; otherwise [`DEFAULT_FILE`] if it is there.
    pub file: Option<PathBuf>,
    /// Variables; those that do not start with `BATON_` are not looked at.
    pub environment: Vec<(String, String)>,
    /// Flags by setting.
    pub flags: BTreeMap<String, String>,
}

/// Reads everything and checks the whole.
///
/// # Errors
/// [`ConfigError`], with the place.
pub fn load(sources: &Sources) -> Result<Config, ConfigError> {
    let config = gather(sources)?;
    let problems = check::problems(&config);
    if problems.is_empty() { Ok(config) } else { Err(ConfigError::Whole(problems)) }
}

fn gather(sources: &Sources) -> Result<Config, ConfigError> {
    let mut config = Config::default();
    let named = sources.file.as_deref();
    let found = named.or_else(|| Some(Path::new(DEFAULT_FILE)).filter(|path| path.exists()));
    if let Some(path) = found {
        let text = std::fs::read_to_string(path)
            .map_err(|error| ConfigError::File { path: path.to_owned(), error })?;
        let table: toml::Table = text
            .parse()
            .map_err(|error| ConfigError::Toml { path: path.to_owned(), error: Box::new(error) })?;
        for (key, value) in table {
            let source = Source::File(path.to_owned());
            let text = value::from_toml(&value).map_err(|problem| ConfigError::Value {
                source_of: source.clone(),
                key: key.clone(),
                problem,
            })?;
            put(&mut config, &key, &text, &source)?;
        }
    }
    for (name, text) in &sources.environment {
        // `BATON_CONFIG` names the file and is the command line's business.
        if let Some(key) = name.strip_prefix("BATON_").filter(|key| *key != "CONFIG") {
            put(&mut config, &key.to_lowercase(), text, &Source::Environment)?;
        }
    }
    for (key, text) in &sources.flags {
        put(&mut config, key, text, &Source::Flag)?;
    }
    Ok(config)
}

fn put(config: &mut Config, key: &str, text: &str, source: &Source) -> Result<(), ConfigError> {
    match config.set(key, text, source) {
        None => Err(ConfigError::Unknown {
            source_of: source.clone(),
            key: key.to_owned(),
            hint: alike(key).map(|known| format!("; did you mean `{known}`?")).unwrap_or_default(),
        }),
        Some(Err(problem)) => {
            Err(ConfigError::Value { source_of: source.clone(), key: key.to_owned(), problem })
        }
        Some(Ok(())) => Ok(()),
    }
}

/// A setting that shares its longest word with `key`.
fn alike(key: &str) -> Option<&'static str> {
    let shared = |known: &str| known.split('_').filter(|word| key.contains(word)).map(str::len).max();
    KEYS.iter().filter_map(|known| Some((shared(known.name)?, known.name))).max().map(|(_, name)| name)
}

/// The effective configuration as a TOML file with the source of each value; secrets are not shown.
pub fn render(config: &Config) -> String {
    let mut out = String::new();
    for (key, value, source) in config.shown() {
        let line = if value.is_empty() { format!("# {key} is not set") } else { format!("{key} = {value}") };
        out.push_str(&format!("{line:<56} # {source}\n"));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flags(pairs: &[(&str, &str)]) -> Sources {
        let flags = pairs.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect();
        Sources { flags, ..Sources::default() }
    }

    #[test]
    fn nothing_at_all_is_a_configuration() {
        let config = load(&Sources::default()).expect("defaults hold");
        assert_eq!(config.bind.to_string(), "127.0.0.1:8080");
        assert_eq!(config.data, PathBuf::from("data"));
    }

    #[test]
    fn the_later_source_wins_and_is_shown() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("b.toml");
        std::fs::write(&path, "log = \"debug\"\nhello_timeout_ms = 5000\nrefresh_days = 7\n")
            .expect("written");
        let mut sources = flags(&[("refresh_days", "9")]);
        sources.file = Some(path.clone());
        sources.environment = vec![
            ("BATON_HELLO_TIMEOUT_MS".to_owned(), "7000".to_owned()),
            ("BATON_REFRESH_DAYS".to_owned(), "8".to_owned()),
            ("PATH".to_owned(), "/bin".to_owned()),
        ];
        let config = load(&sources).expect("holds");
        assert_eq!((config.hello_timeout_ms, config.refresh_days, config.log.as_str()), (7000, 9, "debug"));
        let shown = render(&config);
        assert!(shown.contains("refresh_days = 9") && shown.contains("# flag"), "{shown}");
        assert!(shown.contains(&format!("# {}", path.display())), "{shown}");
    }

    #[test]
    fn unknown_keys_are_refused_wherever_they_stand() {
        let error = load(&flags(&[("hello_timeout", "1")])).expect_err("refused");
        assert!(error.to_string().contains("did you mean `hello_timeout_ms`?"), "{error}");
        let environment = vec![("BATON_NO_SUCH".to_owned(), "1".to_owned())];
        let error = load(&Sources { environment, ..Sources::default() }).expect_err("refused");
        assert!(error.to_string().contains("no setting `no_such`"), "{error}");
    }

    #[test]
    fn a_named_file_must_be_there() {
        let sources = Sources { file: Some(PathBuf::from("/no/such/file.toml")), ..Sources::default() };
        assert!(matches!(load(&sources), Err(ConfigError::File { .. })));
    }

    #[test]
    fn a_public_bind_wants_a_secret_of_its_own() {
        let error = load(&flags(&[("bind", "0.0.0.0:8080")])).expect_err("refused");
        assert!(error.to_string().contains("`secret`"), "{error}");
        assert!(load(&flags(&[("bind", "0.0.0.0:8080"), ("secret", "short")])).is_err());
        let long = "0123456789abcdef0123456789abcdef";
        let config = load(&flags(&[("bind", "0.0.0.0:8080"), ("secret", long)])).expect("holds");
        assert!(!render(&config).contains(long), "a secret is never shown");
        assert!(!format!("{config:?}").contains(long), "a secret is never shown");
    }

    #[test]
    fn a_demo_stays_at_home() {
        let pairs =
            [("bind", "0.0.0.0:80"), ("demo", "true"), ("secret", "0123456789abcdef0123456789abcdef")];
        assert!(load(&flags(&pairs)).is_err());
    }
}
