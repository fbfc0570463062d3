// `node:os`: what the host tells about the machine. A program cannot observe its load, its memory or its network.
(function (exports, require, module, native) {
  'use strict';
  const { settings } = native;
  const { env } = require('process');
  const { outOfRange } = require('internal/errors');
  const isWindows = settings.platform === 'win32';
  const names = { linux: 'Linux', darwin: 'Darwin', win32: 'Windows_NT', freebsd: 'FreeBSD' };
  const machines = { x64: 'x86_64', arm64: 'aarch64' };
  const signals = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGKILL: 9, SIGTERM: 15 };

  Object.assign(exports, {
    EOL: isWindows ? '\r\n' : '\n',
    devNull: isWindows ? '\\\\.\\nul' : '/dev/null',
    constants: { signals, errno: {}, priority: {}, dlopen: {} },
    arch: () => settings.arch,
    machine: () => machines[settings.arch] ?? settings.arch,
    platform: () => settings.platform,
    type: () => names[settings.platform] ?? settings.platform,
    hostname: () => settings.hostName,
    endianness: () => new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 'LE' : 'BE',
    availableParallelism: () => settings.processors,
    cpus: () => Array.from({ length: settings.processors }, () => ({ model: 'unknown', speed: 0, times: { user: 0, nice: 0, sys: 0, idle: 0, irq: 0 } })),
    homedir: () => env.HOME ?? env.USERPROFILE ?? '/',
    tmpdir: () => (env.TMPDIR ?? env.TMP ?? env.TEMP ?? '/tmp').replace(/(?<=.)\/$/, ''),
    release: () => 'unknown',
    version: () => 'unknown',
    uptime: () => native.now() / 1000,
    loadavg: () => [0, 0, 0],
    totalmem: () => 0,
    freemem: () => 0,
    networkInterfaces: () => ({}),
    userInfo: () => ({ uid: -1, gid: -1, username: env.USER ?? env.USERNAME ?? 'unknown', homedir: exports.homedir(), shell: env.SHELL ?? null }),
    getPriority: () => 0,
    setPriority(pid, priority = pid) { if (priority < -20 || priority > 19) throw outOfRange('priority', '>= -20 && <= 19', priority); },
  });
  // As in Node, each of these converts to its result.
  for (const name of ['arch', 'endianness', 'homedir', 'hostname', 'machine', 'platform', 'release', 'tmpdir', 'type', 'version'])
    Object.defineProperty(exports[name], Symbol.toPrimitive, { value: () => exports[name](), configurable: true });
})
