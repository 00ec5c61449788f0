//! Whether the settings go together.

use super::{Config, Secret};

/// The shortest secret that a public address takes, in characters.
const SECRET_MIN: usize = 32;

/// Everything that is wrong, in sentences that say what to do.
pub fn problems(config: &Config) -> Vec<String> {
    let mut found = Vec::new();
    let public = !config.bind.ip().is_loopback();
    if public && config.demo {
        found.push(format!(
            "`demo` prints passwords and is for this machine only, but `bind` is {}: use 127.0.0.1",
            config.bind
        ));
    }
    if public && config.secret.is_none() {
        found.push(format!(
            "`bind` is {}, which others can reach, and `secret` is not set: set BATON_SECRET to {SECRET_MIN} random characters or more",
            config.bind
        ));
    }
    for (name, secret) in [("secret", &config.secret), ("previous_secret", &config.previous_secret)] {
        if secret.as_ref().map(Secret::reveal).is_some_and(|secret| secret.chars().count() < SECRET_MIN) {
            found.push(format!("`{name}` is shorter than {SECRET_MIN} characters"));
        }
    }
    found.extend(halves(config));
    if config.smtp_url.is_some() && config.public_url.is_none() {
        // A request's own words must not decide where a link in somebody's mail leads.
        found.push("`smtp_url` wants `public_url`, to which the links in mails lead".to_owned());
    }
    for origin in config.origins.iter().chain(&config.public_url) {
        let rest = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
        if rest.is_none_or(|host| host.trim_end_matches('/').is_empty() || host.contains(char::is_whitespace))
        {
            found.push(format!("`{origin}` is not an address such as https://baton.example.com"));
        }
    }
    for (name, value, least, most) in [
        ("access_token_s", config.access_token_s, 1, 86_400),
        ("refresh_days", config.refresh_days, 1, 3_650),
        ("invitation_days", config.invitation_days, 1, 365),
        ("refresh_reuse_ms", config.refresh_reuse_ms, 0, 300_000),
        ("issuer_keys_s", config.issuer_keys_s, 1, 86_400),
        ("issuer_keys_pause_ms", config.issuer_keys_pause_ms, 0, 3_600_000),
        ("hello_timeout_ms", config.hello_timeout_ms, 1, 600_000),
        ("lock_grace_ms", config.lock_grace_ms, 1, 3_600_000),
        ("lock_idle_ms", config.lock_idle_ms, 1, 86_400_000),
        ("lock_take_over_ms", config.lock_take_over_ms, 1, 86_400_000),
        ("silence_ms", config.silence_ms, 1, 3_600_000),
        ("proxy_hops", u64::from(config.proxy_hops), 0, 10),
        ("stop_ms", config.stop_ms, 1, 600_000),
        ("rate_address", u64::from(config.rate_address), 1, u64::from(u32::MAX)),
        ("rate_account", u64::from(config.rate_account), 1, u64::from(u32::MAX)),
        ("rate_calls", u64::from(config.rate_calls), 1, u64::from(u32::MAX)),
        ("rate_keys", u64::from(config.rate_keys), 1, u64::from(u32::MAX)),
        ("backlog", u64::from(config.backlog), 1, 65_535),
        ("body_kib", config.body_kib as u64, 1, 65_536),
        ("max_connections", config.max_connections as u64, 1, 10_000_000),
    ] {
        if value < least || value > most {
            found.push(format!("`{name}` is {value}, but must be from {least} to {most}"));
        }
    }
    found
}

/// Settings that mean nothing without another one.
fn halves(config: &Config) -> impl Iterator<Item = String> {
    let pairs = [
        ("tls_cert", config.tls_cert.is_some(), "tls_key", config.tls_key.is_some()),
        (
            "open_id_issuer",
            config.open_id_issuer.is_some(),
            "open_id_client_id",
            config.open_id_client_id.is_some(),
        ),
        ("jwt_issuer", config.jwt_issuer.is_some(), "jwt_audience", config.jwt_audience.is_some()),
        ("smtp_url", config.smtp_url.is_some(), "mail_from", config.mail_from.is_some()),
    ];
    let halves = pairs.into_iter().filter(|(_, one, _, other)| one != other);
    halves.map(|(one, _, other, _)| format!("`{one}` and `{other}` go together: set both or none"))
}
