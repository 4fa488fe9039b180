/** A server-sent event. */
export interface ServerEvent {
  /** Its own id; null where it has none. An id of an event before it is not kept. */
  readonly id: string | null;
  /** Its type; null where it names none. */
  readonly event: string | null;
  readonly data: string;
}

const LINE_END = /\r\n|\n|\r/g;

/**
 * Decoder of server-sent events, from text that is cut anywhere.
 *
 * Source: https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export class EventDecoder {
  /** Text behind the last line end, in the pieces in which it came. A frame can be long: it is joined once. */
  #rest: string[] = [];
  #isFirst = true;
  #id: string | null = null;
  #event: string | null = null;
  #data: string[] = [];

  /**
   * Takes the next piece.
   *
   * @param text a piece, cut anywhere between two characters
   * @returns the events that it completes
   */
  take(text: string): ServerEvent[] {
    const events: ServerEvent[] = [];
    let from = 0;
    if (this.#rest.at(-1)?.endsWith('\r') === true && text !== '') {
      // Only now is it known whether the carriage return ends the line, or a line feed behind it.
      this.#line(this.#taken('').slice(0, -1), events);
      from = text.startsWith('\n') ? 1 : 0;
    }
    LINE_END.lastIndex = from;
    for (let end = LINE_END.exec(text); end !== null; end = LINE_END.exec(text)) {
      if (end[0] === '\r' && end.index === text.length - 1) {
        break;
      }
      this.#line(this.#taken(text.slice(from, end.index)), events);
      from = LINE_END.lastIndex;
    }
    if (from < text.length) {
      this.#rest.push(text.slice(from));
    }
    return events;
  }

  #taken(end: string): string {
    const line = this.#rest.length === 0 ? end : [...this.#rest, end].join('');
    this.#rest = [];
    return line;
  }

  #line(given: string, events: ServerEvent[]): void {
    const line = this.#isFirst ? given.replace(/^\uFEFF/, '') : given;
    this.#isFirst = false;
    if (line === '') {
      if (this.#data.length > 0) {
        events.push({ id: this.#id, event: this.#event, data: this.#data.join('\n') });
      }
      this.#id = null;
      this.#event = null;
      this.#data = [];
      return;
    }
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    switch (field) {
      case 'data':
        this.#data.push(value);
        break;
      case 'event':
        this.#event = value === '' ? null : value;
        break;
      case 'id':
        this.#id = value;
        break;
      // Comments have an empty name. Fields that are not known are left out.
    }
  }
}
