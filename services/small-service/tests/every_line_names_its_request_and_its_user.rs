//! Many users at once: each line of the log, from whatever task, thread, stream, service or queue,
//! names its request and its user, and the glue for it has at most twenty lines.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use sqlx::sqlite::SqlitePoolOptions;

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(text)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Lines {
    fn read(&self) -> Vec<Value> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).filter(is_ours).collect()
    }
}

fn is_ours(line: &Value) -> bool {
    line["target"].as_str().is_some_and(|target| target.starts_with("small_service"))
}

const USERS: usize = 50;

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn every_line_names_its_request_and_its_user() {
    let lines = Lines::default();
    let writer = lines.clone();
    small_service::log_to(move || writer.clone());
    let pool = SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await.unwrap();
    let address = small_service::start(pool.clone()).await.unwrap();
    let http = reqwest::Client::new();
    let users = (0..USERS).map(|user| {
        let http = http.clone();
        async move {
            let item = if user % 5 == 0 { "nothing" } else { "tea" };
            let user = format!("user-{user}");
            let request = http.post(format!("http://{address}/orders/{item}")).bearer_auth(&user);
            let response = request.send().await.unwrap();
            let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
            assert_eq!(response.status(), if item == "tea" { 200 } else { 409 });
            let request = http.get(format!("http://{address}/states/1")).bearer_auth(&user).send().await.unwrap();
            let stream_id = request.headers()["x-request-id"].to_str().unwrap().to_owned();
            assert_eq!(request.text().await.unwrap().matches("data: ").count(), 3);
            [(id, (user.clone(), item)), (stream_id, (user, "states"))]
        }
    });
    let requests: BTreeMap<_, _> = futures::future::join_all(users).await.into_iter().flatten().collect();
    let is_invoice = |line: &&Value| line["fields"]["message"] == "invoice";
    for _ in 0..1000 {
        if lines.read().iter().filter(is_invoice).count() == USERS * 4 / 5 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }

    let mut stories: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in lines.read() {
        let fields = &line["fields"];
        let id = fields["request_id"].as_str().unwrap_or_else(|| panic!("no request: {line}"));
        let (user, _) = requests.get(id).unwrap_or_else(|| panic!("another request: {line}"));
        assert_eq!(fields["user"].as_str(), Some(&**user), "{line}");
        stories.entry(id.to_owned()).or_default().push(fields["message"].as_str().unwrap().to_owned());
    }
    assert_eq!(stories.len(), 2 * USERS, "every request has lines");
    let ordered = ["checked", "checked", "inserted", "invoice", "ordered", "priced", "reserved"];
    for (id, mut story) in stories {
        story.sort();
        let expected: &[&str] = match requests[&id].1 {
            "tea" => &ordered,
            "nothing" => &["inserted", "refused", "reserved"],
            _ => &["told", "told", "told"],
        };
        assert_eq!(story, expected, "{id}");
    }
    let count = async |table| -> i64 { sqlx::query_scalar(table).fetch_one(&pool).await.unwrap() };
    assert_eq!(count("SELECT COUNT(*) FROM orders").await, 40, "the others were rolled back");
    assert_eq!(count("SELECT COUNT(*) FROM invoices").await, 40);
}

#[test]
fn the_glue_has_at_most_twenty_lines() {
    let source = include_str!("../src/lib.rs");
    let glue: Vec<&str> = source.lines().filter(|line| line.ends_with("// glue")).collect();
    println!("{}", glue.join("\n"));
    assert!((1..=20).contains(&glue.len()), "{}", glue.len());
    // Nothing that names the crates is left out.
    let names: BTreeSet<&str> =
        source.lines().filter(|line| line.starts_with("use asynccontext") && !line.ends_with("// glue")).collect();
    assert!(names.is_empty(), "{names:?}");
}
