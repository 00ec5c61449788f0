//! A server on a port of its own, with a database of its own, whose store fails on order.

use std::sync::Arc;
use std::time::Duration;

use actix_web::{App, web};
use async_trait::async_trait;
use baton::auth::Origins;
use baton::domain::id::{ObjectId, UserId, WorkspaceId};
use baton::domain::role::{Member, Role};
use baton::domain::time::Timestamp;
use baton::gateway::{Gateway, OutboxPool};
use baton::room::outbox::OutboxLimits;
use baton::room::{Ports, Registry, RoomSettings};
use baton::socket::{self, Identity, Serving, SocketSettings, Sockets, TokenCheck, TokenRefused};
use baton::store::{AccountWrite, Faults, SqliteSettings, User, Writer, WriterSettings, open_sqlite};
use tempfile::TempDir;
use uuid::Uuid;

/// The origin that browsers may come from.
pub const ORIGIN: &str = "https://baton.test";

/// How a test differs from the product.
#[derive(Default)]
pub struct Setup {
    pub room: RoomSettings,
    pub socket: SocketSettings,
    pub outboxes: OutboxLimits,
}

/// A running server.
pub struct Server {
    pub address: std::net::SocketAddr,
    pub workspace: WorkspaceId,
    pub owner: UserId,
    pub gateway: Gateway,
    pub faults: Faults,
    pub sockets: Sockets,
    pub outboxes: OutboxPool,
    writer: Writer,
    stop: actix_web::dev::ServerHandle,
    pub folder: TempDir,
}

/// Tokens of the tests: `<user>` or `<user>/<milliseconds until it ends>`, or the name of a refusal.
struct Tokens;

#[async_trait]
impl TokenCheck for Tokens {
    async fn check(&self, token: &str) -> Result<Identity, TokenRefused> {
        match token {
            "expired" => return Err(TokenRefused::Expired),
            "suspended" => return Err(TokenRefused::Suspended),
            _ => {}
        }
        let (user, ms) = token.split_once('/').unwrap_or((token, "600000"));
        let user = user.parse().map_err(|_| TokenRefused::Invalid)?;
        let ms: u64 = ms.parse().map_err(|_| TokenRefused::Invalid)?;
        Ok(Identity { user, sign_in: Uuid::nil(), expires_at: now().plus(ms) })
    }
}

fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Timestamp(i64::try_from(since.as_millis()).unwrap())
}

pub fn user_id() -> UserId {
    UserId(Uuid::now_v7())
}

impl Server {
    /// Starts with the product's settings.
    pub async fn start() -> Server {
        Server::with(Setup::default()).await
    }

    pub async fn with(mut setup: Setup) -> Server {
        let folder = tempfile::tempdir().unwrap();
        let (store, connection) =
            open_sqlite(SqliteSettings::new(folder.path().join("baton.db"))).await.unwrap();
        let faults = Faults::default();
        let probe = WriterSettings { probe_pause: Duration::from_millis(20), ..WriterSettings::default() };
        let writer = Writer::start(faults.wrap(connection), probe);
        let owner = user_id();
        writer.account(AccountWrite::UserAdded(account(owner))).await.unwrap();
        let workspace = make_workspace(&writer, owner).await;
        let epoch = writer.begin_epoch(1).await.unwrap();

        let outboxes = OutboxPool::new(setup.outboxes);
        let ports = Ports {
            store: Arc::new(store),
            writer: writer.clone(),
            epoch,
            outboxes: outboxes.clone(),
            planners: baton::room::planners(),
            spawn: Arc::new(|_, task| drop(tokio::spawn(task))),
        };
        let gateway = Gateway::new(Registry::new(ports, setup.room));
        setup.socket.origins = Origins::new([ORIGIN.to_owned()], true);
        let sockets = Sockets::new(gateway.clone(), Arc::new(Tokens), outboxes.clone(), setup.socket);
        let shared = sockets.clone();
        let app = move || App::new().app_data(web::Data::new(shared.clone())).configure(socket::configure);
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let server = socket::serve(listener, Serving::default(), app).unwrap();
        let stop = server.handle();
        tokio::spawn(server);
        Server { address, workspace, owner, gateway, faults, sockets, outboxes, writer, stop, folder }
    }

    /// Makes another workspace of the same owner, which everything that follows is in.
    pub async fn move_on(&mut self) {
        self.workspace = make_workspace(&self.writer, self.owner).await;
    }

    /// Adds a member through the room, as an accepted invitation does.
    pub async fn member(&self, name: &str, role: Role) -> UserId {
        use baton::domain::command::{Caller, Request};
        let user = user_id();
        let member = Member { user, name: name.to_owned(), role, custom: None, colour: 1 };
        let room = self.gateway.room(self.workspace).await.unwrap();
        let caller = Caller { user: self.owner, session: None };
        room.call(caller, Request::AddMember(member)).await.unwrap();
        user
    }

    /// Makes a function with a response.
    pub async fn object(&self, called: &str) -> ObjectId {
        use baton::domain::command::{Caller, NewObject, Request};
        use baton::domain::id::{ItemId, OpId};
        use baton::domain::stack::{Field, Form, NodeKind, ObjectKind, Seed, name};
        let id = ObjectId(Uuid::now_v7());
        let root = |id, kind| Seed { id, kind, word: String::new(), fields: Vec::new(), parent: None };
        let called = Field { name: name::NAME.to_owned(), text: called.to_owned(), form: Form::Assign };
        let seeds = vec![
            Seed { fields: vec![called.clone()], ..root(ItemId::Settings, NodeKind::Settings) },
            root(ItemId::Inputs, NodeKind::Inputs),
            root(ItemId::Stack, NodeKind::Stack),
            root(ItemId::Response, NodeKind::Response),
        ];
        let object = NewObject { id, kind: ObjectKind::Function, name: called.text, group: None, seeds };
        let request = Request::Import { op_id: OpId(Uuid::now_v7()), objects: vec![object], publish: None };
        let room = self.gateway.room(self.workspace).await.unwrap();
        room.call(Caller { user: self.owner, session: None }, request).await.unwrap();
        id
    }

    pub async fn stop(self) {
        self.gateway.drain(Duration::from_secs(5)).await;
        self.stop.stop(false).await;
    }
}

async fn make_workspace(writer: &Writer, owner: UserId) -> WorkspaceId {
    let workspace = WorkspaceId(Uuid::now_v7());
    let ana = Member { user: owner, name: "Ana".to_owned(), role: Role::Owner, custom: None, colour: 0 };
    let made = AccountWrite::WorkspaceMade { workspace, name: "Team".to_owned(), at: now(), owner: ana };
    writer.account(made).await.unwrap();
    workspace
}

fn account(id: UserId) -> User {
    User {
        id,
        email: format!("{id}@baton.test"),
        name: "Ana".to_owned(),
        password: String::new(),
        created: now(),
        suspended: None,
    }
}
