//! The table of settings.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use super::value::Value;
use super::{CookieSecurity, LogFormat, Secret, Source};

/// A row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// Key in the file; `BATON_` and capitals in the environment, dashes as a flag.
    pub name: &'static str,
    /// What it does.
    pub doc: &'static str,
    /// Whether it is yes or no, so that the bare flag means yes.
    pub switch: bool,
}

macro_rules! settings {
    ($( $(#[doc = $doc:literal])+ $name:ident: $type:ty = $default:expr; )*) => {
        /// Everything that can be set.
        #[derive(Debug, Clone)]
        pub struct Config {
            $( $(#[doc = $doc])+ pub $name: $type, )*
            sources: BTreeMap<&'static str, Source>,
        }

        impl Default for Config {
            fn default() -> Self {
                Config { $( $name: $default, )* sources: BTreeMap::new() }
            }
        }

        /// All settings, in the order of the documentation.
        pub const KEYS: &[Key] = &[
            $( Key {
                name: stringify!($name),
                doc: concat!($($doc,)+),
                switch: matches!(stringify!($type).as_bytes(), b"bool"),
            }, )*
        ];

        impl Config {
            /// Sets one by its name; nothing if there is none of that name.
            pub(super) fn set(&mut self, key: &str, text: &str, source: &Source) -> Option<Result<(), String>> {
                match key {
                    $( stringify!($name) => Some(<$type as Value>::read(text).map(|value| {
                        self.$name = value;
                        self.sources.insert(stringify!($name), source.clone());
                    })), )*
                    _ => None,
                }
            }

            /// Name, value and source of each.
            pub(super) fn shown(&self) -> Vec<(&'static str, String, Source)> {
                let source = |key| self.sources.get(key).cloned().unwrap_or(Source::Default);
                vec![ $( (stringify!($name), self.$name.show(), source(stringify!($name))), )* ]
            }
        }
    };
}

settings! {
    /// Folder of the database and the lock file.
    data: PathBuf = PathBuf::from("data");
    /// Address and port to listen on; port 0 takes a free one.
    bind: SocketAddr = SocketAddr::from((Ipv4Addr::LOCALHOST, 8080));
    /// How people reach this server, such as https://baton.example.com; also an origin that is let in.
    public_url: Option<String> = None;
    /// Other origins that are let in, such as the development server of the web app.
    origins: Vec<String> = Vec::new();
    /// Signs access tokens; at least 32 characters. Made and kept in the database if not set, which is enough on loopback.
    secret: Option<Secret<String>> = None;
    /// The secret before, so that tokens which it signed live on until they expire.
    previous_secret: Option<Secret<String>> = None;
    /// Whether the refresh cookie is only sent over TLS: auto (if public_url is https), always, never.
    cookie_secure: CookieSecurity = CookieSecurity::Auto;
    /// Fill an empty database with a demo workspace and print who may sign in. Loopback only.
    demo: bool = false;
    /// How many proxies stand in front, each of which appends to X-Forwarded-For; so many of its last entries are believed.
    proxy_hops: u32 = 0;
    /// PEM file with the certificate chain, for TLS without a proxy; read anew when it changes.
    tls_cert: Option<PathBuf> = None;
    /// PEM file with its private key.
    tls_key: Option<PathBuf> = None;
    /// What is logged: error, warn, info, debug, trace, or directives such as info,baton::room=debug.
    log: String = "info".to_owned();
    /// How log lines look: human or json.
    log_format: LogFormat = LogFormat::Human;
    /// HTTP workers; 0 is one for each core, two at least.
    workers: usize = 0;
    /// Threads that run workspaces; 0 is one for each core.
    arbiters: usize = 0;
    /// Connections that may wait to be accepted.
    backlog: u32 = 4096;
    /// Connections that each worker serves at a time; there may be as many sockets as all of them together serve.
    max_connections: usize = 25_000;
    /// Largest JSON body in KiB; an import may bring 16 MiB.
    body_kib: usize = 512;
    /// OpenID Connect provider with which people can sign in: its issuer, such as https://id.example.com.
    open_id_issuer: Option<String> = None;
    /// As whom the provider knows this server.
    open_id_client_id: Option<String> = None;
    /// The provider's secret for this server, if it gave one.
    open_id_client_secret: Option<Secret<String>> = None;
    /// What the button to sign in with the provider says.
    open_id_name: String = "single sign-on".to_owned();
    /// Whether the provider's people who have no account get one.
    open_id_sign_up: bool = false;
    /// Issuer of a product that embeds Baton, whose access tokens are taken as they are.
    jwt_issuer: Option<String> = None;
    /// What must stand in the audience of such a token.
    jwt_audience: Option<String> = None;
    /// Where that issuer's keys are (JWKS); found by discovery if not set.
    jwt_keys_url: Option<String> = None;
    /// Whether people of that product who have no account get one.
    jwt_sign_up: bool = false;
    /// For how long the keys of a provider or issuer are believed before they are fetched anew, in seconds.
    issuer_keys_s: u64 = 3_600;
    /// For how long after a fetch a token with a key that is not known causes no other one, in milliseconds.
    issuer_keys_pause_ms: u64 = 10_000;
    /// Mail server, such as smtps://user:password@mail.example.com or smtp://host:587?tls=required. Without it no mail is sent.
    smtp_url: Option<Secret<String>> = None;
    /// Sender of mails, such as Baton <baton@example.com>.
    mail_from: Option<String> = None;
    /// Life of an access token in seconds.
    access_token_s: u64 = 600;
    /// Life of a sign-in that is not used, in days.
    refresh_days: u64 = 30;
    /// For how long a refresh token that was exchanged gives the same successor again, in milliseconds.
    refresh_reuse_ms: u64 = 30_000;
    /// Life of an invitation in days.
    invitation_days: u64 = 7;
    /// Life of a link that sets a password anew, in hours.
    reset_hours: u64 = 24;
    /// For how many days audit records are kept, at least; older ones go at the next start. 0 keeps them for ever.
    audit_days: u64 = 0;
    /// Sign-ins, set-ups and invitations that an address may try a minute.
    rate_address: u32 = 30;
    /// Passwords that may be tried for an account a minute.
    rate_account: u32 = 10;
    /// API calls that an account may make a second.
    rate_calls: u32 = 200;
    /// API calls that a key may make a second; they do not count for whoever made it.
    rate_keys: u32 = 200;
    /// Frames that a socket may send a second; more than three times as many at once.
    rate_frames: u32 = 120;
    /// For how long a socket may take to say hello, in milliseconds.
    hello_timeout_ms: u64 = 10_000;
    /// How long a closed socket's session keeps its locks, in milliseconds.
    lock_grace_ms: u64 = 15_000;
    /// After how long without an edit a lock is released, in milliseconds.
    lock_idle_ms: u64 = 300_000;
    /// After how long without an answer the first who waits for a lock may take it over, in milliseconds; a third of it reminds.
    lock_take_over_ms: u64 = 180_000;
    /// After how long without a frame a session is gone, in milliseconds.
    silence_ms: u64 = 25_000;
    /// How long each step of a stop may take, in milliseconds.
    stop_ms: u64 = 5_000;
}
