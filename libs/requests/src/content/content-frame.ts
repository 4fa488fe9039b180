import type { TraceContext } from '@reqrun/platform/telemetry';

/** Metadata stored with a body: small, text only. */
export interface ContentHead {
  /** The provider's status; absent for a body on its way to the provider. */
  status?: number;
  contentType?: string;
  headers: Readonly<Record<string, string>>;
  /**
   * Members of the body that differ for a model of the plan, in its order: null for the model that was asked for,
   * and where nothing differs. A member that is null is left out of the body.
   */
  fallbackParams?: readonly (Readonly<Record<string, unknown>> | null)[] | undefined;
  /** Place of the accepting call in its trace; absent where no traces are recorded. */
  trace?: TraceContext | undefined;
}

const LENGTH_BYTES = 4;
/** Largest body, in bytes, that is copied behind its head: the copy costs less than a second part. */
const COPY_UP_TO_BYTES = 16 * 1024;

/**
 * Joins a head and a body, so that both are encrypted as one. The body keeps every byte.
 *
 * @param head the metadata, encoded as JSON before the body
 * @param body the bytes of the body, as received
 * @returns parts to be joined: the head with its length, the body
 */
export function packContent(head: ContentHead, body: Buffer): readonly Buffer[] {
  const json = JSON.stringify(head);
  const jsonBytes = Buffer.byteLength(json);
  const bodyAt = LENGTH_BYTES + jsonBytes;
  const isSmall = body.length <= COPY_UP_TO_BYTES;
  const first = Buffer.allocUnsafe(bodyAt + (isSmall ? body.length : 0));
  first.writeUInt32BE(jsonBytes, 0);
  first.write(json, LENGTH_BYTES);
  if (isSmall) {
    body.copy(first, bodyAt);
    return [first];
  }
  return [first, body];
}

/**
 * Splits an envelope that `packContent` has made.
 *
 * @param envelope the parts, joined
 * @returns the head, and the body as a view on the same memory
 */
export function unpackContent(envelope: Buffer): { head: ContentHead; body: Buffer } {
  const end = LENGTH_BYTES + envelope.readUInt32BE(0);
  const head = JSON.parse(envelope.toString('utf8', LENGTH_BYTES, end)) as ContentHead;
  return { head, body: envelope.subarray(end) };
}
