/** Values of a message by the numbers of their fields: numbers of variable length, and bytes of all else. */
export type Message = ReadonlyMap<number, readonly (Buffer | number)[]>;

const VARINT = 0;
const FIXED_64 = 1;
const BYTES = 2;
const FIXED_32 = 5;

/**
 * Reads a message in Protocol Buffers' wire format, without its schema.
 * Source: https://protobuf.dev/programming-guides/encoding/
 *
 * @param bytes the message
 * @throws RangeError when it is none
 */
export function readMessage(bytes: Buffer): Message {
  const fields = new Map<number, (Buffer | number)[]>();
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes.readUInt8(at);
      at += 1;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        return value;
      }
    }
  };
  const take = (length: number): Buffer => {
    if (at + length > bytes.length) {
      throw new RangeError('a field is longer than its message');
    }
    at += length;
    return bytes.subarray(at - length, at);
  };
  const valueOf = (type: number): Buffer | number => {
    switch (type) {
      case VARINT:
        return varint();
      case FIXED_64:
        return take(8);
      case BYTES:
        return take(varint());
      case FIXED_32:
        return take(4);
      default:
        throw new RangeError(`no wire type ${type}`);
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const field = Math.floor(tag / 8);
    fields.set(field, [...(fields.get(field) ?? []), valueOf(tag % 8)]);
  }
  return fields;
}

/**
 * Returns the messages of a field.
 *
 * @param message the message around them
 * @param field number of the field
 */
export function messagesOf(message: Message, field: number): Message[] {
  return bytesOf(message, field).map(readMessage);
}

/** Returns the values of a field that are bytes. */
export const bytesOf = (message: Message, field: number): Buffer[] =>
  (message.get(field) ?? []).filter((value) => typeof value !== 'number');

/** Returns the text of a field; empty where it is missing, as in the format. */
export const textOf = (message: Message, field: number): string =>
  bytesOf(message, field)[0]?.toString('utf8') ?? '';

/** Returns the number of a field; 0 where it is missing, as in the format. */
export function numberOf(message: Message, field: number): number {
  const value = message.get(field)?.[0];
  return typeof value === 'number' ? value : 0;
}
