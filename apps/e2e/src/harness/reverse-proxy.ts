import { execFileSync, type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { type IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';

import { freePort } from '@reqrun/platform/embedded-postgres';
import { makeRunFolder } from '@reqrun/platform/testing';

import { eventually } from './eventually.js';

const DEPLOY = resolve(import.meta.dirname, '../../../../deploy');
const HOST = 'api.example.com';
const PROGRAMS = { openssl: 'openssl', nginx: 'nginx', caddy: 'caddy' };

/** Proxies that `deploy/` has an example for. */
export type ProxyKind = 'nginx' | 'caddy';

/** A call through a proxy. */
export interface ProxiedCall {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Address of this machine that the call comes from; 127.0.0.1 by default. */
  readonly from?: string;
}

/** A real nginx or Caddy with the example of `deploy/` before one API. */
export class ReverseProxy {
  private constructor(
    private readonly child: ChildProcess,
    private readonly port: number,
    private readonly folder: string,
    private readonly ca: Buffer,
  ) {}

  /**
   * Starts one with a certificate of its own. Of the example only names of files, ports and addresses change.
   *
   * @param kind nginx or Caddy
   * @param apiOrigin origin of the API
   * @param change further change of the example
   */
  static async start(
    kind: ProxyKind,
    apiOrigin: string,
    change: (text: string) => string = (text) => text,
  ): Promise<ReverseProxy> {
    const [port, folder] = [await freePort('127.0.0.1'), await makeRunFolder(kind)];
    const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    execFileSync(
      PROGRAMS.openssl,
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
        ...['-days', '2', '-subj', `/CN=${HOST}`, '-addext', `subjectAltName=DNS:*.example.com`],
        ...['-keyout', key, '-out', certificate],
      ],
      { stdio: 'ignore' },
    );
    const { host } = new URL(apiOrigin);
    const child =
      kind === 'nginx'
        ? await startNginx(folder, (text) =>
            change(text)
              .replaceAll('listen 443 ', `listen 127.0.0.1:${port} `)
              .replaceAll('/etc/ssl/reqrun/fullchain.pem', certificate)
              .replaceAll('/etc/ssl/reqrun/privkey.pem', key)
              .replaceAll('127.0.0.1:4000', host),
          )
        : await startCaddy(folder, (text) =>
            `{\n\tadmin off\n\tauto_https off\n\thttps_port ${port}\n}\n${change(text)}`
              .replaceAll(/^(\w+\.example\.com) \{$/gm, `https://$1 {\n\ttls ${certificate} ${key}`)
              .replaceAll('127.0.0.1:4000', host),
          );
    process.once('exit', () => child.kill('SIGKILL'));
    await eventually(
      () => listens(port),
      (yes) => yes,
    );
    return new ReverseProxy(child, port, folder, readFileSync(certificate));
  }

  /** Sends a call; resolves with the headers of its answer. */
  open(call: ProxiedCall): Promise<IncomingMessage> {
    const { method = 'GET', path, headers = {}, body, from = '127.0.0.1' } = call;
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          ...{ host: '127.0.0.1', port: this.port, servername: HOST, ca: this.ca, agent: false },
          ...{ method, path, localAddress: from, headers: { host: HOST, ...headers } },
        },
        resolve,
      );
      sent.on('error', reject);
      sent.end(body);
    });
  }

  /** Sends a call and reads its answer. */
  async call(call: ProxiedCall): Promise<{ status: number; text: string }> {
    const answer = await this.open(call);
    const chunks: Buffer[] = [];
    for await (const chunk of answer) {
      chunks.push(chunk as Buffer);
    }
    return { status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString() };
  }

  /** Ends it and removes its files. */
  async close(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function startNginx(folder: string, fill: (text: string) => string): Promise<ChildProcess> {
  const site = fill(await readFile(join(DEPLOY, 'nginx/reqrun.conf'), 'utf8'));
  const file = join(folder, 'nginx.conf');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${join(folder, name)};`,
  );
  await writeFile(
    file,
    [
      `daemon off; pid ${join(folder, 'pid')}; error_log ${join(folder, 'error.log')};`,
      `events {} http { access_log off; ${temporary.join(' ')}`,
      site,
      '}',
    ].join('\n'),
  );
  return spawn(PROGRAMS.nginx, ['-c', file, '-p', folder], { env: systemPath(), stdio: 'ignore' });
}

async function startCaddy(folder: string, fill: (text: string) => string): Promise<ChildProcess> {
  const file = join(folder, 'Caddyfile');
  await writeFile(file, fill(await readFile(join(DEPLOY, 'caddy/Caddyfile'), 'utf8')));
  const home = join(folder, 'home');
  await mkdir(home);
  return spawn(PROGRAMS.caddy, ['run', '--config', file, '--adapter', 'caddyfile'], {
    env: { ...systemPath(), HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home },
    stdio: 'ignore',
  });
}

/** Debian keeps servers in a folder that a plain user does not search. */
function systemPath(): NodeJS.ProcessEnv {
  return { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` };
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
