//! Random tokens, their digests, and their text form.

use sha2::{Digest, Sha256};
use uuid::Uuid;

/// 32 bytes of a token that cannot be guessed.
pub fn random() -> [u8; 32] {
    // Two random UUIDs hold 244 bits from the system's generator; the hash spreads them evenly.
    let mut hasher = Sha256::new();
    hasher.update(Uuid::new_v4().as_bytes());
    hasher.update(Uuid::new_v4().as_bytes());
    hasher.finalize().into()
}

/// [`random`] as text.
pub fn random_text() -> String {
    to_text(&random())
}

/// A password that can be read out and typed: four groups of four letters and digits, none of which looks like another.
pub fn random_password() -> String {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789x";
    let picked = random().map(|byte| char::from(LETTERS[usize::from(byte % 32)]));
    let groups: Vec<String> = picked[..16].chunks(4).map(|group| group.iter().collect()).collect();
    groups.join("-")
}

/// The digest under which a token is kept.
pub fn digest(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

/// 32 bytes that follow from a key, a purpose and two fixed-length parts, and from which none of them can be found.
pub fn derive(key: &[u8; 32], purpose: &str, one: &[u8; 32], two: &[u8; 32]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    // All parts but the purpose have one length, and the purpose is ours: no two inputs read alike.
    hasher.update(key);
    hasher.update(one);
    hasher.update(two);
    hasher.update(purpose.as_bytes());
    Sha256::digest(hasher.finalize()).into()
}

/// Hexadecimal.
pub fn to_text(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Base64 for URLs, without padding (RFC 4648, section 5).
pub fn to_base64url(bytes: &[u8]) -> String {
    use base64::Engine;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

/// 32 bytes back from their text.
pub fn from_text(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut bytes = [0; 32];
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(at * 2..at * 2 + 2)?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_differ_and_survive_their_text_form() {
        let (one, two) = (random(), random());
        assert_ne!(one, two);
        assert_eq!(from_text(&to_text(&one)), Some(one));
        assert_eq!(from_text("zz"), None);
        assert_eq!(from_text(&"g".repeat(64)), None);
    }

    #[test]
    fn passwords_are_long_enough_for_ourselves() {
        let password = random_password();
        assert_eq!(password.len(), 19, "{password}");
    }
}
