//! Each server starts, is killed, and starts again.

use libtest_mimic::{Arguments, Trial};
use servers::{Kind, Server};

fn main() {
    let kinds = [
        ("nats_restarts", Kind::Nats),
        ("postgres_restarts", Kind::Postgres),
        ("rabbitmq_restarts", Kind::RabbitMq),
        ("redis_restarts", Kind::Redis),
    ];
    let arguments = Arguments::from_args();
    let trials = kinds.map(|(name, kind)| {
        if let (Some(program), false) = (kind.missing(), arguments.list) {
            println!("not run: {program} is not installed ({})", kind.package());
        }
        let restarts = move || {
            restarts(kind);
            Ok(())
        };
        Trial::test(name, restarts).with_ignored_flag(kind.missing().is_some())
    });
    libtest_mimic::run(&arguments, trials.into()).exit();
}

fn restarts(kind: Kind) {
    let server = Server::start(kind).unwrap();
    assert!(std::net::TcpStream::connect(("127.0.0.1", server.port())).is_ok());
    // PostgreSQL's processes share memory, and end one after another.
    for _ in 0..if kind == Kind::Postgres { 10 } else { 1 } {
        server.kill();
        assert!(std::net::TcpStream::connect(("127.0.0.1", server.port())).is_err());
        server.restart().unwrap();
    }
    assert!(server.url().contains(&server.port().to_string()));
}
