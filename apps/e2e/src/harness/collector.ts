import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

import { bytesOf, type Message, messagesOf, numberOf, readMessage, textOf } from './protobuf.js';

/** Values by name. */
export type Attributes = Readonly<Record<string, boolean | number | string>>;

/** A span as it was received. */
export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for a root. */
  readonly parentId: string;
  readonly traceState: string;
  readonly name: string;
  readonly kind: 'client' | 'internal' | 'server';
  /** Unix ms. */
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Attributes;
  readonly failed: boolean;
  /** Attributes of the process. */
  readonly resource: Attributes;
}

/** A value of a metric as it was received; of a histogram, its count. */
export interface ReceivedPoint {
  readonly name: string;
  readonly kind: 'gauge' | 'histogram' | 'sum';
  readonly value: number;
  readonly attributes: Attributes;
  readonly resource: Attributes;
}

const KINDS = ['internal', 'internal', 'server', 'client'] as const;
const STATUS_ERROR = 2;

/**
 * A collector of OpenTelemetry: an HTTP server that takes OTLP in Protocol Buffers.
 * Source: https://github.com/open-telemetry/opentelemetry-proto
 */
export class Collector {
  readonly spans: ReceivedSpan[] = [];
  readonly points: ReceivedPoint[] = [];
  /** All bytes that it got, so that a test can look for what must not be there. */
  readonly received: Buffer[] = [];
  /** Headers of the calls. */
  readonly headers: Readonly<Record<string, unknown>>[] = [];
  /** Status of its answers. */
  status = 200;
  private readonly server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      this.headers.push(request.headers);
      this.received.push(body);
      if (this.status === 200) {
        this.take(request.url ?? '', body);
      }
      response.writeHead(this.status, { 'content-type': 'application/x-protobuf' }).end();
    });
  });

  /** Starts one on a free port of 127.0.0.1. */
  static async start(): Promise<Collector> {
    const collector = new Collector();
    await new Promise<void>((resolve) => collector.server.listen(0, '127.0.0.1', resolve));
    return collector;
  }

  /** `http://127.0.0.1:<port>`, for OTEL_EXPORTER_OTLP_ENDPOINT. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Returns the spans of a trace, in the order in which they began. */
  trace(traceId: string): ReceivedSpan[] {
    return this.spans
      .filter((span) => span.traceId === traceId)
      .sort((a, b) => a.startMs - b.startMs);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private take(path: string, body: Buffer): void {
    const request = readMessage(body);
    if (path === '/v1/traces') {
      this.spans.push(...spansOf(request));
    } else if (path === '/v1/metrics') {
      this.points.push(...pointsOf(request));
    } else {
      throw new Error(`${path} is no path of a collector`);
    }
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) {
    parts.push(part as Buffer);
  }
  const body = Buffer.concat(parts);
  return request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
}

function spansOf(request: Message): ReceivedSpan[] {
  return messagesOf(request, 1).flatMap((group) => {
    const resource = resourceOf(group);
    return messagesOf(group, 2)
      .flatMap((scope) => messagesOf(scope, 2))
      .map((span) => ({
        traceId: hexOf(span, 1),
        spanId: hexOf(span, 2),
        traceState: textOf(span, 3),
        parentId: hexOf(span, 4),
        name: textOf(span, 5),
        kind: KINDS[numberOf(span, 6)] ?? 'internal',
        startMs: fixed64Of(span, 7) / 1e6,
        endMs: fixed64Of(span, 8) / 1e6,
        attributes: attributesOf(span, 9),
        failed: messagesOf(span, 15).some((status) => numberOf(status, 3) === STATUS_ERROR),
        resource,
      }));
  });
}

function pointsOf(request: Message): ReceivedPoint[] {
  return messagesOf(request, 1).flatMap((group) => {
    const resource = resourceOf(group);
    const metrics = messagesOf(group, 2).flatMap((scope) => messagesOf(scope, 2));
    return metrics.flatMap((metric) => {
      const name = textOf(metric, 1);
      const numbers = (field: number, kind: 'gauge' | 'sum'): ReceivedPoint[] =>
        messagesOf(metric, field)
          .flatMap((data) => messagesOf(data, 1))
          .map((point) => ({
            ...{ name, kind, resource, attributes: attributesOf(point, 7) },
            value: bytesOf(point, 4)[0]?.readDoubleLE() ?? fixed64Of(point, 6),
          }));
      const histograms = messagesOf(metric, 9)
        .flatMap((data) => messagesOf(data, 1))
        .map((point) => ({
          ...{ name, kind: 'histogram' as const, resource },
          ...{ attributes: attributesOf(point, 9), value: fixed64Of(point, 4) },
        }));
      return [...numbers(5, 'gauge'), ...numbers(7, 'sum'), ...histograms];
    });
  });
}

const resourceOf = (group: Message): Attributes =>
  Object.assign({}, ...messagesOf(group, 1).map((one) => attributesOf(one, 1))) as Attributes;

const hexOf = (message: Message, field: number): string =>
  bytesOf(message, field)[0]?.toString('hex') ?? '';

const fixed64Of = (message: Message, field: number): number =>
  Number(bytesOf(message, field)[0]?.readBigUInt64LE() ?? 0n);

function attributesOf(message: Message, field: number): Attributes {
  return Object.fromEntries(
    messagesOf(message, field).map((pair) => {
      const [value = new Map() as Message] = messagesOf(pair, 2);
      return [textOf(pair, 1), valueOf(value)];
    }),
  );
}

/** AnyValue: text, truth, whole number, or number. */
function valueOf(value: Message): boolean | number | string {
  if (value.has(1)) {
    return textOf(value, 1);
  }
  if (value.has(2)) {
    return numberOf(value, 2) === 1;
  }
  return value.has(3) ? numberOf(value, 3) : (bytesOf(value, 4)[0]?.readDoubleLE() ?? 0);
}
