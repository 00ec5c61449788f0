//! The cookie that carries the refresh token: out of reach of scripts and of other sites, sent to the sign-in routes only.

use actix_web::HttpRequest;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};

const NAME: &str = "baton_refresh";
const PATH: &str = "/api/v1/auth";

/// The refresh token of a request.
pub fn read(request: &HttpRequest) -> Option<String> {
    request.cookie(NAME).map(|cookie| cookie.value().to_owned())
}

/// The cookie for a token that lives so many seconds.
pub fn make(token: String, life_s: u64, secure: bool) -> Cookie<'static> {
    let life = Duration::seconds(i64::try_from(life_s).unwrap_or(i64::MAX));
    base(token, secure).max_age(life).finish()
}

/// The cookie that takes it away.
pub fn remove(secure: bool) -> Cookie<'static> {
    base(String::new(), secure).max_age(Duration::ZERO).finish()
}

fn base(value: String, secure: bool) -> actix_web::cookie::CookieBuilder<'static> {
    Cookie::build(NAME, value).path(PATH).http_only(true).same_site(SameSite::Strict).secure(secure)
}
