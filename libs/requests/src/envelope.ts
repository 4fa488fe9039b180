/** What goes with a body that is kept: small, text only. */
export interface EnvelopeHead {
  /** The provider's status; absent for a body on its way to the provider. */
  status?: number;
  contentType?: string;
  headers: Readonly<Record<string, string>>;
}

const LENGTH_BYTES = 4;

/**
 * Puts a head before a body, so that both are encrypted as one and the body keeps every byte.
 *
 * @param head goes first, as JSON
 * @param body the bytes as they came
 * @returns parts to be joined: the head with its length, the body
 */
export function packEnvelope(head: EnvelopeHead, body: Buffer): [Buffer, Buffer] {
  const json = Buffer.from(JSON.stringify(head));
  const first = Buffer.allocUnsafe(LENGTH_BYTES + json.length);
  first.writeUInt32BE(json.length, 0);
  json.copy(first, LENGTH_BYTES);
  return [first, body];
}

/**
 * Takes apart what `packEnvelope` put together.
 *
 * @param envelope the parts, joined
 * @returns the head, and the body as a view on the same memory
 */
export function unpackEnvelope(envelope: Buffer): { head: EnvelopeHead; body: Buffer } {
  const end = LENGTH_BYTES + envelope.readUInt32BE(0);
  const head = JSON.parse(envelope.toString('utf8', LENGTH_BYTES, end)) as EnvelopeHead;
  return { head, body: envelope.subarray(end) };
}
