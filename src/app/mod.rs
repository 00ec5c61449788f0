//! The composition root: builds everything, says in which order it starts and in which it stops. No logic.

mod demo;
pub mod folder;
mod inspect;
mod parts;
mod stop;
mod tls;

pub use inspect::{inspect, inspect_database};

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;

use actix_web::{rt, web};

use self::folder::{Folder, FolderError, InUse};
use self::stop::Parts;
use crate::auth::{Accounts, AuthError, Origins, secret};
use crate::compat;
use crate::config::Config;
use crate::gateway::Gateway;
use crate::http::{self, Api, DemoPerson};
use crate::mail::MailError;
use crate::room::outbox::{OutboxLimits, OutboxPool};
use crate::room::{self, Ports, Registry};
use crate::sheets::Sheets;
use crate::socket::{self, Serving, Sockets};
use crate::store::dialect::WriteConnection;
use crate::store::{SqliteSettings, Store, StoreError, Writer, WriterSettings, open_sqlite};
use crate::telemetry::Numbers;

/// Why there is no server.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder is not ours.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The address is not ours.
    #[error("cannot listen on {address}: {error}")]
    Bind {
        /// Which.
        address: SocketAddr,
        /// Why.
        error: std::io::Error,
    },
    /// A certificate or its key cannot be used.
    #[error("{}: {what}", path.display())]
    Tls {
        /// Which file.
        path: PathBuf,
        /// Why.
        what: String,
    },
    /// The database cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Accounts cannot be used.
    #[error(transparent)]
    Auth(#[from] AuthError),
    /// Mail cannot be sent.
    #[error("smtp_url: {0}")]
    Mail(#[from] MailError),
    /// The demo cannot be made.
    #[error("the demo: {0}")]
    Demo(&'static str),
    /// A file cannot be written, or a thread not started.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// What a fresh server has to say to whoever started it.
#[derive(Debug, Default)]
pub struct Greeting {
    /// The demo's people with their passwords.
    pub demo: Vec<DemoPerson>,
    /// The one-time link of an empty instance.
    pub set_up: Option<String>,
}

/// A server that runs.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// How a browser on this machine reaches it.
    pub url: String,
    /// What it has to say.
    pub greeting: Greeting,
    parts: Parts,
}

/// Runs a future to its end on an Actix system of this thread.
pub fn block_on<T>(work: impl Future<Output = T>) -> T {
    rt::System::new().block_on(work)
}

/// Starts a server. Needs an Actix system on this thread, which must outlive the server.
///
/// # Errors
/// [`StartError`]; nothing is left running.
pub async fn start(config: &Config) -> Result<Running, StartError> {
    start_writing(config, |connection| connection).await
}

/// Starts a server that writes through what `wrap` makes of its connection: for measurements.
///
/// # Errors
/// As [`start`].
pub async fn start_writing(
    config: &Config,
    wrap: impl FnOnce(Box<dyn WriteConnection>) -> Box<dyn WriteConnection>,
) -> Result<Running, StartError> {
    let mut folder = Folder::take(&config.data)?;
    let (store, connection) = open_sqlite(SqliteSettings::new(folder.database())).await?;
    let store: Arc<dyn Store> = Arc::new(store);
    let writer = Writer::start(wrap(connection), WriterSettings::default());
    let epoch = writer.begin_epoch(parts::now_ms()).await?;
    parts::let_go(config, &writer).await?;
    let accounts = parts::accounts(config, &store, &writer).await?;

    let (arbiters, spawn) = parts::arbiters(config.arbiters);
    let outboxes = OutboxPool::new(OutboxLimits::default());
    let ports = Ports {
        store: Arc::clone(&store),
        writer: writer.clone(),
        epoch,
        outboxes: outboxes.clone(),
        planners: room::planners(),
        spawn,
    };
    let gateway = Gateway::new(Registry::new(ports, parts::room_settings(config)));

    watch_presences(store.as_ref(), &gateway).await?;

    let demo = demo_people(config, &accounts, store.as_ref(), &gateway).await?;
    let mut greeting = Greeting { demo, set_up: None };

    let bind = |error| StartError::Bind { address: config.bind, error };
    let listener = TcpListener::bind(config.bind).map_err(bind)?;
    let address = listener.local_addr().map_err(bind)?;
    let url = parts::local_url(address, config.tls_cert.is_some());
    if let Some(token) = accounts.make_set_up_token().await? {
        let base = config.public_url.as_deref().unwrap_or(&url).trim_end_matches('/');
        greeting.set_up = Some(format!("{base}/setup#{token}"));
    }

    let operator = secret::random_text();
    let listed = config.origins.iter().chain(&config.public_url).cloned();
    let origins = Origins::new(listed, config.bind.ip().is_loopback());
    let numbers = Numbers::start();
    rt::spawn(parts::fold(numbers.clone()));
    let api = Api {
        accounts: accounts.clone(),
        store: Arc::clone(&store),
        sheets: Sheets::new(Arc::clone(&store)),
        gateway: gateway.clone(),
        origins: origins.clone(),
        settings: parts::http_settings(config, !greeting.demo.is_empty(), &operator),
        mail: parts::mail(config)?,
        numbers: Arc::new(move || numbers.render()),
    };
    let tokens = Arc::new(parts::SocketTokens { accounts });
    let sockets = Sockets::new(gateway.clone(), tokens, outboxes, parts::socket_settings(config, origins));
    let server = serve(config, listener, api, sockets.clone())?;
    let handle = server.handle();
    let task = rt::spawn(server);
    rt::spawn(wake(Arc::clone(&store), gateway.clone()));
    folder.announce(&InUse { pid: std::process::id(), url: url.clone(), key: operator })?;
    tracing::info!(%address, data = %config.data.display(), "listening");

    let limit = std::time::Duration::from_millis(config.stop_ms);
    let parts = Parts { folder, store, writer, gateway, sockets, arbiters, server: handle, task, limit };
    Ok(Running { address, url, greeting, parts })
}

/// The people of the demo, if this is one or is to become one.
async fn demo_people(
    config: &Config,
    accounts: &Accounts,
    store: &dyn Store,
    gateway: &Gateway,
) -> Result<Vec<DemoPerson>, StartError> {
    if config.demo {
        return demo::fill(accounts, store, gateway).await;
    }
    let people = demo::people(store).await?;
    if people.is_some() && !config.bind.ip().is_loopback() {
        return Err(StartError::Demo("its passwords are no secret: it only listens on 127.0.0.1"));
    }
    Ok(people.unwrap_or_default())
}

/// Starts the rooms with presence records, which end by themselves, also while nobody looks.
async fn watch_presences(store: &dyn Store, gateway: &Gateway) -> Result<(), StartError> {
    for workspace in store.workspaces_with_presences().await? {
        if let Err(error) = gateway.room(workspace).await {
            tracing::warn!(%workspace, %error, "a room with presence records does not start yet");
        }
    }
    Ok(())
}

/// Starts the rooms in which something is held or waited for: its holders have their grace from now on, whether or not anybody
/// comes to look.
async fn wake(store: Arc<dyn Store>, gateway: Gateway) {
    let workspaces = match store.workspaces_with_locks().await {
        Ok(workspaces) => workspaces,
        Err(error) => {
            return tracing::warn!(%error, "who holds what could not be read; its rooms start when they are asked for");
        }
    };
    for workspace in workspaces {
        if let Err(error) = gateway.room(workspace).await {
            tracing::warn!(%workspace, %error, "a room in which something is held could not be started");
        }
    }
}

fn serve(
    config: &Config,
    listener: TcpListener,
    api: Api,
    sockets: Sockets,
) -> Result<actix_web::dev::Server, StartError> {
    let documents = web::Data::new(http::documents());
    let (api, sockets) = (web::Data::new(api), web::Data::new(sockets));
    let app = move || {
        let sockets = sockets.clone();
        http::app(api.clone(), documents.clone(), |config| {
            config.app_data(sockets);
            socket::configure(config);
            compat::configure(config);
        })
    };
    let tls = match (&config.tls_cert, &config.tls_key) {
        (Some(certificate), Some(key)) => Some(tls::server_config(certificate, key)?),
        _ => None,
    };
    let serving = Serving {
        workers: parts::workers(config.workers),
        backlog: config.backlog,
        max_connections: config.max_connections,
        stop_s: config.stop_ms.div_ceil(1_000),
        tls,
    };
    Ok(socket::serve(listener, serving, app)?)
}
