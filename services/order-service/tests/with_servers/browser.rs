//! A page in Chromium, by the commands of WebDriver that the tests need. The clients that exist depend on
//! a crate under the MPL.

use std::path::Path;

use serde_json::{Value, json};
use servers::Server;

pub struct Page {
    session: String,
    client: reqwest::Client,
    _profile: tempfile::TempDir,
}

impl Page {
    /// Opens `url` in a window.
    pub async fn open(server: &Server, url: &str) -> Page {
        let profile = tempfile::tempdir().unwrap();
        let data = format!("--user-data-dir={}", profile.path().display());
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--force-prefers-reduced-motion",
            &data,
        ];
        let capabilities = json!({
            "goog:chromeOptions": { "args": arguments },
            "goog:loggingPrefs": { "browser": "ALL" },
            "timeouts": { "script": 100_000, "pageLoad": 100_000 },
        });
        let client = reqwest::Client::new();
        let body = json!({ "capabilities": { "alwaysMatch": capabilities } });
        let answer = client.post(format!("{}/session", server.url())).json(&body).send().await.unwrap();
        let answer: Value = answer.json().await.unwrap();
        let id = answer["value"]["sessionId"].as_str().unwrap_or_else(|| panic!("no session: {answer}"));
        let page = Page { session: format!("{}/session/{id}", server.url()), client, _profile: profile };
        page.command("url", json!({ "url": url })).await;
        page
    }

    async fn command(&self, name: &str, body: Value) -> Value {
        let answer = self.client.post(format!("{}/{name}", self.session)).json(&body).send().await.unwrap();
        let is_ok = answer.status().is_success();
        let mut answer: Value = answer.json().await.unwrap();
        assert!(is_ok, "{name}: {answer}");
        answer["value"].take()
    }

    /// Returns what the body of a function returns, or the promise that it returns.
    pub async fn run(&self, script: &str) -> Value {
        self.command("execute/sync", json!({ "script": script, "args": [] })).await
    }

    /// Waits until an expression is true.
    pub async fn until(&self, expression: &str) {
        let wait = format!(
            "const start = performance.now();
            return new Promise((resolve, reject) => (function look() {{
                if ({expression}) resolve();
                else if (performance.now() - start > 90000) reject(Error(document.body.innerText));
                else setTimeout(look, 20);
            }})())"
        );
        self.run(&wait).await;
    }

    /// Clicks like a user, at the middle of the element.
    pub async fn click(&self, selector: &str) {
        let found = self.command("element", json!({ "using": "css selector", "value": selector })).await;
        let element = found.as_object().unwrap().values().next().unwrap().as_str().unwrap();
        self.command(&format!("element/{element}/click"), json!({})).await;
    }

    pub async fn resize(&self, width: u32, height: u32) {
        // A window can't be as small as a telephone.
        let parameters = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        let command = json!({ "cmd": "Emulation.setDeviceMetricsOverride", "params": parameters });
        self.command("goog/cdp/execute", command).await;
    }

    /// Returns the errors and warnings of the console since the last call.
    pub async fn complaints(&self) -> Vec<Value> {
        let log = self.command("se/log", json!({ "type": "browser" })).await;
        let is_complaint = |entry: &Value| entry["level"] == "SEVERE" || entry["level"] == "WARNING";
        log.as_array().unwrap().iter().filter(|entry| is_complaint(entry)).cloned().collect()
    }

    /// Writes what the window shows to a file of the target directory.
    pub async fn screenshot(&self, name: &str) {
        let answer = self.client.get(format!("{}/screenshot", self.session)).send().await.unwrap();
        let answer: Value = answer.json().await.unwrap();
        let text = answer["value"].as_str().unwrap();
        let decoded = data_encoding::BASE64.decode(text.as_bytes()).unwrap();
        std::fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join(name), decoded).unwrap();
    }

    pub async fn close(self) {
        self.client.delete(&self.session).send().await.unwrap();
    }
}
