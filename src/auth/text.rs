//! What names and addresses may look like.

use super::AuthError;

/// The longest name, in characters.
pub const NAME_MAX: usize = 80;
/// The longest address, in characters.
pub const EMAIL_MAX: usize = 254;
/// The longest description of a device, in characters.
pub const DEVICE_MAX: usize = 64;

/// A name without the blanks around it.
pub fn name(what: &'static str, text: &str) -> Result<String, AuthError> {
    let text = text.trim();
    let fits = !text.is_empty() && text.chars().count() <= NAME_MAX && !text.chars().any(char::is_control);
    if fits { Ok(text.to_owned()) } else { Err(AuthError::BadText { what, max: NAME_MAX }) }
}

/// An address without the blanks around it. Only a mail to it would prove more.
pub fn email(text: &str) -> Result<String, AuthError> {
    let text = text.trim();
    let parts = text.split_once('@');
    let shaped =
        parts.is_some_and(|(user, host)| !user.is_empty() && !host.is_empty() && !host.contains('@'));
    let clean = !text.chars().any(|c| c.is_control() || c.is_whitespace());
    if shaped && clean && text.chars().count() <= EMAIL_MAX {
        Ok(text.to_owned())
    } else {
        Err(AuthError::BadText { what: "email", max: EMAIL_MAX })
    }
}

/// A device in words, cut to size: it is shown, nothing depends on it.
pub fn device(text: &str) -> String {
    let clean: String = text.chars().filter(|c| !c.is_control()).take(DEVICE_MAX).collect();
    if clean.trim().is_empty() { "unknown device".to_owned() } else { clean }
}
