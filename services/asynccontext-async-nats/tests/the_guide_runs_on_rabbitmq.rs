//! The guide's program for RabbitMQ, with a server.

use servers::{Kind, Server, test, tests};

mod guide {
    include!("../src/docs/context_over_queues/rabbitmq.rs");

    pub(crate) async fn the_guide_runs(server: &super::Server) {
        run(&server.url()).await.unwrap();
    }
}

fn main() {
    tests(Kind::RabbitMq, &[("the_guide_runs", test!(guide::the_guide_runs))]);
}
