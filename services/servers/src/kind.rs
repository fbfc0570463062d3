//! The kinds of servers, and how each is started.

use std::fs;
use std::io;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use nix::unistd::{Uid, User};

/// A kind of server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Chromium, which WebDriver's commands control.
    Chromium,
    /// NATS with JetStream.
    Nats,
    /// PostgreSQL.
    Postgres,
    /// RabbitMQ.
    RabbitMq,
    /// Redis.
    Redis,
}

impl Kind {
    /// Returns the program that is missing, if the server is not installed.
    pub fn missing(self) -> Option<&'static str> {
        self.find().is_none().then_some(self.program())
    }

    /// Returns how Debian's package is installed.
    pub fn package(self) -> &'static str {
        match self {
            Kind::Chromium => "apt-get install chromium chromium-driver",
            Kind::Nats => "apt-get install nats-server",
            Kind::Postgres => "apt-get install postgresql",
            Kind::RabbitMq => "apt-get install rabbitmq-server",
            Kind::Redis => "apt-get install redis-server",
        }
    }

    fn program(self) -> &'static str {
        match self {
            Kind::Chromium => "chromedriver",
            Kind::Nats => "nats-server",
            Kind::Postgres => "postgres",
            Kind::RabbitMq => "rabbitmq-server",
            Kind::Redis => "redis-server",
        }
    }

    /// Returns the path of the server's program.
    fn find(self) -> Option<PathBuf> {
        let mut folders: Vec<PathBuf> =
            std::env::var_os("PATH").iter().flat_map(|path| std::env::split_paths(path).collect::<Vec<_>>()).collect();
        folders.extend(["/usr/sbin".into(), "/usr/local/sbin".into()]);
        // The one in the path starts a session of its own if it runs as root, and could not be killed.
        folders.insert(0, "/usr/lib/rabbitmq/bin".into());
        if self == Kind::Postgres {
            // Debian's packages keep it out of the path, in a folder for each version.
            let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
            folders.extend(versions.map(|version| version.path().join("bin")));
        }
        folders.into_iter().map(|folder| folder.join(self.program())).find(|path| path.is_file())
    }

    /// Creates what the server needs in `folder` before its first start.
    pub(crate) fn prepare(self, folder: &Path) -> io::Result<()> {
        if self != Kind::Postgres {
            return Ok(());
        }
        let initdb = self.path()?.with_file_name("initdb");
        let mut command = as_user("postgres", &initdb, folder)?;
        command.args(["--username=test", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C", "-D"]);
        let output = command.arg(folder.join("data")).output()?;
        if output.status.success() {
            return Ok(());
        }
        Err(io::Error::other(format!("initdb failed: {}", String::from_utf8_lossy(&output.stderr))))
    }

    fn path(self) -> io::Result<PathBuf> {
        self.find().ok_or_else(|| io::Error::other(format!("{} is not installed", self.program())))
    }

    /// Returns the command that runs the server in the foreground.
    pub(crate) fn command(self, folder: &Path, port: u16) -> io::Result<Command> {
        let path = self.path()?;
        let data = folder.join("data");
        let mut command = match self {
            Kind::Postgres => as_user("postgres", &path, folder)?,
            Kind::RabbitMq => as_user("rabbitmq", &path, folder)?,
            Kind::Chromium | Kind::Nats | Kind::Redis => Command::new(&path),
        };
        match self {
            Kind::Chromium => {
                command.arg(format!("--port={port}")).env("HOME", folder);
            }
            Kind::Nats => {
                command.args(["-js", "-a", "127.0.0.1", "-p", &port.to_string()]).arg("-sd").arg(&data);
            }
            Kind::Postgres => {
                command.args(["-h", "127.0.0.1", "-p", &port.to_string(), "-c", "fsync=off"]);
                command.arg("-k").arg(folder).arg("-D").arg(&data);
            }
            Kind::RabbitMq => {
                let distribution = crate::server::free_port()?;
                command
                    .env("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1")
                    .env("RABBITMQ_NODE_PORT", port.to_string())
                    .env("RABBITMQ_DIST_PORT", distribution.to_string())
                    .env("RABBITMQ_NODENAME", format!("test{port}@localhost"))
                    .env("RABBITMQ_MNESIA_BASE", &data)
                    .env("RABBITMQ_LOG_BASE", folder.join("log"))
                    .env("RABBITMQ_ENABLED_PLUGINS_FILE", folder.join("plugins"))
                    .env("RABBITMQ_CONFIG_FILE", folder.join("none"));
            }
            Kind::Redis => {
                fs::create_dir_all(&data)?;
                command.args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--appendonly", "yes", "--dir"]);
                command.arg(&data);
            }
        }
        Ok(command)
    }

    pub(crate) fn url(self, port: u16) -> String {
        match self {
            Kind::Chromium => format!("http://127.0.0.1:{port}"),
            Kind::Nats => format!("nats://127.0.0.1:{port}"),
            Kind::Postgres => format!("postgres://test@127.0.0.1:{port}/postgres"),
            Kind::RabbitMq => format!("amqp://guest:guest@127.0.0.1:{port}/%2f"),
            Kind::Redis => format!("redis://127.0.0.1:{port}/"),
        }
    }
}

/// Returns a command for a server that does not run as root. If this process does, the command runs
/// as the user of Debian's package, who gets the folder.
fn as_user(name: &str, program: &Path, folder: &Path) -> io::Result<Command> {
    let mut command = Command::new(program);
    command.current_dir(folder).env("LC_ALL", "C").env("HOME", folder);
    if Uid::effective().is_root() {
        let missing =
            || io::Error::other(format!("{} does not run as root, and there is no user `{name}`", program.display()));
        let user = User::from_name(name)?.ok_or_else(missing)?;
        chown(folder, Some(user.uid.as_raw()), Some(user.gid.as_raw()))?;
        command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
    }
    Ok(command)
}
