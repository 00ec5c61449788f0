//! Tokens, passwords, keys and encryption.

use super::rows::{opt, req, row};
use super::{Entry, Group, ValueKind};

pub(super) const ROWS: &[Entry] = &[
    row(
        Group::Security,
        "security.create_auth_token",
        "Create Authentication Token",
        "Makes a token that signs a user in.",
    )
    .with(&[
        req("table", ValueKind::Text),
        req("id", ValueKind::Expression),
        opt("extras", ValueKind::Json),
        opt("expiration", ValueKind::Number),
    ])
    .gives(),
    row(
        Group::Security,
        "security.check_password",
        "Validate Password",
        "Compares a password with a stored hash.",
    )
    .with(&[req("text_password", ValueKind::Expression), req("hash_password", ValueKind::Expression)])
    .gives(),
    row(Group::Security, "security.create_password", "Generate Password", "Makes a random password.")
        .with(&[
            req("character_count", ValueKind::Number),
            opt("require_lowercase", ValueKind::Bool),
            opt("require_uppercase", ValueKind::Bool),
            opt("require_digit", ValueKind::Bool),
            opt("require_symbol", ValueKind::Bool),
            opt("symbol_whitelist", ValueKind::Text),
        ])
        .gives(),
    row(Group::Security, "security.create_uuid", "Generate UUID", "Makes a UUID.").gives(),
    row(Group::Security, "security.random_number", "Generate Random Number", "Makes a random number.")
        .with(&[req("min", ValueKind::Number), req("max", ValueKind::Number)])
        .gives(),
    row(Group::Security, "security.random_bytes", "Generate Random Bytes", "Makes random bytes.")
        .with(&[req("length", ValueKind::Number)])
        .gives(),
    row(Group::Security, "security.create_secret_key", "Create Secret Key", "Makes a secret key.")
        .with(&[req("bits", ValueKind::Number), req("format", ValueKind::Enum(&["object", "base64"]))])
        .gives(),
    row(Group::Security, "security.create_rsa_key", "Create RSA Key", "Makes a pair of RSA keys.")
        .with(&[req("bits", ValueKind::Number), req("format", ValueKind::Enum(&["object", "base64"]))])
        .gives(),
    row(
        Group::Security,
        "security.create_curve_key",
        "Create Elliptic Curve Key",
        "Makes a pair of keys on a curve.",
    )
    .with(&[
        req("curve", ValueKind::Enum(&["P-256", "P-384", "P-521"])),
        req("format", ValueKind::Enum(&["object", "base64"])),
    ])
    .gives(),
    row(Group::Security, "security.encrypt", "Encrypt", "Encrypts data.")
        .with(&[
            req("data", ValueKind::Expression),
            req("algorithm", ValueKind::Text),
            req("key", ValueKind::Expression),
            opt("iv", ValueKind::Expression),
        ])
        .gives(),
    row(Group::Security, "security.decrypt", "Decrypt", "Decrypts data.")
        .with(&[
            req("data", ValueKind::Expression),
            req("algorithm", ValueKind::Text),
            req("key", ValueKind::Expression),
            opt("iv", ValueKind::Expression),
        ])
        .gives(),
    row(Group::Security, "security.jws_encode", "JWS Encode", "Signs claims.")
        .with(&[
            req("claims", ValueKind::Json),
            req("key", ValueKind::Expression),
            req("signature_algorithm", ValueKind::Text),
            opt("headers", ValueKind::Json),
            opt("ttl", ValueKind::Number),
        ])
        .gives(),
    row(Group::Security, "security.jws_decode", "JWS Decode", "Checks a signed token and gets its claims.")
        .with(&[
            req("token", ValueKind::Expression),
            req("key", ValueKind::Expression),
            req("signature_algorithm", ValueKind::Text),
            opt("check_claims", ValueKind::Json),
            opt("timeDrift", ValueKind::Number),
        ])
        .gives(),
    row(Group::Security, "security.jwe_encode", "JWE Encode", "Encrypts claims.")
        .with(&[
            req("claims", ValueKind::Json),
            req("key", ValueKind::Expression),
            req("key_algorithm", ValueKind::Text),
            req("content_algorithm", ValueKind::Text),
            opt("headers", ValueKind::Json),
            opt("ttl", ValueKind::Number),
        ])
        .gives(),
    row(Group::Security, "security.jwe_decode", "JWE Decode", "Decrypts a token and gets its claims.")
        .with(&[
            req("token", ValueKind::Expression),
            req("key", ValueKind::Expression),
            req("key_algorithm", ValueKind::Text),
            req("content_algorithm", ValueKind::Text),
            opt("check_claims", ValueKind::Json),
            opt("timeDrift", ValueKind::Number),
        ])
        .gives(),
];
