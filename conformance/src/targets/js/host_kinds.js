// The kinds of channels and of operations that a program names. `host` is the one that prelude.js describes.

// Each returns a channel, as those of the web do.
const CHANNELS = {
  ...WEB_CHANNELS,

  // A server; a message is a request to it.
  http(host) {
    const http = host.builtin("node:http");
    const server = http.createServer();
    const port = listening(server);
    return {
      listen(deliver) {
        server.on("request", (_, response) => {
          deliver();
          response.end();
        });
      },
      async post() {
        const options = { host: LOCAL, port: await port, agent: false };
        http.get(options, (response) => response.resume()).on("error", ignore);
      },
      close: () => server.close(),
    };
  },

  // A server; a message is a connection to it.
  net(host) {
    const net = host.builtin("node:net");
    const server = net.createServer();
    const port = listening(server);
    return {
      listen(deliver) {
        server.on("connection", (socket) => {
          deliver();
          socket.on("error", ignore).destroy();
        });
      },
      post: async () => net.connect(await port, LOCAL).on("error", ignore),
      close: () => server.close(),
    };
  },

  // A child process; a message to it comes back.
  process(host) {
    const file = `${host.folder}/echo.cjs`;
    host.builtin("node:fs").writeFileSync(file, 'process.on("message", (message) => process.send(message));\n');
    const child = host.builtin("node:child_process").fork(file);
    return {
      listen: (deliver) => child.on("message", deliver),
      post: () => child.send("message"),
      close: () => child.kill(),
    };
  },

  // A stream; a message is a chunk that is written to it. Processing of a chunk ends later than the call that starts it.
  stream(host) {
    const { Writable } = host.builtin("node:stream");
    let listener;
    const stream = new Writable({
      write(chunk, encoding, done) {
        listener();
        process.nextTick(done);
      },
    });
    return { listen: (deliver) => (listener = deliver), post: () => stream.write("chunk") };
  },
};

// Each starts an operation that calls `done` at its end. Operations of a run share an object of the host, which the
// first creates: a file, a connection. `shared` keeps them.
const OPERATIONS = {
  fs(host, shared, done) {
    const fs = host.builtin("node:fs");
    if (shared.file === undefined) {
      const file = (shared.file = fs.openSync(fileOf(host), "r"));
      shared.ends.push(() => fs.closeSync(file));
    }
    fs.read(shared.file, new Uint8Array(1), 0, 1, 0, done);
  },

  "fs-promise"(host, shared, done) {
    if (shared.handle === undefined) {
      const handle = (shared.handle = host.builtin("node:fs").promises.open(fileOf(host), "r"));
      shared.ends.push(() => void handle.then((file) => file.close()));
    }
    shared.handle.then((file) => file.stat()).then(done);
  },

  // A request of a client. All of a run use one connection, one after another.
  http(host, shared, done) {
    const http = host.builtin("node:http");
    if (shared.agent === undefined) {
      const agent = (shared.agent = new http.Agent({ keepAlive: true, maxSockets: 1 }));
      const server = http.createServer((_, response) => response.end());
      shared.port = listening(server);
      shared.ends.push(() => {
        agent.destroy();
        server.close();
      });
    }
    const request = (port) => {
      http.get({ host: LOCAL, port, agent: shared.agent }, (response) => {
        response.resume();
        done();
      });
    };
    shared.port.then(request);
  },

  // A write to a socket.
  net(host, shared, done) {
    const net = host.builtin("node:net");
    if (shared.socket === undefined) {
      const server = net.createServer((socket) => socket.on("error", ignore).resume());
      // Without an address, the port is known at once.
      server.listen(0);
      const socket = (shared.socket = net.connect(server.address().port, LOCAL));
      socket.on("error", ignore);
      shared.ends.push(() => {
        socket.destroy();
        server.close();
      });
    }
    shared.socket.write("chunk", () => done());
  },

  process(host, shared, done) {
    host.builtin("node:child_process").execFile(process.execPath, ["--version"], () => done());
  },
};

const LOCAL = "127.0.0.1";

function ignore() {}

// Starts a server, and returns the promise of its port.
function listening(server) {
  return new Promise((started) => server.listen(0, LOCAL, () => started(server.address().port)));
}

function fileOf(host) {
  const file = `${host.folder}/read.txt`;
  host.builtin("node:fs").writeFileSync(file, "text\n");
  return file;
}
