//! Dates and timestamps in text (ISO 8601, the part of it that RFC 3339 and spreadsheets write).

/// Whether `text` is a day that exists, as `YYYY-MM-DD`.
pub fn date_is_valid(text: &str) -> bool {
    day(text).is_some()
}

/// Milliseconds since the Unix epoch of `YYYY-MM-DD`, `YYYY-MM-DD hh:mm[:ss[.fff]]`, with `T` or a space and `Z`, an offset
/// or nothing (which means UTC) behind it.
pub fn moment_from_text(text: &str) -> Option<i64> {
    let text = text.trim();
    let date = text.get(..10)?;
    let days = day(date)?;
    let rest = &text[10..];
    if rest.is_empty() {
        return Some(days * 86_400_000);
    }
    let rest = rest.strip_prefix(['T', 't', ' '])?;
    let (clock, offset) = split_offset(rest)?;
    let mut parts = clock.splitn(3, ':');
    let hours = number(parts.next()?, 2)?;
    let minutes = number(parts.next()?, 2)?;
    let (seconds, millis) = match parts.next() {
        Some(seconds) => fraction(seconds)?,
        None => (0, 0),
    };
    if hours > 23 || minutes > 59 || seconds > 59 {
        return None;
    }
    Some(days * 86_400_000 + ((hours * 60 + minutes - offset) * 60 + seconds) * 1_000 + millis)
}

/// Days since the Unix epoch.
fn day(text: &str) -> Option<i64> {
    if text.len() != 10 || !text.is_ascii() {
        return None;
    }
    let year = number(&text[..4], 4)?;
    let month = number(&text[5..7], 2)?;
    let day = number(&text[8..], 2)?;
    if &text[4..5] != "-" || &text[7..8] != "-" || !(1..=12).contains(&month) {
        return None;
    }
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    if !(1..=length).contains(&day) {
        return None;
    }
    // Howard Hinnant, "chrono-compatible low-level date algorithms", days_from_civil.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

/// The clock, and the offset from UTC in minutes.
fn split_offset(text: &str) -> Option<(&str, i64)> {
    if let Some(clock) = text.strip_suffix(['Z', 'z']) {
        return Some((clock, 0));
    }
    let Some(at) = text.rfind(['+', '-']) else { return Some((text, 0)) };
    let (hours, minutes) = text[at + 1..].split_once(':').unwrap_or((&text[at + 1..], "00"));
    let minutes = number(hours, 2)? * 60 + number(minutes, 2)?;
    Some((&text[..at], if text.as_bytes()[at] == b'-' { -minutes } else { minutes }))
}

/// Seconds and milliseconds; what is finer is cut.
fn fraction(text: &str) -> Option<(i64, i64)> {
    let Some((seconds, fine)) = text.split_once('.') else { return Some((number(text, 2)?, 0)) };
    if fine.is_empty() || !fine.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let millis: String = fine.chars().chain("00".chars()).take(3).collect();
    Some((number(seconds, 2)?, number(&millis, 3)?))
}

fn number(text: &str, digits: usize) -> Option<i64> {
    (text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}
