//! The page of a story, as its users see it.

use std::path::Path;

use serde_json::{Value, json};
use servers::Server;

use crate::browser::Page;
use crate::support::{Service, order};

pub async fn an_order_is_shown_with_its_lines(server: &Server) {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &[]);
    let refused = order(&service.url, 1, "").json(&json!({ "item": "piano", "quantity": 1 })).send().await.unwrap();
    assert_eq!(refused.status(), 402);

    // An order of a user, whose tenant is a text and no markup.
    let page = Page::open(server, &service.url).await;
    page.resize(1280, 800).await;
    page.until("document.querySelector('#requests').value === 'web-1'").await;
    page.run("document.querySelector('[name=tenant]').value = '<b>blue</b>'").await;
    page.click("#order button").await;
    page.until("document.querySelector('ol')?.innerText.includes('invoice written')").await;
    page.until("document.querySelectorAll('.bars li').length === 4").await;
    let said = page.run("return document.querySelector('#said').innerText").await;
    assert_eq!(said, "4 spans and 7 lines of 2 processes, in one trace");
    let lines = page.run("return [...document.querySelectorAll('ol li')].map(line => line.innerText)").await;
    let lines: Vec<_> = lines.as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
    assert!(lines.iter().all(|line| line.contains("tenant=<b>blue</b>")), "{lines:#?}");
    let classes = page.run("return [...document.querySelectorAll('ol li')].map(line => line.className)").await;
    let of = |process| format!("{process} info");
    let processes = ["orders", "orders", "orders", "payment", "orders", "orders", "orders"];
    assert_eq!(classes, json!(processes.map(of)));
    let names = page.run("return [...document.querySelectorAll('.bars .name')].map(name => name.innerText)").await;
    assert_eq!(names, json!(["request", "pay", "request", "invoice"]));

    // Each bar begins and ends within the one of its parent, except that of the job; the lines are beside the bars.
    let boxes =
        page.run("return [...document.querySelectorAll('.bars i, ol')].map(e => e.getBoundingClientRect())").await;
    let edge = |at: usize, name: &str| boxes[at][name].as_f64().unwrap();
    for (inner, outer) in [(1, 0), (2, 1)] {
        assert!(
            edge(inner, "left") >= edge(outer, "left") && edge(inner, "right") <= edge(outer, "right") + 2.0,
            "{boxes}"
        );
    }
    assert!((0..4).all(|bar| edge(bar, "width") >= 2.0 && edge(bar, "right") < edge(4, "left")), "{boxes}");
    page.screenshot("order.png").await;
    axe(&page).await;

    // One that was refused.
    page.run(
        "const requests = document.querySelector('#requests');
        requests.value = 'web-1';
        requests.dispatchEvent(new Event('change'))",
    )
    .await;
    page.until("document.querySelector('ol .warn b')?.innerText === 'charge refused'").await;
    page.until("document.querySelectorAll('.bars li').length === 3").await;
    axe(&page).await;
    for (width, name) in [(1280, "refused.png"), (400, "narrow.png")] {
        page.resize(width, 800).await;
        page.until(&format!("innerWidth <= {width}")).await;
        page.screenshot(name).await;
        let is_wider = page.run("return document.documentElement.scrollWidth > innerWidth").await;
        assert_eq!(is_wider, false, "at {width}");
    }
    assert_eq!(page.complaints().await, [] as [Value; 0]);

    drop(service);
    page.click("#order button").await;
    page.until("document.querySelector('#said').innerText.startsWith('The service doesn')").await;
    page.close().await;
}

/// Checks what axe-core finds, if it is in the folder of tools.
async fn axe(page: &Page) {
    let path = "../../target/tools/axe/node_modules/axe-core/axe.min.js";
    let Ok(script) = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)) else {
        println!("not run: axe-core is not installed (npm install --prefix target/tools/axe axe-core)");
        return;
    };
    let run = "return axe.run().then(found => found.violations.map(one => [one.id, one.nodes.map(node => node.html)]))";
    page.run(&script).await;
    assert_eq!(page.run(run).await, json!([]));
}
