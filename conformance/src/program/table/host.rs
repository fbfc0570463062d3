//! The kinds of channels and of operations of a host.

use super::Capability;

/// What a `channel` or an `operation` is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HostKind {
    /// A MessageChannel, or messages to a port of it.
    Message,
    /// Two BroadcastChannel objects of one name.
    Broadcast,
    /// An HTTP server and requests to it, or a request of a client.
    Http,
    /// A TCP server and connections to it, or a write to a socket.
    Net,
    /// A child process with messages to it and back, or the end of a process.
    Process,
    /// A writable stream of Node.
    Stream,
    /// A WritableStream.
    WebStream,
    /// A read of a file that takes a callback.
    Fs,
    /// An operation on a file that returns a promise.
    FsPromise,
}

/// The kinds of `channel`.
pub const CHANNELS: &[HostKind] = &[
    HostKind::Message,
    HostKind::Broadcast,
    HostKind::Http,
    HostKind::Net,
    HostKind::Process,
    HostKind::Stream,
    HostKind::WebStream,
];

/// The kinds of `operation`.
pub const OPERATIONS: &[HostKind] =
    &[HostKind::Fs, HostKind::FsPromise, HostKind::Http, HostKind::Net, HostKind::Process];

impl HostKind {
    /// Returns its name in programs.
    pub const fn word(self) -> &'static str {
        match self {
            HostKind::Message => "message",
            HostKind::Broadcast => "broadcast",
            HostKind::Http => "http",
            HostKind::Net => "net",
            HostKind::Process => "process",
            HostKind::Stream => "stream",
            HostKind::WebStream => "web-stream",
            HostKind::Fs => "fs",
            HostKind::FsPromise => "fs-promise",
        }
    }

    /// Returns the capability that a target needs.
    pub const fn needs(self) -> Capability {
        match self {
            HostKind::Message => Capability::Message,
            HostKind::Broadcast => Capability::Broadcast,
            HostKind::Http => Capability::Http,
            HostKind::Net => Capability::Net,
            HostKind::Process => Capability::Process,
            HostKind::Stream => Capability::Stream,
            HostKind::WebStream => Capability::WebStream,
            HostKind::Fs | HostKind::FsPromise => Capability::Fs,
        }
    }

    /// Whether messages are chunks of data, which are processed one after another.
    pub const fn is_stream(self) -> bool {
        matches!(self, HostKind::Stream | HostKind::WebStream)
    }
}
