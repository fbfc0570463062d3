//! The cost of the layers for each request, compared with the bare service, in memory: the call, its
//! future, a body of one frame, and all drops. The figure is the least time of all rounds, since
//! noise only adds. With the name of a row and a count it runs that row alone, for callgrind.

use std::convert::Infallible;
use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use asynccontext::Variable;
use asynccontext::carrier::{Exported, Imports};
use asynccontext_tower::deadline::DeadlineLayer;
use asynccontext_tower::{REQUEST_ID, RequestContextLayer, bind};
use http::{Request, Response};
use http_body::Body;
use http_body_util::Full;
use hyper::body::Bytes;
use tower::{Layer, Service, service_fn};

static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
static USER: Variable<u64> = Variable::named("user");
static IMPORTS: Imports = Imports::new(&[REQUEST_ID.import(), TENANT.import()]);

type Answer = Response<Full<Bytes>>;

async fn handle(_: Request<()>) -> Result<Answer, Infallible> {
    Ok(Response::new(Full::new(Bytes::from_static(b"Hello"))))
}

fn ready<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("nothing waits"),
    }
}

fn serve<S, B>(service: &mut S, count: usize)
where
    S: Service<Request<()>, Response = Response<B>, Error = Infallible>,
    B: Body,
{
    for _ in 0..count {
        let mut request = Request::new(());
        request.headers_mut().insert("x-request-id", http::HeaderValue::from_static("web-17"));
        request.headers_mut().insert("x-tenant", http::HeaderValue::from_static("blue"));
        let Ok(response) = ready(service.call(request));
        let mut body = pin!(response.into_body());
        let mut context = Context::from_waker(Waker::noop());
        while let Poll::Ready(Some(frame)) = body.as_mut().poll_frame(&mut context) {
            let _ = black_box(frame.is_ok());
        }
    }
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    let _entered = runtime.enter();
    let context = RequestContextLayer::new();
    let user = bind(&USER, |_| std::future::ready(Ok::<u64, Answer>(7)));
    let deadline = DeadlineLayer::new(Duration::from_secs(10));

    let mut bare = service_fn(handle);
    let mut with_context = context.layer(service_fn(handle));
    let mut with_imports = context.clone().incoming(&IMPORTS).layer(service_fn(handle));
    let mut with_user = context.clone().incoming(&IMPORTS).layer(user.layer(service_fn(handle)));
    let mut with_all = context.incoming(&IMPORTS).layer(deadline.layer(user.layer(service_fn(handle))));
    let mut rows: [(&str, &mut dyn FnMut(usize)); 5] = [
        ("bare", &mut |count| serve(&mut bare, count)),
        ("context", &mut |count| serve(&mut with_context, count)),
        ("imports", &mut |count| serve(&mut with_imports, count)),
        ("user", &mut |count| serve(&mut with_user, count)),
        ("all", &mut |count| serve(&mut with_all, count)),
    ];

    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    if let (Some(row), Some(Ok(count))) = (arguments.next(), arguments.next().map(|count| count.parse())) {
        let (_, serve) = rows.iter_mut().find(|(name, _)| *name == row).expect("the name of a row");
        return serve(count);
    }
    const COUNT: usize = 2_000;
    let mut least = [f64::MAX; 5];
    for _ in 0..200 {
        for (least, (_, serve)) in least.iter_mut().zip(&mut rows) {
            let start = Instant::now();
            serve(COUNT);
            *least = least.min(start.elapsed().as_nanos() as f64 / COUNT as f64);
        }
    }
    let what = [
        "the bare service",
        "with RequestContextLayer, which makes the id",
        "with RequestContextLayer, which reads the id and the tenant from headers",
        "and with a user by bind",
        "and with a deadline",
    ];
    for (what, least) in what.iter().zip(least) {
        println!("{least:6.0} ns  {what}");
    }
}
