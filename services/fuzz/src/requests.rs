//! Arbitrary headers of a request to a service with this project's layers: its id is the client's if
//! that is one, its deadline the earlier of both, and a variable what the list of imports reads.

use std::cell::RefCell;
use std::convert::Infallible;
use std::rc::Rc;
use std::time::Duration;

use asynccontext::Variable;
use asynccontext::carrier::{Exported, Exports, Imports};
use asynccontext_tower::deadline::{self, DEADLINE, DeadlineLayer, grpc_timeout, milliseconds};
use asynccontext_tower::{REQUEST_ID, RequestContextLayer, RequestId};
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response};
use tower::{ServiceBuilder, ServiceExt, service_fn};

const NAMES: [&str; 4] = ["x-request-id", "grpc-timeout", "x-timeout-ms", "x-tenant"];
const LIMIT: Duration = Duration::from_secs(600);

static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
static CLIENTS: Imports = Imports::new(&[REQUEST_ID.import(), TENANT.import().limit(64)]);
static SERVICES: Imports = Imports::new(&[DEADLINE.import()]);
static TO_SERVICES: Exports = Exports::new(&[REQUEST_ID.export(), DEADLINE.export(), TENANT.export()]);

/// The id and the timeout as the texts that a client has sent.
static RAW_ID: Exported<String> = Variable::named("raw-id").exported("x-request-id");
static RAW_TIMEOUT: Exported<String> = Variable::named("raw-timeout").exported("grpc-timeout");
static RAW: Imports = Imports::new(&[RAW_ID.import(), RAW_TIMEOUT.import()]);

/// Parses each text, and calls services with all of them as headers.
pub fn check(bytes: &[u8]) {
    let entries = crate::entries(bytes, &NAMES);
    let mut headers = HeaderMap::new();
    for (name, text) in &entries {
        let text = String::from_utf8_lossy(text);
        let id: Option<RequestId> = text.parse().ok();
        assert_eq!(id.map(|id| id.to_string()), is_id(&text).then(|| text.clone().into_owned()), "{text:?}");
        assert_eq!(grpc_timeout(&text), timeout(&text), "{text:?}");
        assert_eq!(milliseconds(&text), number(&text, 15).map(Duration::from_millis), "{text:?}");
        if let Ok(value) = HeaderValue::from_bytes(text.as_bytes()) {
            headers.append(*name, value);
        }
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.expect("a runtime").block_on(async {
        let layer = DeadlineLayer::new(LIMIT);
        serve(&headers, layer.clone(), asked(&headers, "grpc-timeout", timeout)).await;
        let milliseconds = layer.header(HeaderName::from_static("x-timeout-ms"), milliseconds);
        let parse = |text: &str| number(text, 15).map(Duration::from_millis);
        serve(&headers, milliseconds, asked(&headers, "x-timeout-ms", parse)).await;

        let deadline = SERVICES.extract(&headers).snapshot.run(|| DEADLINE.get());
        let sent = RAW.extract(&headers).snapshot.run(|| RAW_TIMEOUT.get());
        assert_eq!(deadline.map(|deadline| deadline.left()), sent.and_then(|text| timeout(&text)));
    });
}

/// Calls a service, which must see what the headers say and a deadline of `asked` at most.
async fn serve(headers: &HeaderMap, deadline: DeadlineLayer, asked: Option<Duration>) {
    let seen = Rc::new(RefCell::new(None));
    let service = ServiceBuilder::new().layer(RequestContextLayer::new().incoming(&CLIENTS)).layer(deadline);
    let service = service.service(service_fn(async |_: Request<()>| {
        let mut sent = HeaderMap::new();
        TO_SERVICES.inject(&mut sent).expect("what was read can be sent");
        let left = deadline::current().expect("it is bound").left();
        *seen.borrow_mut() = Some((REQUEST_ID.get().expect("it is bound"), TENANT.get(), left, sent));
        Ok::<_, Infallible>(Response::new(()))
    }));
    let mut request = Request::new(());
    *request.headers_mut() = headers.clone();
    let before = CLIENTS.dropped().total();
    let Ok(response) = service.oneshot(request).await;
    let expected = asked.unwrap_or(LIMIT).min(LIMIT);
    let Some((id, tenant, left, sent)) = seen.take() else {
        assert_eq!((expected, response.status().as_u16()), (Duration::ZERO, 504));
        return;
    };
    assert_eq!(left, expected);
    assert_eq!(response.headers().get_all("x-request-id").iter().collect::<Vec<_>>(), [id.as_str()]);

    let given = RAW.extract(headers).snapshot.run(|| RAW_ID.get()).filter(|text| is_id(text));
    match &given {
        Some(given) => assert_eq!(id.as_str(), given),
        None => assert!(id.as_str().len() == 36 && is_id(id.as_str())),
    }
    let is_given = |name: &str, read: bool| usize::from(headers.contains_key(name) && !read);
    let dropped = is_given("x-request-id", given.is_some()) + is_given("x-tenant", tenant.is_some());
    assert_eq!(CLIENTS.dropped().total() - before, dropped as u64);
    assert!(tenant.is_none_or(|tenant| !tenant.contains(char::is_control)));

    // The next service reads the same.
    let there = CLIENTS.extract(&sent).snapshot;
    assert_eq!(there.run(|| REQUEST_ID.get()), Some(id));
    assert!(there.run(|| TENANT.get()).is_some() == sent.contains_key("x-tenant"));
    let sent = sent["grpc-timeout"].to_str().expect("it is text");
    let there = timeout(sent).expect("it is a timeout");
    assert!(there <= left && left - there <= left / 99_999, "{left:?} became {there:?}");
}

/// The time that a header asks for, if it is there once and can be read.
fn asked(headers: &HeaderMap, name: &str, parse: impl Fn(&str) -> Option<Duration>) -> Option<Duration> {
    let all: Vec<_> = headers.get_all(name).iter().collect();
    if let [value] = all[..] { parse(value.to_str().ok()?) } else { None }
}

fn is_id(text: &str) -> bool {
    let is_plain = |c| matches!(c, 'a'..='z' | 'A'..='Z' | '0'..='9') || "-_.:/+=@~".contains(c);
    !text.is_empty() && text.len() <= 128 && text.chars().all(is_plain)
}

fn number(text: &str, most: usize) -> Option<u64> {
    let mut number = None;
    for c in text.chars() {
        number = Some(number.unwrap_or(0_u64).checked_mul(10)?.checked_add(c.to_digit(10)?.into())?);
    }
    number.filter(|_| text.len() <= most)
}

fn timeout(text: &str) -> Option<Duration> {
    let unit = text.chars().next_back()?;
    let number = number(&text[..text.len() - unit.len_utf8()], 8)?;
    Some(match unit {
        'H' => Duration::from_secs(3600 * number),
        'M' => Duration::from_secs(60 * number),
        'S' => Duration::from_secs(number),
        'm' => Duration::from_millis(number),
        'u' => Duration::from_micros(number),
        'n' => Duration::from_nanos(number),
        _ => return None,
    })
}
