/**
 * @param text JSON
 * @param at where the opening quote stands
 * @returns behind the closing quote
 */
export function endOfString(text: string, at: number): number {
  for (let quote = text.indexOf('"', at + 1); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let before = quote - 1;
    while (text.charCodeAt(before) === 0x5c) {
      before -= 1;
    }
    // An even number of backslashes before it: the quote is not escaped.
    if ((quote - before) % 2 === 1) {
      return quote + 1;
    }
  }
  return text.length;
}

/**
 * @param text JSON
 * @param at any place
 * @returns the next place that is no JSON white space
 */
export function skipSpace(text: string, at: number): number {
  for (;;) {
    const code = text.charCodeAt(at);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) {
      return at;
    }
    at += 1;
  }
}

/**
 * @param text JSON
 * @param at where a number, `true`, `false` or `null` begins
 * @returns behind its last character
 */
export function endOfScalar(text: string, at: number): number {
  for (; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case 0x20:
      case 0x0a:
      case 0x0d:
      case 0x09:
      case 0x2c:
      case 0x7d:
      case 0x5d:
        return at;
    }
  }
  return at;
}
