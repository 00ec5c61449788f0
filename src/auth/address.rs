//! Where a request comes from, if proxies stand in front.

use std::net::IpAddr;

/// The address of the client. Each of `hops` proxies has appended to `X-Forwarded-For` whom it was called by, so the entry that
/// the outermost of ours wrote is the client; whatever stands before it the client may have made up. Without proxies, or if
/// they wrote nothing that can be read, it is who is at the other end of the connection.
pub fn client_address<'a>(
    forwarded_for: impl Iterator<Item = &'a str>,
    peer: Option<IpAddr>,
    hops: u32,
) -> Option<IpAddr> {
    let Some(back) = usize::try_from(hops).ok().and_then(|hops| hops.checked_sub(1)) else { return peer };
    let entries: Vec<&str> = forwarded_for.flat_map(|header| header.split(',')).map(str::trim).collect();
    let told = entries.iter().rev().nth(back).and_then(|entry| read(entry));
    told.or(peer)
}

/// An address as proxies write it: bare, or with a port.
fn read(entry: &str) -> Option<IpAddr> {
    let entry = entry.trim_matches('"');
    entry
        .parse()
        .ok()
        .or_else(|| entry.parse::<std::net::SocketAddr>().ok().map(|address| address.ip()))
        .or_else(|| entry.strip_prefix('[')?.strip_suffix(']')?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(headers: &[&str], hops: u32) -> String {
        let peer = Some(IpAddr::from([10, 0, 0, 1]));
        client_address(headers.iter().copied(), peer, hops).map(|ip| ip.to_string()).unwrap_or_default()
    }

    #[test]
    fn only_what_ones_own_proxies_wrote_counts() {
        assert_eq!(told(&["6.6.6.6"], 0), "10.0.0.1", "nobody stands in front");
        assert_eq!(told(&["6.6.6.6, 1.2.3.4"], 1), "1.2.3.4", "the client made up what stands before");
        assert_eq!(told(&["6.6.6.6", "1.2.3.4, 10.0.0.7"], 2), "1.2.3.4");
        assert_eq!(told(&["1.2.3.4:5678"], 1), "1.2.3.4");
        assert_eq!(told(&["[2001:db8::1]"], 1), "2001:db8::1");
        assert_eq!(told(&["\"[2001:db8::1]:443\""], 1), "2001:db8::1");
    }

    #[test]
    fn what_cannot_be_read_is_not_believed() {
        assert_eq!(told(&[], 1), "10.0.0.1");
        assert_eq!(told(&["unknown"], 1), "10.0.0.1");
        assert_eq!(told(&["1.2.3.4"], 2), "10.0.0.1", "one proxy fewer than stated");
    }
}
