import { createParser } from 'eventsource-parser';
import fc from 'fast-check';

import { EventDecoder, type ServerEvent } from './event-decoder.js';

/** Events that a well-known library makes of the same text. */
function byLibrary(text: string): ServerEvent[] {
  const events: ServerEvent[] = [];
  const parser = createParser({
    onEvent: ({ id, event, data }) => events.push({ id: id ?? null, event: event ?? null, data }),
  });
  parser.feed(text);
  return events;
}

function decoded(pieces: readonly string[]): ServerEvent[] {
  const decoder = new EventDecoder();
  return pieces.flatMap((piece) => decoder.take(piece));
}

/** Cuts a text at the given places. */
function cut(text: string, places: readonly number[]): string[] {
  const at = [0, ...places.map((place) => place % (text.length + 1)), text.length].sort(
    (a, b) => a - b,
  );
  return at.slice(1).map((end, n) => text.slice(at[n], end));
}

const value = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 12 }), fc.constant('{"a":"b: c"}'));
const line = fc
  .tuple(
    fc.constantFrom('data', 'data', 'id', 'event', '', '', ':', 'retry', 'other', 'dataset'),
    fc.constantFrom(':', ': ', ':  ', ''),
    value,
  )
  .map(([field, colon, text]) =>
    // A line end would make it two lines, and an id with NUL is left out by the library.
    (field === '' ? '' : `${field}${colon}${text}`).replace(/[\r\n\0]/g, ''),
  );
const text = fc
  .array(fc.tuple(line, fc.constantFrom('\n', '\n', '\r\n', '\r')), { maxLength: 30 })
  .map((lines) => lines.flat().join(''));

describe('the decoder of server-sent events', () => {
  it('agrees with eventsource-parser on any text', () => {
    fc.assert(
      // A line feed behind it, for the library waits for one where the last line ends with a carriage return.
      fc.property(text, (given) => {
        expect(decoded([`${given}\n`])).toEqual(byLibrary(`${given}\n`));
      }),
      { numRuns: 2_000 },
    );
  });

  it('gives the same events however the text is cut', () => {
    fc.assert(
      fc.property(text, fc.array(fc.nat(), { maxLength: 40 }), (given, places) => {
        expect(decoded(cut(`${given}\n`, places))).toEqual(decoded([`${given}\n`]));
      }),
      { numRuns: 2_000 },
    );
  });

  it('gives no event that has not ended', () => {
    expect(decoded(['id: 1-0\ndata: {"half":'])).toEqual([]);
    expect(decoded(['id: 1-0\ndata: {}\n'])).toEqual([]);
  });

  it('keeps no id for the events behind, and takes a heartbeat for nothing', () => {
    expect(decoded([':\nid: 1-0\ndata: a\n\n:\n:\ndata: b\n\n'])).toEqual([
      { id: '1-0', event: null, data: 'a' },
      { id: null, event: null, data: 'b' },
    ]);
  });
});
