//! How values are read from text and shown again.

use std::net::SocketAddr;
use std::path::PathBuf;

use super::Secret;

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Human,
    /// One JSON object a line.
    Json,
}

/// Whether the refresh cookie is marked `Secure`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CookieSecurity {
    /// When `public_url` is https.
    Auto,
    /// Always; browsers then send it over TLS only.
    Always,
    /// Never.
    Never,
}

/// The type of a setting.
pub trait Value: Sized {
    /// From the text of a file, variable or flag.
    fn read(text: &str) -> Result<Self, String>;
    /// As in a TOML file; empty if not set.
    fn show(&self) -> String;
}

macro_rules! numbers {
    ($($type:ty)*) => {$(
        impl Value for $type {
            fn read(text: &str) -> Result<Self, String> {
                text.trim().replace('_', "").parse().map_err(|_| format!("`{text}` is not a whole number that fits"))
            }
            fn show(&self) -> String {
                self.to_string()
            }
        }
    )*};
}

numbers! { u32 u64 usize }

impl Value for bool {
    fn read(text: &str) -> Result<Self, String> {
        match text.trim() {
            "true" | "1" | "yes" | "on" => Ok(true),
            "false" | "0" | "no" | "off" => Ok(false),
            other => Err(format!("`{other}` is neither true nor false")),
        }
    }
    fn show(&self) -> String {
        self.to_string()
    }
}

impl Value for String {
    fn read(text: &str) -> Result<Self, String> {
        Ok(text.to_owned())
    }
    fn show(&self) -> String {
        format!("{self:?}")
    }
}

impl Value for PathBuf {
    fn read(text: &str) -> Result<Self, String> {
        if text.is_empty() { Err("a path cannot be empty".to_owned()) } else { Ok(PathBuf::from(text)) }
    }
    fn show(&self) -> String {
        format!("{:?}", self.display().to_string())
    }
}

impl Value for SocketAddr {
    fn read(text: &str) -> Result<Self, String> {
        text.trim()
            .parse()
            .map_err(|_| format!("`{text}` is not an address with a port, such as 127.0.0.1:8080"))
    }
    fn show(&self) -> String {
        format!("{:?}", self.to_string())
    }
}

impl Value for Vec<String> {
    fn read(text: &str) -> Result<Self, String> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        Ok(parts.map(str::to_owned).collect())
    }
    fn show(&self) -> String {
        format!("{self:?}")
    }
}

impl<T: Value> Value for Option<T> {
    fn read(text: &str) -> Result<Self, String> {
        if text.is_empty() { Ok(None) } else { T::read(text).map(Some) }
    }
    fn show(&self) -> String {
        self.as_ref().map(T::show).unwrap_or_default()
    }
}

impl Value for Secret<String> {
    fn read(text: &str) -> Result<Self, String> {
        Ok(Secret::new(text.to_owned()))
    }
    fn show(&self) -> String {
        "\"[secret]\"".to_owned()
    }
}

impl Value for LogFormat {
    fn read(text: &str) -> Result<Self, String> {
        match text {
            "human" => Ok(LogFormat::Human),
            "json" => Ok(LogFormat::Json),
            other => Err(format!("`{other}` is neither human nor json")),
        }
    }
    fn show(&self) -> String {
        match self {
            LogFormat::Human => "\"human\"",
            LogFormat::Json => "\"json\"",
        }
        .to_owned()
    }
}

impl Value for CookieSecurity {
    fn read(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(CookieSecurity::Auto),
            "always" | "true" => Ok(CookieSecurity::Always),
            "never" | "false" => Ok(CookieSecurity::Never),
            other => Err(format!("`{other}` is none of auto, always, never")),
        }
    }
    fn show(&self) -> String {
        match self {
            CookieSecurity::Auto => "\"auto\"",
            CookieSecurity::Always => "\"always\"",
            CookieSecurity::Never => "\"never\"",
        }
        .to_owned()
    }
}

/// The text of a TOML value, as a flag would give it.
pub fn from_toml(value: &toml::Value) -> Result<String, String> {
    match value {
        toml::Value::String(text) => Ok(text.clone()),
        toml::Value::Integer(number) => Ok(number.to_string()),
        toml::Value::Boolean(yes) => Ok(yes.to_string()),
        toml::Value::Array(list) => {
            let parts: Result<Vec<String>, String> = list.iter().map(from_toml).collect();
            Ok(parts?.join(","))
        }
        other => Err(format!("a {} is not taken here", other.type_str())),
    }
}
