//! The headers of W3C trace context and baggage, checked before OpenTelemetry's propagators read them, which accept
//! more than the specifications do.

use opentelemetry::trace::TraceState;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

/// The most members of a `tracestate`.
const STATES: usize = 32;
/// The limits of a `baggage`, for its members and its bytes.
const MEMBERS: usize = 64;
const BYTES: usize = 8192;

/// Optional white space around a header and around its members.
fn trimmed(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

/// Returns the part of a valid `traceparent` that all versions share.
pub(crate) fn traceparent(text: &str) -> Option<&str> {
    let text = trimmed(text);
    let (known, rest) = text.split_at_checked(55)?;
    let mut parts = known.split('-');
    let (version, trace, parent, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is_hex =
        |part: &str, length| part.len() == length && part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let is_id = |part: &str, length| is_hex(part, length) && part.bytes().any(|byte| byte != b'0');
    let is_valid = is_hex(version, 2) && is_id(trace, 32) && is_id(parent, 16) && is_hex(flags, 2);
    let is_rest = match version {
        "00" => rest.is_empty(),
        "ff" => false,
        _ => rest.is_empty() || rest.starts_with('-'),
    };
    (is_valid && is_rest).then_some(known)
}

/// Returns the members of a valid `tracestate` as one header, or `None` if it is not valid.
///
/// Of two members with one key, the first is kept. A member that OpenTelemetry does not accept, though it is valid, is
/// left out, since all others would be lost with it.
pub(crate) fn tracestate(texts: &[&str]) -> Option<String> {
    let mut kept: Vec<(&str, &str)> = Vec::new();
    let members = texts.iter().flat_map(|text| text.split(',')).map(trimmed).filter(|member| !member.is_empty());
    for (at, member) in members.enumerate() {
        let (key, value) = member.split_once('=')?;
        if at == STATES || !is_state_key(key) || !is_state_value(value) {
            return None;
        }
        let is_accepted = TraceState::from_key_value([(key, value)]).is_ok();
        if is_accepted && kept.iter().all(|(other, _)| *other != key) {
            kept.push((key, value));
        }
    }
    Some(kept.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(","))
}

fn is_state_key(key: &str) -> bool {
    let is_first = |byte: &u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9');
    let is_other = |byte: u8| is_first(&byte) || matches!(byte, b'_' | b'-' | b'*' | b'/' | b'@');
    key.len() <= 256 && key.as_bytes().first().is_some_and(is_first) && key.bytes().all(is_other)
}

fn is_state_value(value: &str) -> bool {
    let is_allowed = |byte| matches!(byte, b' '..=b'~') && !matches!(byte, b',' | b'=');
    (1..=256).contains(&value.len()) && value.bytes().all(is_allowed)
}

/// Returns the allowed members of a `baggage` as one header in a form that OpenTelemetry reads as it is meant, and how
/// many others there were.
pub(crate) fn baggage(texts: &[&str], allowed: &[&str]) -> (String, u64) {
    let mut kept = String::new();
    let (mut left, mut dropped) = (MEMBERS, 0);
    for member in texts.iter().flat_map(|text| text.split(',')) {
        if trimmed(member).is_empty() {
            continue;
        }
        match entry(member, allowed) {
            Some(entry) if left > 0 && kept.len() + entry.len() + usize::from(!kept.is_empty()) <= BYTES => {
                left -= 1;
                kept.push_str(if kept.is_empty() { "" } else { "," });
                kept.push_str(&entry);
            }
            _ => dropped += 1,
        }
    }
    (kept, dropped)
}

/// OpenTelemetry decodes properties, and writes them again without encoding, so an encoded comma would become the end
/// of a member: properties with `%` are left out, as those that are malformed.
fn entry(member: &str, allowed: &[&str]) -> Option<String> {
    let mut parts = member.split(';');
    let (key, value) = parts.next()?.split_once('=')?;
    let (key, value) = (trimmed(key), trimmed(value));
    let is_octet = |byte| matches!(byte, b'!' | b'#'..=b'+' | b'-'..=b':' | b'<'..=b'[' | b']'..=b'~');
    if !allowed.contains(&key) || !value.bytes().all(is_octet) {
        return None;
    }
    let mut entry = format!("{key}={}", encoded(&percent_decode_str(value).decode_utf8_lossy()));
    let is_plain = |text: &str| text.bytes().all(|byte| is_octet(byte) && byte != b'%');
    for property in parts {
        let (name, value) = property.split_once('=').map_or((property, None), |(name, value)| (name, Some(value)));
        let (name, value) = (trimmed(name), value.map(trimmed));
        if !name.is_empty() && is_plain(name) && value.is_none_or(is_plain) {
            entry.push(';');
            entry.push_str(name);
            if let Some(value) = value {
                entry.push('=');
                entry.push_str(value);
            }
        }
    }
    Some(entry)
}

/// What is encoded in a value: all that W3C requires, and `=`, at the second of which OpenTelemetry ends a value.
const ENCODED: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'%').add(b',').add(b';').add(b'=').add(b'\\');

/// Returns a value of a `baggage` as it is written.
///
/// OpenTelemetry leaves `%` and `\` as they are when it writes, so the next reader would decode a value twice, or refuse
/// it. It does not change what is encoded here.
pub(crate) fn encoded(value: &str) -> String {
    utf8_percent_encode(value, ENCODED).to_string()
}

/// Returns as many members of a `baggage` as fit into the limits.
pub(crate) fn within_limits(baggage: String) -> String {
    if baggage.len() <= BYTES && baggage.split(',').count() <= MEMBERS {
        return baggage;
    }
    let mut kept = String::new();
    for member in baggage.split(',').take(MEMBERS) {
        let comma = if kept.is_empty() { "" } else { "," };
        if kept.len() + comma.len() + member.len() <= BYTES {
            kept.push_str(comma);
            kept.push_str(member);
        }
    }
    kept
}
