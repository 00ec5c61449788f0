//! Which web pages may talk to this server.

/// The origins that are let in.
#[derive(Debug, Clone, Default)]
pub struct Origins {
    allowed: Vec<String>,
    /// Whether the server listens on loopback only; then only pages of this machine may be "the same origin", so that a
    /// foreign name that was made to point at 127.0.0.1 does not count as one.
    loopback: bool,
}

impl Origins {
    /// Takes the origins of the configuration, and whether the server listens on loopback only.
    pub fn new(allowed: impl IntoIterator<Item = String>, loopback: bool) -> Self {
        let allowed = allowed.into_iter().map(|origin| origin.trim_end_matches('/').to_lowercase()).collect();
        Origins { allowed, loopback }
    }

    /// Whether a request with that `Origin` and `Host` header is let in. One without an `Origin` comes from no page.
    pub fn permit(&self, origin: Option<&str>, host: &str) -> bool {
        let Some(origin) = origin else { return true };
        let origin = origin.to_lowercase();
        if self.allowed.contains(&origin) {
            return true;
        }
        let authority = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
        authority.is_some_and(|authority| {
            authority == host.to_lowercase() && (!self.loopback || is_loopback(authority))
        })
    }
}

fn is_loopback(authority: &str) -> bool {
    let name = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    let literal = name.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
    literal || name == "localhost" || name.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_this_server_and_listed_ones_are_let_in() {
        let origins = Origins::new(["https://baton.example.com/".to_owned()], true);
        assert!(origins.permit(None, "127.0.0.1:8080"));
        assert!(origins.permit(Some("http://127.0.0.1:8080"), "127.0.0.1:8080"));
        assert!(origins.permit(Some("http://localhost:8080"), "LOCALHOST:8080"));
        assert!(origins.permit(Some("http://[::1]:8080"), "[::1]:8080"));
        assert!(origins.permit(Some("https://baton.example.com"), "127.0.0.1:8080"));
    }

    #[test]
    fn others_are_not() {
        let origins = Origins::new([], true);
        assert!(!origins.permit(Some("https://evil.example"), "127.0.0.1:8080"));
        assert!(!origins.permit(Some("http://127.0.0.1:9999"), "127.0.0.1:8080"));
        assert!(!origins.permit(Some("null"), "127.0.0.1:8080"));
        // A name of theirs that points here.
        assert!(!origins.permit(Some("http://evil.example:8080"), "evil.example:8080"));
        assert!(Origins::new([], false).permit(Some("https://b.example"), "b.example"));
    }
}
