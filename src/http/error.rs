//! Errors as HTTP says them: `application/problem+json` (RFC 9457), every one of them from the one table.

use std::fmt;

use actix_web::error::{JsonPayloadError, PathError, QueryPayloadError};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, ContentType};
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use serde::Serialize;

use super::trace;
use crate::auth::{AuthError, PASSWORD_MAX, PASSWORD_MIN};
use crate::document::BadDocument;
use crate::mail::MailError;
use crate::protocol::error::{ErrorBody, ErrorCode};
use crate::store::StoreError;

impl From<MailError> for ApiError {
    fn from(error: MailError) -> Self {
        match error {
            MailError::Address => ApiError::detail(ErrorCode::BadText, "the e-mail cannot be written to"),
            MailError::Full => ApiError::new(ErrorCode::Busy),
            MailError::Settings(_) => ApiError::new(ErrorCode::NoMail),
        }
    }
}

/// What a handler fails with.
#[derive(Debug)]
pub struct ApiError {
    status: StatusCode,
    problem: Box<Problem>,
    allow: Option<String>,
}

/// The body of an error.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Problem {
    /// Where the code is documented.
    pub r#type: String,
    /// HTTP status.
    pub status: u16,
    /// What happened, and what particular to this case.
    #[serde(flatten)]
    pub body: ErrorBody,
    /// Names the request in the log.
    pub request_id: String,
}

impl ApiError {
    /// The bare row of a code.
    pub fn new(code: ErrorCode) -> Self {
        ErrorBody::new(code).into()
    }

    /// With what is particular to this case.
    pub fn detail(code: ErrorCode, detail: impl Into<String>) -> Self {
        ErrorBody::new(code).detail(detail).into()
    }

    /// What is said of it, without the request's own.
    pub fn body(&self) -> &ErrorBody {
        &self.problem.body
    }

    /// The method is not taken; these are.
    pub fn method(allow: String) -> Self {
        let mut error = ApiError::detail(ErrorCode::MethodNotAllowed, format!("Taken here: {allow}."));
        error.allow = Some(allow);
        error
    }
}

impl From<ErrorBody> for ApiError {
    fn from(body: ErrorBody) -> Self {
        let row = crate::protocol::error::TABLE.iter().find(|row| row.name == body.code);
        let status = row.map_or(500, |row| row.status);
        let problem = Problem {
            r#type: format!("/docs#{}", body.code),
            status,
            body,
            request_id: trace::request_id().to_string(),
        };
        ApiError {
            status: StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            problem: Box::new(problem),
            allow: None,
        }
    }
}

impl From<Box<ErrorBody>> for ApiError {
    fn from(body: Box<ErrorBody>) -> Self {
        (*body).into()
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.problem.body.code)
    }
}

impl std::error::Error for ApiError {}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        if let Some(ms) = self.problem.body.retry_after_ms {
            response.insert_header((header::RETRY_AFTER, ms.div_ceil(1_000).max(1).to_string()));
        } else if self.status == StatusCode::SERVICE_UNAVAILABLE {
            response.insert_header((header::RETRY_AFTER, "1"));
        }
        if let Some(allow) = &self.allow {
            response.insert_header((header::ALLOW, allow.as_str()));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
        let body = serde_json::to_string(&self.problem).unwrap_or_else(|_| "{}".to_owned());
        response
            .insert_header((header::CONTENT_TYPE, "application/problem+json"))
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .body(body)
    }
}

impl From<AuthError> for ApiError {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::Unauthenticated | AuthError::Suspended => ApiError::new(ErrorCode::Unauthenticated),
            AuthError::BadKey => ApiError::new(ErrorCode::NoSuchKey),
            AuthError::TokenExpired => ApiError::new(ErrorCode::TokenExpired),
            AuthError::BadCredentials => ApiError::new(ErrorCode::BadCredentials),
            AuthError::RefreshRevoked => ApiError::new(ErrorCode::RefreshRevoked),
            AuthError::BadInvitation => ApiError::new(ErrorCode::BadInvitation),
            AuthError::IssuerUnavailable => ApiError::new(ErrorCode::IssuerUnavailable),
            AuthError::NoProvider => ApiError::new(ErrorCode::NoProvider),
            AuthError::NoAccount => ApiError::new(ErrorCode::NoAccount),
            AuthError::BadReset => ApiError::new(ErrorCode::BadReset),
            AuthError::NoSuchSignIn => ApiError::new(ErrorCode::NotFound),
            AuthError::Conflict => ApiError::new(ErrorCode::RetryLater),
            AuthError::EmailTaken => ApiError::new(ErrorCode::EmailTaken),
            AuthError::SetupDone => ApiError::new(ErrorCode::SetupDone),
            AuthError::WeakPassword => ApiError::detail(
                ErrorCode::BadText,
                format!("password: {PASSWORD_MIN} characters at least, {PASSWORD_MAX} bytes at most"),
            ),
            AuthError::BadText { what, max } => ApiError::detail(
                ErrorCode::BadText,
                format!("{what}: 1 to {max} characters, no control characters"),
            ),
            AuthError::RateLimited { after_ms } => {
                let mut body = ErrorBody::new(ErrorCode::RateLimited);
                body.retry_after_ms = Some(after_ms);
                body.into()
            }
            AuthError::StoreUnavailable => ApiError::new(ErrorCode::StoreUnavailable),
            AuthError::Internal(what) => {
                tracing::error!(what, "internal error");
                ApiError::new(ErrorCode::Internal)
            }
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound => ApiError::new(ErrorCode::NotFound),
            StoreError::Corrupt(what) => {
                tracing::error!(what, "the store holds what it must not");
                ApiError::new(ErrorCode::Internal)
            }
            StoreError::Conflict(_)
            | StoreError::Fenced
            | StoreError::Unavailable(_)
            | StoreError::Full
            | StoreError::Closed
            | StoreError::Lost => ApiError::new(ErrorCode::StoreUnavailable),
        }
    }
}

impl From<BadDocument> for ApiError {
    fn from(error: BadDocument) -> Self {
        ApiError::detail(ErrorCode::BadRequest, error.to_string())
    }
}

/// A JSON body that could not be taken.
pub fn bad_json(error: JsonPayloadError, _request: &HttpRequest) -> actix_web::Error {
    match error {
        JsonPayloadError::OverflowKnownLength { limit, .. } | JsonPayloadError::Overflow { limit } => {
            ApiError::detail(ErrorCode::BodyTooLarge, format!("at most {limit} bytes are taken"))
        }
        JsonPayloadError::ContentType => {
            ApiError::detail(ErrorCode::BadMediaType, format!("send {}", ContentType::json().0))
        }
        other => ApiError::detail(ErrorCode::BadRequest, other.to_string()),
    }
    .into()
}

/// A path that names nothing.
pub fn bad_path(_error: PathError, _request: &HttpRequest) -> actix_web::Error {
    ApiError::new(ErrorCode::NotFound).into()
}

/// A query string that could not be read.
pub fn bad_query(error: QueryPayloadError, _request: &HttpRequest) -> actix_web::Error {
    ApiError::detail(ErrorCode::BadRequest, error.to_string()).into()
}
