//! One request to a server, as the tree of everything that it starts.
//!
//! It prints the tree that articles about async_hooks draw: work that runs later is a resource with
//! an id, a parent, and the store that it carries. A hook is called for the creation and the end of
//! each resource, and prints it in the tree.
//!
//! ```sh
//! cargo run --release --example resource_tree
//! ```
//!
//! All work that the request starts is below the request in the tree and has its store, on every
//! thread; the server's own tasks have none. Each piece of work reports the id, parent and store
//! that it reads, and these are compared with the tree. In the end the tree is empty. The exit code
//! is 0 only if all of this is true.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use asynccontext::Propagate;
use asynccontext::als::{
    AsyncLocalStorage, AsyncResource, HookCallbacks, Resource, create_hook, execution_async_id, trigger_async_id,
};
use asynccontext::tokio::task::{JoinSet, spawn, spawn_blocking};
use futures::StreamExt;
use futures::stream::repeat_with;
use http_body_util::{BodyExt, Empty, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::handshake;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Handle;
use tokio::sync::Barrier;
use tokio::time::{sleep, timeout};

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// The request that the running code works for.
static REQUEST: AsyncLocalStorage<u64> = AsyncLocalStorage::named("request");

const TIME_LIMIT: Duration = Duration::from_secs(60);

// ---- The tree ---------------------------------------------------------------------------

/// A live resource.
#[derive(Clone, PartialEq, Debug)]
struct Node {
    type_name: String,
    parent: u64,
    store: Option<u64>,
}

/// All live resources by their ids, which are in the order of creation.
#[derive(Clone, Default)]
struct Tree(Arc<Mutex<BTreeMap<u64, Node>>>);

impl HookCallbacks for Tree {
    /// Runs in the context of the code that creates the resource, so its store is the resource's.
    fn init(&self, resource: &Resource) {
        let (type_name, parent) = (resource.type_name().to_owned(), resource.trigger_async_id());
        let node = Node { type_name, parent, store: REQUEST.get_store() };
        let mut nodes = self.0.lock().unwrap();
        nodes.insert(resource.async_id(), node);
        print_node(&nodes, '+', resource.async_id());
    }

    fn destroy(&self, resource: &Resource) {
        let mut nodes = self.0.lock().unwrap();
        print_node(&nodes, '-', resource.async_id());
        nodes.remove(&resource.async_id());
    }
}

/// One line, indented by the depth of the resource.
fn print_node(nodes: &BTreeMap<u64, Node>, mark: char, id: u64) {
    let Node { type_name, parent, store } = &nodes[&id];
    let depth = std::iter::successors(nodes.get(parent), |node| nodes.get(&node.parent)).count();
    let name = format!("{:1$}{type_name}", "", depth * 3);
    let store = store.map_or("-".to_owned(), |store| store.to_string());
    let _ = writeln!(std::io::stdout(), "{mark} {name:<36}{id:>6}{parent:>8}{store:>8}");
}

impl Tree {
    fn nodes(&self) -> BTreeMap<u64, Node> {
        self.0.lock().unwrap().clone()
    }

    /// The whole tree, each resource under its parent.
    fn print(&self) {
        fn under(nodes: &BTreeMap<u64, Node>, id: u64) {
            print_node(nodes, ' ', id);
            for (child, _) in nodes.iter().filter(|(_, node)| node.parent == id) {
                under(nodes, *child);
            }
        }
        let nodes = self.nodes();
        for (id, _) in nodes.iter().filter(|(_, node)| !nodes.contains_key(&node.parent)) {
            under(&nodes, *id);
        }
    }
}

// ---- The server -------------------------------------------------------------------------

/// The id, parent and store that a piece of work reads.
#[derive(Clone, Debug)]
struct Seen {
    id: u64,
    node: Node,
}

/// Called inside each piece of work.
fn seen(type_name: &str) -> Seen {
    let (parent, store) = (trigger_async_id(), REQUEST.get_store());
    Seen { id: execution_async_id(), node: Node { type_name: type_name.to_owned(), parent, store } }
}

/// The number of waiters at the barrier: the work that can wait, and the handler.
const MEET: usize = 7;

/// The application. All of its work is alive at once when it reads the tree.
async fn handle(tree: Tree) -> Result<String> {
    let meet = Arc::new(Barrier::new(MEET));
    // Waits until all have started, and until the tree has been read.
    let stay = |type_name: &'static str| {
        let meet = meet.clone();
        async move {
            meet.wait().await;
            meet.wait().await;
            seen(type_name)
        }
    };

    let (nested, task) = (stay("tokio::spawn"), stay("tokio::spawn"));
    let task = spawn(async move {
        let nested = spawn(nested);
        (task.await, nested.await)
    });
    let (blocking, runtime) = (stay("tokio::spawn_blocking"), Handle::current());
    let blocking = spawn_blocking(move || runtime.block_on(blocking));
    let mut set = JoinSet::new();
    set.spawn(stay("tokio::JoinSet::spawn"));
    set.spawn(stay("tokio::JoinSet::spawn"));
    let timer = AsyncResource::new("Timer");
    let timer_seen = stay("Timer");
    let ring = timer.scope(async { (sleep(Duration::from_millis(5)).await, timer_seen.await).1 });
    let mut rows = Box::pin(repeat_with(|| seen("Scoped")).take(2).in_current_snapshot());

    let here = seen("Request");
    let look = async {
        meet.wait().await;
        println!("\n  all of it:");
        tree.print();
        println!();
        let nodes = tree.nodes();
        meet.wait().await;
        nodes
    };
    let (ring, nodes) = tokio::join!(ring, look);
    timer.emit_destroy();
    let (task, nested) = task.await?;
    let mut all = vec![here.clone(), task.clone(), nested?, blocking.await?, ring];
    while let Some(seen) = set.join_next().await {
        all.push(seen?);
    }
    while let Some(row) = rows.next().await {
        all.push(row);
    }

    // Each piece of work read the values in the tree.
    for Seen { id, node } in &all {
        assert_eq!(Some(node), nodes.get(id), "{id}");
        assert_eq!(node.store, Some(7), "{id}");
    }
    let children = |of: u64| nodes.iter().filter(move |(_, node)| node.parent == of);
    let names = |of: u64| children(of).map(|(_, node)| &*node.type_name).collect::<Vec<_>>();
    let started =
        ["tokio::spawn", "tokio::spawn_blocking", "tokio::JoinSet::spawn", "tokio::JoinSet::spawn", "Timer", "Scoped"];
    assert_eq!(names(here.id), started);
    assert_eq!(names(task.id), ["tokio::spawn"]);
    // Above it are the connection and the listener, which belong to no request.
    let connection = &nodes[&here.node.parent];
    let listener = &nodes[&connection.parent];
    assert_eq!([&*connection.type_name, &*listener.type_name], ["tokio::spawn"; 2]);
    assert_eq!((listener.parent, connection.store, listener.store), (1, None, None));
    assert_eq!(nodes.len(), 2 + 1 + started.len() + 1);
    Ok(format!("{} pieces of work saw who they are", all.len()))
}

async fn serve(request: Request<Incoming>, tree: Tree) -> Result<Response<Full<Bytes>>> {
    let id = request.headers().get("x-request-id").ok_or("no id")?.to_str()?.parse()?;
    let resource = REQUEST.run(id, || AsyncResource::new("Request"));
    let answer = resource.scope(handle(tree)).await?;
    Ok(Response::new(Full::from(answer)))
}

/// Accepts connections forever, with a task for each.
async fn listen(listener: TcpListener, tree: Tree) {
    while let Ok((stream, _)) = listener.accept().await {
        let tree = tree.clone();
        let service = service_fn(move |request| serve(request, tree.clone()));
        spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

/// One request by a client without resources: its tasks are spawned bare.
async fn get(server: std::net::SocketAddr) -> Result<String> {
    let (mut sender, connection) = handshake(TokioIo::new(TcpStream::connect(server).await?)).await?;
    tokio::spawn(connection);
    let request = Request::get("/").header("host", "localhost").header("x-request-id", 7);
    let response = sender.send_request(request.body(Empty::<Bytes>::new())?).await?;
    Ok(String::from_utf8(response.into_body().collect().await?.to_bytes().into())?)
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<()> {
    let tree = Tree::default();
    let hook = create_hook(tree.clone()).enable();
    println!("  {:<36}{:>6}{:>8}{:>8}", "resource", "id", "parent", "store");

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let server = listener.local_addr()?;
    let listening = spawn(listen(listener, tree.clone()));
    let answer = timeout(TIME_LIMIT, get(server)).await??;

    // The client has disconnected. The rest ends with the listener.
    listening.abort();
    timeout(TIME_LIMIT, async {
        while !tree.nodes().is_empty() {
            sleep(Duration::from_millis(1)).await;
        }
    })
    .await?;
    hook.disable();
    println!("\n{answer}; the tree is empty");
    Ok(())
}
