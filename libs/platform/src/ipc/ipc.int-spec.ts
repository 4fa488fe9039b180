import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, realpath, rename, rm, stat, utimes } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { encodeFrame } from './frame.js';
import { type Frame, type IpcConnection, IpcServer, IpcClientPool } from './index.js';

/** Often, so that nobody waits for it. */
const LOOK_EVERY_MS = 5;
/** A socket that is older and that nobody listens on was left behind. */
const LEFT_BEHIND_AFTER_S = 10;

/** Messages that one side has heard, in order; `next` resolves with what was not taken yet. */
class Heard<T> {
  private readonly items: T[] = [];
  private taken = 0;
  private onItem = (): void => undefined;

  add(item: T): void {
    this.items.push(item);
    this.onItem();
  }

  async next(): Promise<T> {
    while (this.items.length <= this.taken) {
      await new Promise<void>((resolve) => {
        this.onItem = resolve;
      });
    }
    return this.items[this.taken++]!;
  }

  get untaken(): number {
    return this.items.length - this.taken;
  }
}

interface Arrival {
  link: IpcConnection;
  frame: Frame;
}

let parent: string;
let directory: string;
const closers: (() => unknown)[] = [];

beforeEach(async () => {
  parent = await mkdtemp(join(await realpath(tmpdir()), 'link-'));
  directory = join(parent, 'l');
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) {
    await close();
  }
  await rm(parent, { recursive: true });
});

async function startHost(name = 'aaaaaaaa') {
  const arrived = new Heard<Arrival>();
  const host = new IpcServer(directory, name, (link, frame) => arrived.add({ link, frame }));
  closers.push(() => host.stop());
  await host.start();
  return { host, arrived };
}

async function startPeers() {
  const opened = new Heard<IpcConnection>();
  const closed = new Heard<IpcConnection>();
  const arrived = new Heard<Arrival>();
  const peers = new IpcClientPool(directory, LOOK_EVERY_MS, {
    opened: (link) => opened.add(link),
    closed: (link) => closed.add(link),
    arrived: (link, frame) => arrived.add({ link, frame }),
  });
  closers.push(() => peers.stop());
  await peers.start();
  return { peers, opened, closed, arrived };
}

const say = (message: unknown, ...blobs: Buffer[]): Frame => ({ message, blobs });

/** A socket as a killed process leaves it: its path is there, nobody listens. */
async function leaveBehind(name: string, ageSeconds: number): Promise<string> {
  await mkdir(directory, { recursive: true });
  const path = join(directory, name);
  // A server that closes removes its socket where it has made it, and nowhere else.
  const server = createServer();
  await listen(server, join(parent, 'gone'));
  await rename(join(parent, 'gone'), path);
  server.close();
  await once(server, 'close');
  const at = Date.now() / 1_000 - ageSeconds;
  await utimes(path, at, at);
  return path;
}

/** Resolves when a folder's listing fits. */
async function untilListed(fits: (names: string[]) => boolean): Promise<void> {
  while (!fits(await readdir(directory))) {
    // Each look is a turn of the file system.
  }
}

describe('hosts and peers', () => {
  it('a host that starts before its peer is found at once, and both hear each other in order', async () => {
    const { arrived: atHost } = await startHost();
    const { opened, arrived: atPeer } = await startPeers();
    expect(opened.untaken).toBe(1);
    const link = await opened.next();
    const large = Buffer.alloc(1024 * 1024, 'x');
    link.send(say({ n: 1 }, Buffer.from('a'), Buffer.alloc(0)));
    link.send(say({ n: 2 }, large));
    link.send(say({ n: 3 }));
    const first = await atHost.next();
    expect(first.frame).toEqual(say({ n: 1 }, Buffer.from('a'), Buffer.alloc(0)));
    expect((await atHost.next()).frame.blobs[0]?.equals(large)).toBe(true);
    expect((await atHost.next()).frame).toEqual(say({ n: 3 }));
    first.link.send(say('answer', Buffer.from('b')));
    expect(await atPeer.next()).toEqual({ link, frame: say('answer', Buffer.from('b')) });
  });

  it('a peer finds a host that starts later, and one that makes the folder', async () => {
    const { opened } = await startPeers();
    expect(opened.untaken).toBe(0);
    const { arrived } = await startHost();
    (await opened.next()).send(say('hello'));
    expect((await arrived.next()).frame).toEqual(say('hello'));
    const second = await startHost('bbbbbbbb');
    (await opened.next()).send(say('hello, second'));
    expect((await second.arrived.next()).frame).toEqual(say('hello, second'));
  });

  it('a host that closes is reported closed, nothing can be sent to it, and one that follows under its name is found', async () => {
    const { host } = await startHost();
    const { opened, closed } = await startPeers();
    const link = await opened.next();
    expect(link.open).toBe(true);
    await host.stop();
    expect(await closed.next()).toBe(link);
    expect(link.open).toBe(false);
    link.send(say('into the void'));
    const { arrived } = await startHost();
    const next = await opened.next();
    next.send(say('hello'));
    expect((await arrived.next()).frame).toEqual(say('hello'));
    expect(closed.untaken).toBe(0);
  });

  it('a server accepts several clients, and each gets the answers that are its own', async () => {
    const { arrived } = await startHost();
    const peers = [await startPeers(), await startPeers()];
    for (const [n, { opened }] of peers.entries()) {
      (await opened.next()).send(say(n));
      const { link, frame } = await arrived.next();
      link.send(say({ answerTo: frame.message }));
    }
    for (const [n, one] of peers.entries()) {
      expect((await one.arrived.next()).frame).toEqual(say({ answerTo: n }));
      expect(one.arrived.untaken).toBe(0);
    }
  });

  it('peers that stop end their links, and take none that comes up meanwhile', async () => {
    await startHost();
    const { peers, opened, closed } = await startPeers();
    const link = await opened.next();
    peers.stop();
    expect(await closed.next()).toBe(link);
    await startHost('bbbbbbbb');
    await peers.start();
    expect(opened.untaken).toBe(0);
  });
});

describe('who speaks another language', () => {
  it('to a host is cut off, without harm to others', async () => {
    const { arrived } = await startHost();
    const { opened, closed } = await startPeers();
    const link = await opened.next();
    const [name] = await readdir(directory);
    const stranger = connect(join(directory, name!));
    stranger.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
    stranger.resume();
    await once(stranger, 'close');
    link.send(say('still here'));
    expect((await arrived.next()).frame).toEqual(say('still here'));
    expect(closed.untaken).toBe(0);
  });

  it('to a peer is cut off, without harm to others', async () => {
    await mkdir(directory);
    const server = createServer((socket: Socket) => {
      socket.on('error', () => undefined);
      socket.write('220 ready\r\n');
    });
    await listen(server, join(directory, 'stranger.sock'));
    closers.push(() => void server.close());
    const { arrived } = await startHost();
    const { opened, closed } = await startPeers();
    const links = [await opened.next(), await opened.next()];
    const cut = await closed.next();
    const kept = links.find((link) => link !== cut)!;
    expect(cut.open).toBe(false);
    kept.send(say('still here'));
    expect((await arrived.next()).frame).toEqual(say('still here'));
  });

  it('says what a listener does not understand: that link is cut off, without harm to others', async () => {
    const host = new IpcServer(directory, 'aaaaaaaa', (from, { message }) => {
      from.send(say((message as { known: string }).known.toUpperCase()));
    });
    closers.push(() => host.stop());
    await host.start();
    const [one, other] = [await startPeers(), await startPeers()];
    const link = await one.opened.next();
    link.send(say({ unknown: 1 }));
    expect(await one.closed.next()).toBe(link);
    (await other.opened.next()).send(say({ known: 'hello' }));
    expect((await other.arrived.next()).frame).toEqual(say('HELLO'));
  });
});

describe('sockets in the folder', () => {
  it('are for their user alone, and so is the folder', async () => {
    await startHost();
    const [name] = await readdir(directory);
    expect(name).toBe('aaaaaaaa.sock');
    expect((await stat(join(directory, name!))).mode & 0o777).toBe(0o600);
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
  });

  it('that a killed process left are removed when they are old; a fresh one stays, for it may be about to listen', async () => {
    await leaveBehind('oldest.sock', LEFT_BEHIND_AFTER_S + 3_600);
    await leaveBehind('old.sock', LEFT_BEHIND_AFTER_S + 1);
    await leaveBehind('fresh.sock', LEFT_BEHIND_AFTER_S - 3_600);
    const { opened, closed } = await startPeers();
    await untilListed((names) => names.length === 1);
    // What is removed after the fresh one was met once more shows that it is left alone.
    await leaveBehind('late.sock', LEFT_BEHIND_AFTER_S + 1);
    await untilListed((names) => names.length === 1);
    expect(await readdir(directory)).toEqual(['fresh.sock']);
    expect([opened.untaken, closed.untaken]).toEqual([0, 0]);
  });

  it('on which somebody listens stay, however old they are', async () => {
    const { arrived } = await startHost();
    const path = join(directory, 'aaaaaaaa.sock');
    await utimes(path, 0, 0);
    await leaveBehind('old.sock', LEFT_BEHIND_AFTER_S + 1);
    const { opened } = await startPeers();
    await untilListed((names) => !names.includes('old.sock'));
    (await opened.next()).send(say('hello'));
    expect((await arrived.next()).frame).toEqual(say('hello'));
    expect(await readdir(directory)).toEqual(['aaaaaaaa.sock']);
  });

  it('are gone when their host stops', async () => {
    const { host } = await startHost();
    await host.stop();
    expect(await readdir(directory)).toEqual([]);
  });

  it('can’t be opened twice under one name: the second host says so, the first one is unharmed', async () => {
    const { arrived } = await startHost();
    await expect(startHost()).rejects.toMatchObject({ code: 'EADDRINUSE' });
    const { opened } = await startPeers();
    (await opened.next()).send(say('hello'));
    expect((await arrived.next()).frame).toEqual(say('hello'));
  });
});

describe('stop', () => {
  it('ends links after what was sent was written', async () => {
    const { host, arrived: atHost } = await startHost();
    const { opened, closed, arrived } = await startPeers();
    (await opened.next()).send(say('which link?'));
    const { link } = await atHost.next();
    // More than the socket holds, so that most of it is still to be written.
    const large = Buffer.alloc(4 * 1024 * 1024, 'x');
    link.send(say('first', large));
    link.send(say('last'));
    const stopped = host.stop();
    expect((await arrived.next()).frame.blobs[0]?.equals(large)).toBe(true);
    expect((await arrived.next()).frame).toEqual(say('last'));
    await closed.next();
    await stopped;
  });

  it('does not wait for a peer that does not read', async () => {
    const { host, arrived } = await startHost();
    const deaf = connect(join(directory, 'aaaaaaaa.sock'));
    closers.push(() => deaf.destroy());
    deaf.pause();
    deaf.write(Buffer.concat(encodeFrame(say('I do not listen'))));
    const { link } = await arrived.next();
    link.send(say('large', Buffer.alloc(4 * 1024 * 1024)));
    await host.stop();
    expect(link.open).toBe(false);
  });
});

async function listen(server: Server, path: string): Promise<void> {
  server.listen(path);
  await once(server, 'listening');
}
