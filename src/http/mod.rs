//! REST and static files: takes a request apart, asks the room or the accounts, and puts the answer together.
//!
//! * [`app`] is the whole route table; [`documents`] describes it, from the same registrations.
//! * What belongs to a workspace goes through [`rooms`], and nowhere else; account facts go through [`crate::auth::Accounts`].
//! * Every error is an [`error::ApiError`]: a row of the one table as `application/problem+json`.

mod account;
mod analytics;
pub mod assets;
mod audit;
mod catalogue;
mod channels;
mod compare;
mod console;
mod cookie;
mod demo;
pub mod error;
mod exchange;
mod extract;
mod files;
mod health;
mod history;
mod invitations;
mod keys;
mod locks;
mod objects;
mod open_id;
mod openapi;
mod operator;
mod pens;
mod people;
mod presence;
mod presences;
mod publishing;
mod record_files;
mod record_query;
mod records;
mod reverts;
mod roles;
mod rooms;
mod scopes;
mod sign_in;
mod trace;
mod usage;
mod workspace;

use std::sync::Arc;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::{Compress, from_fn};
use actix_web::{App, Error, HttpResponse, Resource, Route, web};
use utoipa::OpenApi;
use utoipa_actix_web::AppExt;
use utoipa_actix_web::scope::scope;
use utoipa_actix_web::service_config::ServiceConfig;

pub use demo::{DemoPerson, PEOPLE_SETTING};
pub use exchange::{Prepared, Upload, prepare};
pub use openapi::Documents;

use crate::auth::{Accounts, Origins};
use crate::gateway::Gateway;
use crate::mail::Mailer;
use crate::sheets::Sheets;
use crate::store::Store;

/// The path under which the socket is opened.
pub const SOCKET_PATH: &str = "/api/v1/socket";

/// Settings of this room.
#[derive(Debug, Clone)]
pub struct HttpSettings {
    /// Largest JSON body in bytes.
    pub body_bytes: usize,
    /// Whether the refresh cookie is only sent over TLS.
    pub secure_cookie: bool,
    /// How many proxies stand in front.
    pub proxy_hops: u32,
    /// How people reach this server; otherwise links are made from the request's own words.
    pub public_url: Option<String>,
    /// Whether the server itself speaks TLS.
    pub speaks_tls: bool,
    /// Whether this is a demo whose passwords anybody on this machine may see.
    pub demo: bool,
    /// SHA-256 of the key with which the operator's command line signs in.
    pub operator: [u8; 32],
}

/// What handlers work with.
#[derive(Clone)]
pub struct Api {
    /// Who is calling.
    pub accounts: Accounts,
    /// What is read past the rooms.
    pub store: Arc<dyn Store>,
    /// Tables as they are paged through.
    pub sheets: Sheets,
    /// The way to a room.
    pub gateway: Gateway,
    /// Pages that are let in.
    pub origins: Origins,
    /// The way to write to people, if there is one.
    pub mail: Option<Mailer>,
    /// Settings.
    pub settings: HttpSettings,
    /// Renders the numbers of this process.
    pub numbers: Arc<dyn Fn() -> String + Send + Sync>,
}

/// Bytes that an import may bring.
const IMPORT_BYTES: usize = 16 * 1024 * 1024;

/// The realtime service: channels, presence records, and the keys with which servers call.
fn realtime_routes(config: &mut ServiceConfig) {
    config
        .service(channels::list)
        .service(channels::set)
        .service(channels::remove)
        .service(channels::clients)
        .service(channels::history)
        .service(channels::publish)
        .service(channels::message)
        .service(channels::join)
        .service(channels::part)
        .service(channels::make_token)
        .service(presences::list)
        .service(presences::get)
        .service(presences::upsert)
        .service(presences::change)
        .service(presences::delete)
        .service(keys::list)
        .service(keys::make)
        .service(keys::revoke);
}

/// The routes under `/api/v1` but the socket; each registers itself in the API document.
fn routes(config: &mut ServiceConfig) {
    realtime_routes(config);
    account_routes(config);
    presence_routes(config);
    object_routes(config);
    lock_routes(config);
}

/// Who is calling, and who may.
fn account_routes(config: &mut ServiceConfig) {
    config
        .service(sign_in::set_up_state)
        .service(sign_in::set_up)
        .service(sign_in::sign_in)
        .service(sign_in::refresh)
        .service(sign_in::sign_out)
        .service(open_id::begin)
        .service(open_id::finish)
        .service(operator::operator)
        .service(demo::demo)
        .service(catalogue::steps)
        .service(account::sign_ins)
        .service(account::end_sign_in)
        .service(account::change_password)
        .service(account::reset)
        .service(account::forgot)
        .service(account::act)
        .service(audit::find)
        .service(audit::export)
        .service(audit::check)
        .service(people::me)
        .service(people::members)
        .service(people::set_role)
        .service(people::remove_member)
        .service(console::console)
        .service(console::kick)
        .service(console::freeze)
        .service(console::unfreeze)
        .service(console::set_lock_settings)
        .service(console::reopen)
        .service(roles::table)
        .service(roles::list)
        .service(roles::create)
        .service(roles::change)
        .service(roles::delete)
        .service(roles::transfer)
        .service(invitations::invite)
        .service(invitations::list)
        .service(invitations::revoke)
        .service(invitations::look)
        .service(invitations::accept);
}

/// A workspace, and who is where in it.
fn presence_routes(config: &mut ServiceConfig) {
    config
        .service(workspace::snapshot)
        .service(presence::list)
        .service(presence::set_status)
        .service(presence::set_status_everywhere)
        .service(presence::set_privacy)
        .service(presence::set_avatar)
        .service(presence::report_activity)
        .service(presence::history)
        .service(presence::settings)
        .service(presence::set_settings)
        .service(analytics::analytics)
        .service(analytics::csv)
        .service(workspace::open_session)
        .service(workspace::end_session)
        .service(workspace::heartbeat)
        .service(workspace::list_parked)
        .service(workspace::discard_parked);
}

/// What is edited, and its history.
fn object_routes(config: &mut ServiceConfig) {
    config
        .service(objects::list)
        .service(objects::create)
        .service(objects::read)
        .service(objects::delete)
        .service(objects::edit)
        .service(objects::duplicate)
        .service(records::list)
        .service(usage::usage)
        .service(record_files::import)
        // Before the single record, whose id would match it.
        .service(record_files::export)
        .service(records::read)
        .service(history::list_changes)
        .service(history::read_change)
        .service(compare::compare)
        .service(reverts::revert)
        .service(reverts::check_revert)
        .service(reverts::undo)
        .service(reverts::redo)
        .service(reverts::restore)
        .service(publishing::publish)
        .service(publishing::check_publish)
        .service(publishing::ask_to_save)
        .service(history::list_versions)
        .service(history::read_version)
        .service(exchange::source)
        .service(exchange::import)
        .service(exchange::export);
}

/// Who holds the pen.
fn lock_routes(config: &mut ServiceConfig) {
    config
        .service(locks::list)
        .service(locks::acquire)
        .service(locks::release)
        .service(locks::renew)
        .service(locks::explain)
        .service(locks::force)
        .service(locks::wish)
        .service(locks::respond)
        .service(locks::cancel)
        .service(pens::take_over)
        .service(pens::undo)
        .service(pens::swap)
        .service(pens::close)
        .service(pens::reopen);
}

/// The API document with its page.
pub fn documents() -> Documents {
    let described = App::new().into_utoipa_app().openapi(openapi::Frame::openapi());
    let (_, api) = described.service(scope("/api/v1").configure(routes)).split_for_parts();
    Documents::new(api)
}

/// The whole application of one worker. `socket` registers what answers at [`SOCKET_PATH`].
pub fn app(
    api: web::Data<Api>,
    documents: web::Data<Documents>,
    socket: impl FnOnce(&mut web::ServiceConfig),
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    let json = web::JsonConfig::default().limit(api.settings.body_bytes).error_handler(error::bad_json);
    let (app, _) = App::new()
        .app_data(api)
        .app_data(documents)
        .app_data(json)
        .app_data(web::PathConfig::default().error_handler(error::bad_path))
        .app_data(web::QueryConfig::default().error_handler(error::bad_query))
        .configure(socket)
        .service(page("/api/v1/openapi.json", web::get().to(openapi::json)))
        .into_utoipa_app()
        .service(scope("/api/v1").configure(routes).default_service(web::to(openapi::fallback)))
        .split_for_parts();
    app.service(web::scope("/api").default_service(web::to(openapi::fallback)))
        .service(page("/docs", web::get().to(openapi::docs)))
        .service(page("/docs/socket", web::get().to(openapi::docs_socket)))
        .service(page("/healthz", web::get().to(health::alive)))
        .service(page("/readyz", web::get().to(health::ready)))
        .service(page("/metrics", web::get().to(health::numbers)))
        .default_service(web::to(assets::serve))
        // The last is the outermost.
        .wrap(Compress::default())
        .wrap(assets::security_headers())
        .wrap(from_fn(trace::requests))
}

/// A page that can only be read.
fn page(path: &str, get: Route) -> Resource {
    let refuse = || async { Err::<HttpResponse, _>(error::ApiError::method("GET".to_owned())) };
    web::resource(path.to_owned()).route(get).default_service(web::to(refuse))
}
