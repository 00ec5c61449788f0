//! Small documents of an issuer: over TLS, or from this machine; bounded in size and time.

use std::time::Duration;

use serde::de::DeserializeOwned;

use crate::auth::AuthError;

/// The largest document, in bytes.
const BYTES: usize = 512 * 1024;
/// How long it may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Gets documents.
#[derive(Debug, Clone)]
pub struct Fetch(reqwest::Client);

impl Fetch {
    /// A client that follows nobody elsewhere.
    pub fn new() -> Result<Self, AuthError> {
        let client = reqwest::Client::builder()
            .timeout(PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent("baton")
            .build();
        client.map(Fetch).map_err(|_| AuthError::Internal("the client for issuers"))
    }

    /// A JSON document.
    pub async fn get<T: DeserializeOwned>(&self, url: &str) -> Result<T, AuthError> {
        self.read(self.0.get(safe(url)?)).await
    }

    /// The JSON answer to a form.
    pub async fn post<T: DeserializeOwned>(
        &self,
        url: &str,
        client: (&str, Option<&str>),
        form: &[(&str, &str)],
    ) -> Result<T, AuthError> {
        let call = self.0.post(safe(url)?).header("accept", "application/json");
        let body = encoded(form.iter().copied());
        let call = call.header("content-type", "application/x-www-form-urlencoded");
        let call = match client {
            (id, Some(secret)) => call.basic_auth(encode(id), Some(encode(secret))).body(body),
            (id, None) => call.body(format!("{body}&client_id={}", encode(id))),
        };
        self.read(call).await
    }

    async fn read<T: DeserializeOwned>(&self, call: reqwest::RequestBuilder) -> Result<T, AuthError> {
        let failed = |error: &dyn std::fmt::Display| {
            tracing::warn!(%error, "an issuer does not answer as it should");
            AuthError::IssuerUnavailable
        };
        let mut answer = call.send().await.map_err(|error| failed(&error.without_url()))?;
        let status = answer.status();
        let mut bytes: Vec<u8> = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| failed(&error.without_url()))? {
            if bytes.len() + chunk.len() > BYTES {
                return Err(failed(&"its document is too large"));
            }
            bytes.extend_from_slice(&chunk);
        }
        if status.is_client_error() {
            return Err(AuthError::Unauthenticated);
        }
        if !status.is_success() {
            return Err(failed(&status));
        }
        serde_json::from_slice(&bytes).map_err(|error| failed(&error))
    }
}

/// Keys and codes do not cross a network in the open.
fn safe(url: &str) -> Result<&str, AuthError> {
    let local = |rest: &str| {
        let host = rest.split(['/', '?']).next().unwrap_or_default();
        !host.contains('@')
            && ["127.0.0.1:", "localhost:", "[::1]:"].iter().any(|near| host.starts_with(near))
    };
    match url.split_once("://") {
        Some(("https", _)) => Ok(url),
        Some(("http", rest)) if local(rest) => Ok(url),
        _ => Err(AuthError::IssuerUnavailable),
    }
}

/// A form (`application/x-www-form-urlencoded`).
pub fn encoded<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let one = |(name, value): (&str, &str)| format!("{}={}", encode(name), encode(value));
    pairs.map(one).collect::<Vec<_>>().join("&")
}

fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tls_or_this_machine() {
        assert!(safe("https://id.example.com/keys").is_ok());
        assert!(safe("http://127.0.0.1:9000/keys").is_ok());
        assert!(safe("http://id.example.com/keys").is_err());
        assert!(safe("http://127.0.0.1:x@evil.example/keys").is_err());
        assert!(safe("file:///etc/passwd").is_err());
    }

    #[test]
    fn forms_hold_what_they_are_given() {
        assert_eq!(encoded([("a b", "c&d=é")].into_iter()), "a%20b=c%26d%3D%C3%A9");
    }
}
