//! Errors as Appwrite's clients read them.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use serde_json::json;

use crate::auth::AuthError;
use crate::domain::refusal::{RealtimeRefusal, Refusal};
use crate::gateway::{CallError, GatewayError};

/// The version of the API that is answered with.
pub const VERSION: &str = "1.9.6";

/// What sort of error: status, type, message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// There is no such route.
    NoRoute,
    /// A page of an origin that is not let in.
    ForeignOrigin,
    /// No such project.
    NoProject,
    /// The caller lacks a scope, or is a guest.
    NoScope,
    /// The record's list does not allow it.
    Unauthorized,
    /// Wrong address or password.
    BadCredentials,
    /// The account may not sign in.
    Blocked,
    /// The JWT is not good.
    BadJwt,
    /// A JWT beside a session.
    JwtAndSession,
    /// A key beside a session.
    KeyAndSession,
    /// A JWT cannot make another.
    JwtByJwt,
    /// A parameter is not valid.
    BadArgument,
    /// Something is missing.
    BadRequest,
    /// A part is too large.
    BadStructure,
    /// No such session.
    NoSession,
    /// No such record.
    NoPresence,
    /// There is one already.
    PresenceExists,
    /// No such user.
    NoUser,
    /// The cursor names nothing.
    NoCursor,
    /// Too often.
    TooOften,
    /// Not now.
    Busy,
    /// A fault of ours.
    Internal,
}

impl Kind {
    /// Status, type and message.
    pub fn row(self) -> (u16, &'static str, &'static str) {
        match self {
            Kind::NoRoute => (404, "general_route_not_found", "The requested route was not found."),
            Kind::ForeignOrigin => {
                (403, "general_unknown_origin", "The origin is not registered with this server.")
            }
            Kind::NoProject => {
                (404, "project_not_found", "Project with the requested ID could not be found.")
            }
            Kind::NoScope => (401, "general_unauthorized_scope", "The caller is missing a scope for this."),
            Kind::Unauthorized => {
                (401, "user_unauthorized", "The current user is not authorized to do this.")
            }
            Kind::BadCredentials => {
                (401, "user_invalid_credentials", "Invalid credentials. Please check the email and password.")
            }
            Kind::Blocked => (403, "user_blocked", "The current user has been blocked."),
            Kind::BadJwt => (401, "user_jwt_invalid", "The JWT token is invalid."),
            Kind::JwtAndSession => {
                (403, "user_jwt_and_cookie_set", "JWT and cookie cannot be used in the same request.")
            }
            Kind::KeyAndSession => (
                403,
                "user_api_key_and_session_set",
                "API key and session cannot be used in the same request.",
            ),
            Kind::JwtByJwt => (403, "user_jwt_creation_denied", "A JWT cannot be made with a JWT."),
            Kind::BadArgument => {
                (400, "general_argument_invalid", "The request contains an invalid argument.")
            }
            Kind::BadRequest => (400, "general_bad_request", "There was an error processing the request."),
            Kind::BadStructure => (400, "document_invalid_structure", "The document's structure is invalid."),
            Kind::NoSession => {
                (404, "user_session_not_found", "The current user session could not be found.")
            }
            Kind::NoPresence => {
                (404, "presence_not_found", "Presence with the requested ID could not be found.")
            }
            Kind::PresenceExists => (409, "presence_already_exists", "There is such a presence already."),
            Kind::NoUser => (404, "user_not_found", "User with the requested ID could not be found."),
            Kind::NoCursor => (400, "general_cursor_not_found", "The cursor names no record."),
            Kind::TooOften => {
                (429, "general_rate_limit_exceeded", "Rate limit for the current endpoint has been exceeded.")
            }
            Kind::Busy => (503, "general_unknown", "The server cannot answer now. Try again in a moment."),
            Kind::Internal => (500, "general_unknown", "Internal server error."),
        }
    }
}

/// What a handler fails with.
#[derive(Debug)]
pub struct AppwriteError {
    kind: Kind,
    message: Option<String>,
}

impl AppwriteError {
    /// With the usual words.
    pub fn of(kind: Kind) -> Self {
        AppwriteError { kind, message: None }
    }

    /// With words of its own.
    pub fn saying(kind: Kind, message: impl Into<String>) -> Self {
        AppwriteError { kind, message: Some(message.into()) }
    }

    /// An argument that is not valid.
    pub fn argument(message: impl Into<String>) -> Self {
        AppwriteError::saying(Kind::BadArgument, message)
    }

    /// Its number, which is the HTTP status.
    pub fn code(&self) -> u16 {
        self.kind.row().0
    }

    /// Its words.
    pub fn message(&self) -> &str {
        self.message.as_deref().unwrap_or(self.kind.row().2)
    }
}

impl fmt::Display for AppwriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.row().1)
    }
}

impl ResponseError for AppwriteError {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.code()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let (code, kind, _) = self.kind.row();
        let body = json!({ "message": self.message(), "code": code, "type": kind, "version": VERSION });
        HttpResponse::build(self.status_code()).json(body)
    }
}

impl From<Refusal> for AppwriteError {
    fn from(refusal: Refusal) -> Self {
        use RealtimeRefusal as R;
        let detail = |kind| {
            let body = crate::protocol::convert::refusal(&refusal);
            AppwriteError::saying(kind, body.detail.unwrap_or_else(|| body.title.to_owned()))
        };
        match &refusal {
            Refusal::Realtime(refusal) => match refusal {
                R::GuestRefused | R::OwnerNamed | R::NoSuchKey | R::ScopeMissing(_) | R::NotForKeys => {
                    AppwriteError::of(Kind::NoScope)
                }
                R::NoSuchPresence => AppwriteError::of(Kind::NoPresence),
                R::PresenceForbidden => AppwriteError::of(Kind::Unauthorized),
                R::RoleNotHeld => detail(Kind::Unauthorized),
                R::PresenceExists => AppwriteError::of(Kind::PresenceExists),
                R::OwnerMissing => {
                    AppwriteError::saying(Kind::BadRequest, "userId is required with an API key.")
                }
                R::NoSuchUser => AppwriteError::of(Kind::NoUser),
                R::MetadataTooLarge => detail(Kind::BadStructure),
                R::CursorNotFound => AppwriteError::of(Kind::NoCursor),
                _ => detail(Kind::BadArgument),
            },
            Refusal::BadText { .. } | Refusal::TooMany { .. } => detail(Kind::BadArgument),
            Refusal::NotAMember => AppwriteError::of(Kind::NoScope),
            Refusal::NotPermitted => AppwriteError::of(Kind::Unauthorized),
            _ => AppwriteError::of(Kind::Busy),
        }
    }
}

impl From<CallError> for AppwriteError {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Refused(refusal) => refusal.into(),
            CallError::Busy | CallError::Gone | CallError::TimedOut => AppwriteError::of(Kind::Busy),
        }
    }
}

impl From<GatewayError> for AppwriteError {
    fn from(error: GatewayError) -> Self {
        match error {
            GatewayError::NotFound => AppwriteError::of(Kind::NoProject),
            GatewayError::Busy | GatewayError::Unavailable => AppwriteError::of(Kind::Busy),
        }
    }
}

impl From<AuthError> for AppwriteError {
    fn from(error: AuthError) -> Self {
        AppwriteError::of(match error {
            AuthError::BadCredentials => Kind::BadCredentials,
            AuthError::Suspended => Kind::Blocked,
            AuthError::RateLimited { .. } => Kind::TooOften,
            AuthError::StoreUnavailable => Kind::Busy,
            AuthError::Internal(_) => Kind::Internal,
            _ => Kind::NoScope,
        })
    }
}
