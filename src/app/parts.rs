//! Settings of each room, cut from the one configuration, and the small adapters between rooms.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use actix_rt::Arbiter;
use async_trait::async_trait;

use super::StartError;
use crate::auth::issuer::{IssuerSettings, KeysPace, OpenId, OpenIdSettings, TrustedIssuer};
use crate::auth::{
    AccountParts, AccountSettings, Accounts, AuthError, Identity, Limits, Origins, Passwords,
    Rates as CallRates, Tokens, secret,
};
use crate::config::{Config, CookieSecurity};
use crate::domain::id::ItemId;
use crate::domain::limits;
use crate::domain::stack::{ObjectKind, Stack};
use crate::domain::time::Timestamp;
use crate::http::HttpSettings;
use crate::mail::{self, MailError, Mailer};
use crate::room::{RoomSettings, Spawn};
use crate::socket::{self, Rates, SocketSettings, TokenCheck, TokenRefused};
use crate::store::{AccountWrite, Store, StoreError, Writer};
use crate::telemetry::Numbers;
use crate::xanoscript;

/// Between two rounds of folding what was measured.
const FOLD_EVERY: Duration = Duration::from_secs(5);
const DAY_MS: u64 = 24 * 60 * 60 * 1_000;
/// The setting of the instance that holds the secret which was made because none was set.
const SECRET_SETTING: &str = "secret";

/// The wall clock.
pub fn now() -> Timestamp {
    Timestamp(i64::try_from(now_ms()).unwrap_or(i64::MAX))
}

/// The wall clock in milliseconds.
pub fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// Accounts with their keys.
pub async fn accounts(
    config: &Config,
    store: &Arc<dyn Store>,
    writer: &Writer,
) -> Result<Accounts, StartError> {
    let secret_text = match &config.secret {
        Some(secret) => secret.reveal().clone(),
        None => generated_secret(store.as_ref(), writer).await?,
    };
    let previous = config.previous_secret.as_ref().map(|secret| secret.reveal().as_bytes());
    let tokens = Tokens::new(secret_text.as_bytes(), previous, config.access_token_s)?;
    let rates = CallRates {
        address_per_minute: config.rate_address,
        account_per_minute: config.rate_account,
        calls_per_second: config.rate_calls,
        key_calls_per_second: config.rate_keys,
    };
    Ok(Accounts::new(AccountParts {
        store: Arc::clone(store),
        writer: writer.clone(),
        passwords: Passwords::new()?,
        tokens,
        refresh_key: secret::digest(&format!("baton refresh {secret_text}")),
        open_id: open_id(config)?,
        trusted: trusted(config)?,
        limits: Limits::new(rates),
        settings: AccountSettings {
            refresh_life_ms: config.refresh_days * DAY_MS,
            refresh_reuse_ms: config.refresh_reuse_ms,
            reset_life_ms: config.reset_hours * 60 * 60 * 1_000,
            invitation_life_ms: config.invitation_days * DAY_MS,
            now,
        },
    }))
}

fn open_id(config: &Config) -> Result<Option<OpenId>, AuthError> {
    let (Some(issuer), Some(client_id)) = (&config.open_id_issuer, &config.open_id_client_id) else {
        return Ok(None);
    };
    let settings = OpenIdSettings {
        issuer: issuer.clone(),
        client_id: client_id.clone(),
        client_secret: config.open_id_client_secret.as_ref().map(|secret| secret.reveal().clone()),
        name: config.open_id_name.clone(),
        sign_up: config.open_id_sign_up,
        keys: keys_pace(config),
    };
    OpenId::new(settings).map(Some)
}

fn keys_pace(config: &Config) -> KeysPace {
    KeysPace {
        life: Duration::from_secs(config.issuer_keys_s),
        pause: Duration::from_millis(config.issuer_keys_pause_ms),
    }
}

fn trusted(config: &Config) -> Result<Option<TrustedIssuer>, AuthError> {
    let (Some(issuer), Some(audience)) = (&config.jwt_issuer, &config.jwt_audience) else { return Ok(None) };
    let settings = IssuerSettings {
        issuer: issuer.clone(),
        audience: audience.clone(),
        keys_url: config.jwt_keys_url.clone(),
        sign_up: config.jwt_sign_up,
        keys: keys_pace(config),
    };
    TrustedIssuer::new(settings).map(Some)
}

/// Lets go of audit records that are older than they are kept.
pub async fn let_go(config: &Config, writer: &Writer) -> Result<(), StartError> {
    if config.audit_days == 0 {
        return Ok(());
    }
    let kept = i64::try_from(config.audit_days.saturating_mul(DAY_MS)).unwrap_or(i64::MAX);
    let since = Timestamp(now().0.saturating_sub(kept));
    Ok(writer.account(AccountWrite::AuditKept { since }).await?)
}

async fn generated_secret(store: &dyn Store, writer: &Writer) -> Result<String, StartError> {
    if let Some(secret) = store.setting(SECRET_SETTING).await? {
        return Ok(secret);
    }
    let value = secret::random_text();
    let added = AccountWrite::SettingAdded { key: SECRET_SETTING.to_owned(), value: value.clone() };
    match writer.account(added).await {
        Err(StoreError::Conflict(_)) => {
            Ok(store.setting(SECRET_SETTING).await?.ok_or(StoreError::NotFound)?)
        }
        other => Ok(other.map(|()| value)?),
    }
}

/// Keeps the numbers small as long as the server runs.
pub async fn fold(numbers: Numbers) {
    loop {
        actix_rt::time::sleep(FOLD_EVERY).await;
        numbers.fold();
    }
}

/// Threads of their own for rooms, with the workspaces hashed over them.
pub fn arbiters(wanted: usize) -> (Vec<Arbiter>, Spawn) {
    let arbiters: Vec<Arbiter> =
        (0..if wanted == 0 { cores() } else { wanted }).map(|_| Arbiter::new()).collect();
    let handles: Vec<_> = arbiters.iter().map(Arbiter::handle).collect();
    let spawn: Spawn = Arc::new(move |workspace, task| {
        let mut hasher = DefaultHasher::new();
        workspace.hash(&mut hasher);
        let at = usize::try_from(hasher.finish() % handles.len().max(1) as u64).unwrap_or_default();
        if let Some(handle) = handles.get(at)
            && !handle.spawn(task)
        {
            tracing::error!("a room's thread is gone");
        }
    });
    (arbiters, spawn)
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(2, usize::from)
}

/// Workers of the HTTP server: two at least, so that one slow handler is not the whole server.
pub fn workers(wanted: usize) -> usize {
    if wanted == 0 { cores().max(2) } else { wanted }
}

/// Settings of rooms.
pub fn room_settings(config: &Config) -> RoomSettings {
    let usual = limits::Limits::default();
    let limits = limits::Limits {
        grace_ms: config.lock_grace_ms,
        silence_ms: config.silence_ms,
        overdue_ms: usual.overdue_ms.min(config.silence_ms),
        idle_ms: config.lock_idle_ms,
        idle_warning_ms: usual.idle_warning_ms.min(config.lock_idle_ms / 2),
        idle_asked_ms: usual.idle_asked_ms.min(config.lock_idle_ms),
        nudge_ms: config.lock_take_over_ms / 3,
        take_over_ms: config.lock_take_over_ms,
        ..usual
    };
    RoomSettings { limits, publish_check, ..RoomSettings::default() }
}

/// What publishing refuses: the core knows no XanoScript, so it is given the look.
fn publish_check(kind: ObjectKind, stack: &Stack) -> Vec<(ItemId, String)> {
    let in_words = |problem: xanoscript::Problem| {
        let place = problem.field.map(|field| format!("`{field}`: ")).unwrap_or_default();
        (problem.item, format!("{place}{}", problem.message))
    };
    xanoscript::problems(kind, stack).into_iter().map(in_words).collect()
}

/// Settings of the HTTP room.
pub fn http_settings(config: &Config, demo: bool, operator: &str) -> HttpSettings {
    let tls = config.tls_cert.is_some()
        || config.public_url.as_deref().is_some_and(|url| url.starts_with("https://"));
    HttpSettings {
        body_bytes: config.body_kib * 1024,
        secure_cookie: match config.cookie_secure {
            CookieSecurity::Auto => tls,
            CookieSecurity::Always => true,
            CookieSecurity::Never => false,
        },
        proxy_hops: config.proxy_hops,
        public_url: config.public_url.clone(),
        speaks_tls: config.tls_cert.is_some(),
        demo,
        operator: secret::digest(operator),
    }
}

/// The way to write to people, if there is one; its letters are delivered beside everything else.
pub fn mail(config: &Config) -> Result<Option<Mailer>, MailError> {
    let (Some(url), Some(from)) = (&config.smtp_url, &config.mail_from) else { return Ok(None) };
    match mail::is_in_the_open(url.reveal()) {
        Some(false) => {}
        Some(true) => {
            let words = "mail would cross the network unencrypted: use smtps:// or add ?tls=required";
            return Err(MailError::Settings(words.to_owned()));
        }
        None => return Err(MailError::Settings("it begins with smtp:// or smtps://".to_owned())),
    }
    let (mailer, delivery) = Mailer::new(url.reveal(), from)?;
    actix_rt::spawn(delivery.run());
    Ok(Some(mailer))
}

/// Settings of sockets.
pub fn socket_settings(config: &Config, origins: Origins) -> SocketSettings {
    SocketSettings {
        proxy_hops: config.proxy_hops,
        most: config.max_connections.saturating_mul(workers(config.workers)),
        origins,
        hello: Duration::from_millis(config.hello_timeout_ms),
        rates: Rates {
            // 400 at the usual 120.
            frames: config.rate_frames.saturating_mul(10) / 3,
            frames_per_second: config.rate_frames,
            ..Rates::default()
        },
        ..SocketSettings::default()
    }
}

/// How a browser on this machine reaches an address.
pub fn local_url(address: SocketAddr, tls: bool) -> String {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        other => other,
    };
    let scheme = if tls { "https" } else { "http" };
    format!("{scheme}://{}", SocketAddr::new(ip, address.port()))
}

/// Checks access tokens for sockets.
pub struct SocketTokens {
    /// Who knows.
    pub accounts: Accounts,
}

#[async_trait]
impl TokenCheck for SocketTokens {
    async fn check(&self, token: &str) -> Result<socket::Identity, TokenRefused> {
        match self.accounts.identify(token).await {
            Ok(identity) => {
                let expires = i64::try_from(identity.expires.saturating_mul(1_000)).unwrap_or(i64::MAX);
                let Identity { user, sign_in, .. } = identity;
                Ok(socket::Identity { user, sign_in, expires_at: Timestamp(expires) })
            }
            Err(AuthError::TokenExpired) => Err(TokenRefused::Expired),
            Err(AuthError::Suspended) => Err(TokenRefused::Suspended),
            Err(AuthError::StoreUnavailable) => Err(TokenRefused::Unavailable),
            Err(_) => Err(TokenRefused::Invalid),
        }
    }
}
