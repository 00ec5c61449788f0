//! The demo's people with their passwords, for whoever sits at this machine.

use std::net::IpAddr;

use actix_web::{HttpRequest, get, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Api;
use super::error::ApiError;
use super::openapi::Errors;
use crate::protocol::error::ErrorCode;

/// The setting of the instance that holds the demo's people; its presence is what makes a database a demo.
pub const PEOPLE_SETTING: &str = "demo.people";

/// Somebody who may sign in to the demo.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct DemoPerson {
    /// Shown to colleagues.
    pub name: String,
    /// The address.
    pub email: String,
    /// The password.
    pub password: String,
}

/// The demo's people.
#[derive(Debug, Serialize, ToSchema)]
pub struct DemoPeople {
    /// Owner first.
    pub people: Vec<DemoPerson>,
}

/// Who may sign in to the demo, with passwords. Only on a demo database, and only from this machine.
#[utoipa::path(tag = "sign-in", security(()), responses((status = 200, body = DemoPeople), Errors))]
#[get("/demo")]
pub async fn demo(api: web::Data<Api>, request: HttpRequest) -> Result<web::Json<DemoPeople>, ApiError> {
    let nothing = || ApiError::new(ErrorCode::NotFound);
    // The real peer, whatever a proxy says: behind one, nobody is at this machine.
    let here = request.peer_addr().is_some_and(|peer| is_loopback(peer.ip()));
    if !api.settings.demo || api.settings.proxy_hops > 0 || !here {
        return Err(nothing());
    }
    let text = api.store.setting(PEOPLE_SETTING).await?.ok_or_else(nothing)?;
    let people = serde_json::from_str(&text).map_err(|_| ApiError::new(ErrorCode::Internal))?;
    Ok(web::Json(DemoPeople { people }))
}

fn is_loopback(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}
