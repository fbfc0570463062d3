//! Each server starts, is killed, and starts again.

use servers::{Kind, Server};

#[test]
fn nats_restarts() {
    restarts(Kind::Nats);
}

#[test]
fn postgres_restarts() {
    restarts(Kind::Postgres);
}

#[test]
fn rabbitmq_restarts() {
    restarts(Kind::RabbitMq);
}

#[test]
fn redis_restarts() {
    restarts(Kind::Redis);
}

fn restarts(kind: Kind) {
    if let Some(program) = kind.missing() {
        println!("not run: {program} is not installed ({})", kind.package());
        return;
    }
    let server = Server::start(kind).unwrap();
    assert!(std::net::TcpStream::connect(("127.0.0.1", server.port())).is_ok());
    server.kill();
    assert!(std::net::TcpStream::connect(("127.0.0.1", server.port())).is_err());
    server.restart().unwrap();
    assert!(server.url().contains(&server.port().to_string()));
}
