//! axum's handlers: extractors, the request's parts, the id and its policy, and variables that the
//! service binds.

use std::net::SocketAddr;

use asynccontext::carrier::Imports;
use asynccontext::{Unbound, Variable, tokio};
use asynccontext_tower::axum::{Current, FromContext};
use asynccontext_tower::deadline::Deadline;
use asynccontext_tower::{
    CurrentRequest, MatchedRoute, REQUEST_ID, RequestContextLayer, RequestId, bind, current_request,
};
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::header::{ACCEPT_LANGUAGE, AUTHORIZATION};
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use tower::{Service, ServiceExt};

#[derive(Clone, PartialEq, Debug)]
struct User(String);

static USER: Variable<User> = Variable::named("user");

impl FromContext for User {
    fn variable() -> &'static Variable<User> {
        &USER
    }

    fn unbound(_: Unbound) -> Response {
        StatusCode::UNAUTHORIZED.into_response()
    }
}

async fn answer(app: Router, request: Request<Body>) -> (StatusCode, HeaderMap, String) {
    let response = app.oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    (parts.status, parts.headers, String::from_utf8(body.to_vec()).unwrap())
}

fn get_of(path: &str) -> http::request::Builder {
    Request::get(path)
}

fn empty(request: http::request::Builder) -> Request<Body> {
    request.body(Body::empty()).unwrap()
}

#[tokio::test]
async fn the_parts_of_the_request_are_read_below() {
    async fn deep() -> String {
        let task = tokio::spawn(async {
            let request = current_request().unwrap();
            let language = request.headers().get(ACCEPT_LANGUAGE).map(|value| value.to_str().unwrap().to_owned());
            assert!(!request.headers().contains_key(AUTHORIZATION), "not kept");
            let (route, address) = (request.route(), request.remote_address());
            format!("{} {} {:?} {route:?} {address:?} {language:?}", request.method(), request.uri(), request.version())
        });
        task.await.unwrap()
    }
    let context = RequestContextLayer::new().keep_headers([ACCEPT_LANGUAGE]);
    let app = Router::new().nest("/api", Router::new().route("/orders/{id}", get(deep))).fallback(deep).layer(context);
    let address: SocketAddr = "192.0.2.7:80".parse().unwrap();
    let request = get_of("/api/orders/7?x=1").header("accept-language", "de").header("authorization", "secret");
    let request = request.extension(ConnectInfo(address));
    let (_, _, body) = answer(app.clone(), empty(request)).await;
    let expected = "GET /api/orders/7?x=1 HTTP/1.1 Some(\"/api/orders/{id}\") Some(192.0.2.7:80) Some(\"de\")";
    assert_eq!(body, expected);
    let request = get_of("/other").extension(address).extension(MatchedRoute::new("/{other}"));
    let (_, _, body) = answer(app.clone(), empty(request)).await;
    assert_eq!(body, "GET /other HTTP/1.1 Some(\"/{other}\") Some(192.0.2.7:80) None");
    let (_, _, body) = answer(app, empty(get_of("/none"))).await;
    assert_eq!(body, "GET /none HTTP/1.1 None None None");
    assert!(current_request().is_err());
}

#[tokio::test]
async fn extractors_read_or_answer() {
    let handler = async |Current(User(user)): Current<User>, id: RequestId, request: CurrentRequest| {
        assert_eq!(&id, request.id());
        user
    };
    let late = async |Current(_): Current<Deadline>| ();
    let app = Router::new().route("/", get(handler)).route("/late", get(late));
    let with_user = app.clone().layer(bind(&USER, |_| async { Ok::<_, Response>(User("ann".into())) }));
    let all = with_user.clone().layer(RequestContextLayer::new());
    assert_eq!(answer(all.clone(), empty(get_of("/"))).await.2, "ann");
    let (status, _, body) = answer(with_user, empty(get_of("/"))).await;
    assert_eq!((status.as_u16(), &*body), (500, "no request is current"));
    assert_eq!(answer(app.layer(RequestContextLayer::new()), empty(get_of("/"))).await.0, StatusCode::UNAUTHORIZED);
    let (status, _, body) = answer(all, empty(get_of("/late"))).await;
    assert_eq!((status.as_u16(), &*body), (500, "the variable \"deadline\" is not bound"));
}

#[tokio::test]
async fn a_bound_variable_lasts_for_the_body_and_may_be_refused() {
    let load = |token: Option<String>| async move {
        assert!(current_request().is_ok(), "the function runs in the context");
        tokio::task::yield_now().await;
        match token.as_deref() {
            Some("ann") => Ok(Some(User("ann".into()))),
            Some("") => Ok(None),
            _ => Err((StatusCode::FORBIDDEN, "no").into_response()),
        }
    };
    let handler = async || {
        let in_handler = USER.get();
        let stream = futures::stream::once(async move {
            tokio::task::yield_now().await;
            Ok::<_, std::convert::Infallible>(format!("{in_handler:?} {:?}", USER.get()))
        });
        Body::from_stream(stream)
    };
    let layer =
        bind(&USER, move |parts| load(parts.headers.get("x-token").map(|token| token.to_str().unwrap().into())));
    let app = Router::new().route("/", get(handler)).layer(layer).layer(RequestContextLayer::new());
    let ask = |token: &str| answer(app.clone(), empty(get_of("/").header("x-token", token)));
    assert_eq!(ask("ann").await.2, "Some(User(\"ann\")) Some(User(\"ann\"))");
    assert_eq!(ask("").await.2, "None None");
    assert_eq!(USER.scope(User("outside".into()), ask("")).await.2, "None None", "an outer user is not this one's");
    let (status, headers, body) = ask("bob").await;
    assert_eq!((status, &*body), (StatusCode::FORBIDDEN, "no"));
    assert!(headers.contains_key("x-request-id"));
}

#[tokio::test]
async fn a_strangers_id_is_accepted_by_policy_only() {
    static TRUSTED: Imports = Imports::new(&[REQUEST_ID.import().limit(20)]);
    static VERIFIED: Imports = Imports::new(&[REQUEST_ID.import().verified_by(|_, carrier| {
        if carrier.get("x-from-gateway")? == Some("yes") { Ok(()) } else { Err("not from the gateway".into()) }
    })]);
    let app = |context: RequestContextLayer| {
        let handler = async || format!("{} {}", REQUEST_ID.get().unwrap(), current_request().unwrap().id());
        Router::new().route("/", get(handler)).layer(context)
    };
    let ask = |context: RequestContextLayer, headers: &[(&'static str, &str)]| {
        let mut request = get_of("/");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let call = answer(app(context), empty(request));
        async {
            let (_, headers, body) = call.await;
            let (variable, request) = body.split_once(' ').unwrap();
            assert_eq!(variable, request);
            assert_eq!(headers.get("x-request-id").map(|id| id.to_str().unwrap().to_owned()), Some(request.to_owned()));
            request.to_owned()
        }
    };
    let sent = [("x-request-id", "web-17")];
    let is_made = |id: &str| id.len() == 36 && id.as_bytes()[14] == b'7';
    assert!(is_made(&ask(RequestContextLayer::new(), &sent).await));
    assert_eq!(ask(RequestContextLayer::new().incoming(&TRUSTED), &sent).await, "web-17");
    for bad in ["", "a b", "a%0D%0Ab", "a%20b", "%", "ü", "x1x2x3x4x5x6x7x8x9x0x", "a\"b", "<script>"] {
        let id = ask(RequestContextLayer::new().incoming(&TRUSTED), &[("x-request-id", bad)]).await;
        assert!(is_made(&id), "{bad:?}");
    }
    let twice = [("x-request-id", "a"), ("x-request-id", "b")];
    assert!(is_made(&ask(RequestContextLayer::new().incoming(&TRUSTED), &twice).await));
    assert_eq!((TRUSTED.dropped().total(), TRUSTED.dropped().repeated), (10, 1));
    assert!(is_made(&ask(RequestContextLayer::new().incoming(&VERIFIED), &sent).await));
    let gateway = [("x-request-id", "web-17"), ("x-from-gateway", "yes")];
    assert_eq!(ask(RequestContextLayer::new().incoming(&VERIFIED), &gateway).await, "web-17");
    // An id that is current here, as in a test that calls the service in a request, is another's.
    let here = REQUEST_ID.scope("mine".parse().unwrap(), ask(RequestContextLayer::new(), &[]));
    assert!(is_made(&here.await));

    let quiet = app(RequestContextLayer::new().response_header(None).make_request_id(|| "mine".parse().unwrap()));
    let (_, headers, body) = answer(quiet, empty(get_of("/"))).await;
    assert!(!headers.contains_key("x-request-id") && body == "mine mine");
}

/// Values of the connection and of tests are current below, unless the request brings its own.
#[tokio::test]
async fn values_around_the_service_are_kept() {
    static PEER: Variable<&str> = Variable::named("peer");
    let app = Router::new().route("/", get(async || PEER.get().unwrap_or("-"))).layer(RequestContextLayer::new());
    let mut service = app.into_service::<Body>();
    let call = async { service.call(empty(get_of("/"))).await.unwrap().into_body().collect().await };
    assert_eq!(PEER.scope("local", call).await.unwrap().to_bytes(), "local");
    let _ = Json(());
}
