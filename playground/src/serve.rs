//! The server: the files of one folder, on loopback only.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use crate::site::Failure;

/// The files of the site, and their types.
const FILES: [(&str, &str); 5] = [
    ("index.html", "text/html; charset=utf-8"),
    ("app.css", "text/css; charset=utf-8"),
    ("app.js", "text/javascript; charset=utf-8"),
    ("engine.js", "text/javascript; charset=utf-8"),
    ("engine.wasm", "application/wasm"),
];

/// Serves a folder until the process is ended.
///
/// # Errors
///
/// Returns an error if the port is taken.
pub(crate) fn serve(folder: &Path, port: u16) -> Result<(), Failure> {
    let failed = |error| Failure::Port { port, error };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().map_err(failed)?;
    runtime.block_on(async {
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await.map_err(failed)?;
        println!("http://{}/", listener.local_addr().map_err(failed)?);
        let folder: Arc<Path> = folder.into();
        loop {
            let (stream, _) = listener.accept().await.map_err(failed)?;
            let folder = Arc::clone(&folder);
            tokio::spawn(async move {
                let service = service_fn(move |request| {
                    let answered = answer(&folder, &request);
                    async move { Ok::<_, Infallible>(answered) }
                });
                // An error means that the browser has closed the connection.
                let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
            });
        }
    })
}

fn answer(folder: &Path, request: &Request<Incoming>) -> Response<Full<Bytes>> {
    if request.method() != Method::GET {
        return refuse(StatusCode::METHOD_NOT_ALLOWED, "this server has files only");
    }
    let name = request.uri().path().trim_start_matches('/');
    let name = if name.is_empty() { "index.html" } else { name };
    let Some((name, kind)) = FILES.into_iter().find(|(known, _)| *known == name) else {
        return refuse(StatusCode::NOT_FOUND, "the site has no such file");
    };
    let path: PathBuf = folder.join(name);
    match std::fs::read(&path) {
        Ok(bytes) => {
            let response = Response::builder().header(CONTENT_TYPE, kind).header(CACHE_CONTROL, "no-cache");
            response.body(Full::new(bytes.into())).unwrap_or_default()
        }
        Err(error) => refuse(StatusCode::INTERNAL_SERVER_ERROR, &format!("{}: {error}", path.display())),
    }
}

fn refuse(status: StatusCode, why: &str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(format!("{why}\n"))));
    *response.status_mut() = status;
    response
}
