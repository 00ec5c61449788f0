//! `appwrite` 27 and `node-appwrite` 27: accounts as far as a client needs them, presences, and their realtime, below `/v1`.
//! A project is a workspace. The wire is told in docs/compat.md.

mod account;
mod caller;
mod error;
mod model;
mod presences;
mod realtime;
mod wire;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{Method, header};
use actix_web::middleware::{Next, from_fn};
use actix_web::{Error, HttpResponse, ResponseError, web};

use self::error::{AppwriteError, Kind};
use crate::http::Api;

/// Mounts all routes.
pub fn configure(config: &mut web::ServiceConfig) {
    config.route("/v1/realtime", web::get().to(realtime::upgrade));
    config.service(
        web::scope("/v1")
            .wrap(from_fn(cors))
            .route("/account", web::get().to(account::get))
            .route("/account/sessions/email", web::post().to(account::sign_in))
            .route("/account/sessions/{session}", web::delete().to(account::sign_out))
            .route("/account/jwts", web::post().to(account::make_jwt))
            .route("/presences", web::get().to(presences::list))
            .route("/presences/{presence}", web::put().to(presences::upsert))
            .route("/presences/{presence}", web::get().to(presences::get))
            .route("/presences/{presence}", web::patch().to(presences::update))
            .route("/presences/{presence}", web::delete().to(presences::delete))
            .default_service(web::to(|| async { Err::<HttpResponse, _>(AppwriteError::of(Kind::NoRoute)) })),
    );
}

/// Pages of other origins: the exact origin is echoed, because the client sends credentials; on errors too.
async fn cors(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    const HEADERS: &str = "Content-Type, Origin, Cookie, Authorization, X-Appwrite-Project, X-Appwrite-Key, \
        X-Appwrite-JWT, X-Appwrite-Session, X-Appwrite-Dev-Key, X-Appwrite-Locale, X-Appwrite-Response-Format, \
        X-Fallback-Cookies, X-Requested-With, X-SDK-Version, X-SDK-Name, X-SDK-Language, X-SDK-Platform, \
        X-Forwarded-User-Agent, X-Appwrite-Impersonate-User-Id";
    let text = |name| request.headers().get(name).and_then(|value| value.to_str().ok().map(str::to_owned));
    let origin = text(header::ORIGIN);
    let host = text(header::HOST).unwrap_or_default();
    let permitted =
        request.app_data::<web::Data<Api>>().is_some_and(|api| api.origins.permit(origin.as_deref(), &host));
    let mut response = if !permitted {
        request.into_response(AppwriteError::of(Kind::ForeignOrigin).error_response())
    } else if request.method() == Method::OPTIONS {
        request.into_response(HttpResponse::NoContent().finish())
    } else {
        next.call(request).await?.map_into_boxed_body()
    };
    let origin = origin.and_then(|origin| header::HeaderValue::from_str(&origin).ok());
    if let Some(origin) = origin.filter(|_| permitted) {
        let headers = response.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(header::VARY, header::HeaderValue::from_static("Origin"));
        let fixed = [
            (header::ACCESS_CONTROL_ALLOW_CREDENTIALS, "true"),
            (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, PUT, PATCH, DELETE, OPTIONS"),
            (header::ACCESS_CONTROL_ALLOW_HEADERS, HEADERS),
            (
                header::ACCESS_CONTROL_EXPOSE_HEADERS,
                "X-Fallback-Cookies, X-Appwrite-Session, X-Appwrite-Cache",
            ),
            (header::ACCESS_CONTROL_MAX_AGE, "600"),
        ];
        for (name, value) in fixed {
            headers.insert(name, header::HeaderValue::from_static(value));
        }
    }
    Ok(response)
}
