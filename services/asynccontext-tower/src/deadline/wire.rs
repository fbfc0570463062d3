//! The time that is left as text: the form of gRPC, and others that headers have.

use std::error::Error;
use std::fmt;
use std::time::Duration;

/// The units of `grpc-timeout` in nanoseconds, from the finest.
const UNITS: [(char, u128); 6] =
    [('n', 1), ('u', 1_000), ('m', 1_000_000), ('S', NANOS), ('M', 60 * NANOS), ('H', 3_600 * NANOS)];
const NANOS: u128 = 1_000_000_000;

/// The number of digits that `grpc-timeout` may have.
const DIGITS: usize = 8;

/// Parses the value of a header `grpc-timeout`: one to eight digits and a unit, of `H`, `M`, `S`,
/// `m`, `u` and `n`.
///
/// # Examples
///
/// ```
/// use asynccontext_tower::deadline::grpc_timeout;
/// use std::time::Duration;
///
/// assert_eq!(grpc_timeout("250m"), Some(Duration::from_millis(250)));
/// assert_eq!(grpc_timeout("1H"), Some(Duration::from_secs(3600)));
/// assert_eq!(grpc_timeout("-1S"), None);
/// ```
pub fn grpc_timeout(text: &str) -> Option<Duration> {
    let unit = text.chars().next_back()?;
    let (_, nanos) = UNITS.into_iter().find(|(name, _)| *name == unit)?;
    let number = digits(&text[..text.len() - unit.len_utf8()], DIGITS)?;
    let nanos = u128::from(number) * nanos;
    Some(Duration::new((nanos / NANOS) as u64, (nanos % NANOS) as u32))
}

/// Parses a number of milliseconds, as Envoy's `x-envoy-expected-rq-timeout-ms` has.
///
/// # Examples
///
/// ```
/// use asynccontext_tower::deadline::milliseconds;
/// use std::time::Duration;
///
/// assert_eq!(milliseconds("1500"), Some(Duration::from_millis(1500)));
/// assert_eq!(milliseconds("soon"), None);
/// ```
pub fn milliseconds(text: &str) -> Option<Duration> {
    digits(text, 15).map(Duration::from_millis)
}

/// Parses one to `most` ASCII digits: no sign, as `parse` would accept.
fn digits(text: &str, most: usize) -> Option<u64> {
    let is_number = !text.is_empty() && text.len() <= most && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}

/// Writes the time as `grpc-timeout`, rounded down to the finest unit that has at most eight digits.
pub(super) fn write(time: Duration) -> String {
    let most = 10_u128.pow(DIGITS as u32) - 1;
    for (name, unit) in UNITS {
        let number = time.as_nanos() / unit;
        if number <= most {
            return format!("{number}{name}");
        }
    }
    format!("{most}H")
}

/// The text is no `grpc-timeout`.
#[derive(Debug)]
pub(super) struct NoTimeout;

impl fmt::Display for NoTimeout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a timeout is one to eight digits and a unit")
    }
}

impl Error for NoTimeout {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timeouts_come_back_at_most_one_unit_shorter() {
        for exponent in 0..70 {
            let nanos = 7_u128.saturating_mul(1 << exponent);
            let time = Duration::new((nanos / NANOS) as u64, (nanos % NANOS) as u32);
            let text = write(time);
            assert!(text.len() <= DIGITS + 1, "{text}");
            let read = grpc_timeout(&text).expect("it was written here");
            assert!(read <= time, "{text}: {time:?} became {read:?}");
            if time < Duration::from_secs(3600 * 99_999_999) {
                assert!(time - read <= time / 99_999, "{text}: {time:?} became {read:?}");
            }
        }
        assert_eq!(write(Duration::ZERO), "0n");
        assert_eq!(write(Duration::MAX), "99999999H");
    }

    #[test]
    fn hostile_timeouts_are_refused() {
        for text in ["", "S", "1", "1s", "1 S", " 1S", "+1S", "-1S", "1.5S", "123456789S", "0x1S", "１S", "1é", "1S\n"]
        {
            assert_eq!(grpc_timeout(text), None, "{text:?}");
        }
        assert_eq!(grpc_timeout("99999999H"), Some(Duration::from_secs(99_999_999 * 3600)));
        for text in ["", "-1", "+1", "1e3", "1 ", "9999999999999999"] {
            assert_eq!(milliseconds(text), None, "{text:?}");
        }
    }
}
