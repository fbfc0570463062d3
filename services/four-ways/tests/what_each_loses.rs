//! What each way loses, over HTTP.

use four_ways::Way;
use four_ways::load::run;
use four_ways::log::Place;

const REQUESTS: usize = 400;

#[tokio::test(flavor = "multi_thread")]
async fn each_way_loses_what_is_documented() {
    let outcomes = run(REQUESTS, 20, 2).await.unwrap();
    assert_eq!(outcomes.len(), 5); // by hand is measured twice
    for outcome in outcomes {
        for (place, count) in Place::ALL.into_iter().zip(outcome.counts) {
            let lines = (REQUESTS + REQUESTS / 4) * if place == Place::Body { 3 } else { 1 }; // one slice more to warm up
            let forgotten =
                matches!(outcome.way, Way::TaskLocal | Way::Spans) && matches!(place, Place::Blocking | Place::Body);
            let at = format!("{} in {}", outcome.way.name(), place.name());
            assert_eq!(count.wrong, 0, "{at}");
            assert_eq!(count.lost, if forgotten { lines } else { 0 }, "{at}");
            assert_eq!(count.right + count.lost, lines, "{at}");
        }
    }
}

#[test]
fn the_context_takes_the_fewest_lines() {
    let others = [Way::ByHand, Way::TaskLocal, Way::Spans].map(Way::plumbing);
    assert!((1..10).contains(&Way::Asynccontext.plumbing()), "{}", Way::Asynccontext.plumbing());
    assert!(others.into_iter().all(|lines| lines > Way::Asynccontext.plumbing()), "{others:?}");
}
