//! Documents as Appwrite's clients read them.

use chrono::{DateTime, SecondsFormat};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::auth::Account;
use crate::domain::realtime::{Permission, PresenceRecord, Source};
use crate::domain::time::Timestamp;

/// A moment: ISO 8601, milliseconds, `+00:00`.
pub fn time(at: Timestamp) -> String {
    let at = DateTime::from_timestamp_millis(at.0).unwrap_or_default();
    at.to_rfc3339_opts(SecondsFormat::Millis, false)
}

/// A presence record; its metadata as it came.
pub fn presence(record: &PresenceRecord) -> String {
    let permissions: Vec<String> = record.permissions.iter().map(Permission::to_string).collect();
    let source = match record.source {
        Source::Rest => "rest",
        Source::Realtime => "realtime",
    };
    format!(
        r#"{{"$id":{},"$createdAt":"{}","$updatedAt":"{}","$permissions":{},"userId":"{}","status":{},"source":"{source}","expiresAt":"{}","metadata":{}}}"#,
        json!(&*record.id),
        time(record.created),
        time(record.updated),
        json!(permissions),
        record.user,
        json!(record.status),
        time(record.expires),
        record.metadata.text(),
    )
}

/// An account.
pub fn account(account: &Account) -> Value {
    // Accounts come by invitation; when one was made is not told here.
    let none = time(Timestamp(0));
    json!({
        "$id": account.id.0, "$createdAt": none, "$updatedAt": none, "name": account.name, "registration": none,
        "status": true, "labels": [], "passwordUpdate": none, "email": account.email, "phone": "",
        "emailVerification": false, "phoneVerification": false, "mfa": false, "prefs": {}, "targets": [],
        "accessedAt": none,
    })
}

/// A session. Its secret goes to keys alone; browsers have it in the cookie.
pub fn session(id: Uuid, user: Uuid, email: &str, made: Timestamp, expire: Timestamp) -> Value {
    let (made, expire) = (time(made), time(expire));
    json!({
        "$id": id.simple().to_string(), "$createdAt": made, "$updatedAt": made, "userId": user, "expire": expire,
        "provider": "email", "providerUid": email, "providerAccessToken": "", "providerAccessTokenExpiry": "",
        "providerRefreshToken": "", "ip": "", "osCode": "", "osName": "", "osVersion": "", "clientType": "",
        "clientCode": "", "clientName": "", "clientVersion": "", "clientEngine": "", "clientEngineVersion": "",
        "deviceName": "", "deviceBrand": "", "deviceModel": "", "countryCode": "", "countryName": "",
        "current": true, "factors": ["password"], "secret": "", "mfaUpdatedAt": "",
    })
}
