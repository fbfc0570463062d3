//! Keys and texts in the form in which a carrier holds them.
//!
//! The encoding is implemented here, since percent-decoders of other crates are made for URLs and
//! accept unencoded characters. A value would then have several encodings.

use std::borrow::Cow;
use std::fmt::Write;

use super::error::Reason;

/// The maximum length of an encoded text in a carrier, in bytes.
///
/// Servers limit the headers of a request to 8 or 16 KiB in total.
///
/// # Examples
///
/// ```
/// # use asynccontext::Variable;
/// use asynccontext::carrier::{Exported, Exports, LIMIT};
/// use std::collections::HashMap;
///
/// static NOTE: Exported<String> = Variable::named("note").exported("x-note");
/// static TO_OUR_SERVICES: Exports = Exports::new(&[NOTE.export()]);
///
/// let inject = || TO_OUR_SERVICES.inject(&mut HashMap::<String, String>::new());
/// assert!(NOTE.run("x".repeat(LIMIT), inject).is_ok());
/// assert!(NOTE.run("x".repeat(LIMIT + 1), inject).is_err());
/// ```
pub const LIMIT: usize = 4096;

pub(super) const fn is_key(key: &str) -> bool {
    let key = key.as_bytes();
    let mut at = 0;
    while at < key.len() {
        if !matches!(key[at], b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.') {
            return false;
        }
        at += 1;
    }
    !key.is_empty() && key.len() <= 64
}

/// `==` in a `const fn`.
pub(super) const fn same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len() != other.len() {
        return false;
    }
    let mut at = 0;
    while at < one.len() {
        if one[at] != other[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// Whether the byte is written as itself: visible ASCII, except the separators of header lists and
/// of baggage, and the percent sign.
fn is_plain(byte: u8) -> bool {
    const PLAIN: [bool; 256] = {
        let mut plain = [false; 256];
        let mut byte = b'!';
        while byte <= b'~' {
            plain[byte as usize] = !matches!(byte, b'"' | b',' | b';' | b'\\' | b'%');
            byte += 1;
        }
        plain
    };
    PLAIN[usize::from(byte)]
}

pub(super) fn encode(plain: &str) -> Result<String, Reason> {
    let length = plain.bytes().map(|byte| if is_plain(byte) { 1 } else { 3 }).sum();
    within_limit(length)?;
    let mut text = String::with_capacity(length);
    for byte in plain.bytes() {
        if is_plain(byte) {
            text.push(byte.into());
        } else {
            let _ = write!(text, "%{byte:02X}"); // writing to a string can't fail
        }
    }
    Ok(text)
}

/// Returns the text that `encode` was given: `text` itself where nothing in it is encoded.
pub(super) fn decode(text: &str) -> Result<Cow<'_, str>, Reason> {
    within_limit(text.len())?;
    if text.bytes().all(is_plain) {
        return Ok(Cow::Borrowed(text));
    }
    let mut plain = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
    while let Some(byte) = bytes.next() {
        if is_plain(byte) {
            plain.push(byte);
            continue;
        }
        let (b'%', Some(high), Some(low)) = (byte, digit(bytes.next()), digit(bytes.next())) else {
            return Err(Reason::Malformed);
        };
        plain.push((high << 4 | low) as u8);
    }
    String::from_utf8(plain).map(Cow::Owned).map_err(|_| Reason::Malformed)
}

fn within_limit(length: usize) -> Result<(), Reason> {
    if length > LIMIT { Err(Reason::TooLong { length }) } else { Ok(()) }
}
