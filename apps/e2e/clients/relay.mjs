import { createServer, request } from 'node:http';

/**
 * A recorded call.
 *
 * @typedef {object} RecordedCall
 * @property {string} method
 * @property {string} path
 * @property {import('node:http').IncomingHttpHeaders} headers
 * @property {Buffer} body the received bytes
 * @property {number} status of the answer
 * @property {import('node:http').IncomingHttpHeaders} answerHeaders
 * @property {Buffer} answer the bytes of the answer
 */

/**
 * Starts a relay on a free port of 127.0.0.1. It forwards every call unchanged and records it.
 *
 * @param {string | (() => string)} target origin to which it forwards, or a function that returns it
 * @returns {Promise<{ origin: string, arrived: () => number, take: () => RecordedCall[], close: () => void }>} `arrived` returns
 *   the number of calls that have come, answered or not; `take` returns
 *   the calls answered since its last call, in the order of their answers
 */
export async function startRelay(target) {
  /** @type {RecordedCall[]} */
  let calls = [];
  let arrived = 0;
  const server = createServer(async (incoming, outgoing) => {
    try {
      const body = await bytesOf(incoming);
      arrived += 1;
      const origin = typeof target === 'string' ? target : target();
      const answered = await passOn(origin, incoming, body);
      const answer = await bytesOf(answered);
      const { method = '', url: path = '', headers } = incoming;
      const { statusCode: status = 0, headers: answerHeaders } = answered;
      calls.push({ method, path, headers, body, status, answerHeaders, answer });
      const { 'transfer-encoding': _chunked, ...others } = answerHeaders;
      outgoing.writeHead(status, { ...others, 'content-length': answer.length }).end(answer);
    } catch {
      // A broken connection is forwarded as a broken connection.
      outgoing.destroy();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    arrived: () => arrived,
    take: () => {
      const taken = calls;
      calls = [];
      return taken;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function passOn(target, { method, url, headers }, body) {
  const { host: _host, connection: _connection, ...others } = headers;
  return new Promise((resolve, reject) => {
    const { 'transfer-encoding': _chunked, ...sent } = others;
    const length = body.length > 0 ? { 'content-length': body.length } : {};
    request(`${target}${url}`, { method, agent: false, headers: { ...sent, ...length } }, resolve)
      .on('error', reject)
      .end(body);
  });
}

async function bytesOf(stream) {
  const parts = [];
  for await (const part of stream) {
    parts.push(part);
  }
  return Buffer.concat(parts);
}
