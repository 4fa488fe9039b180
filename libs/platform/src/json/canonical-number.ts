const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;
/** An exponent of so many digits is a number that JavaScript holds exactly, and so are sums with it. */
const EXACT_DIGITS = 15;
const ZERO = 0x30;

/**
 * One spelling for all that write the same number: sign, digits without zeros at either end, and a
 * power of ten. Takes time linear in the length, for numbers come as long as bodies.
 *
 * @param raw a number as JSON writes it
 */
export function canonicalNumber(raw: string): string {
  const match = NUMBER.exec(raw);
  if (match === null) {
    return raw;
  }
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const all = `${whole}${fraction}`;
  let first = 0;
  while (all.charCodeAt(first) === ZERO) {
    first += 1;
  }
  let end = all.length;
  while (end > first && all.charCodeAt(end - 1) === ZERO) {
    end -= 1;
  }
  if (first === end) {
    return '0';
  }
  const power = sumOf(exponent, all.length - end - fraction.length);
  return `${sign}${all.slice(first, end)}e${power}`;
}

/** The sum of a decimal integer of any length and one that is exact. */
function sumOf(decimal: string, small: number): string {
  const isNegative = decimal.startsWith('-');
  let at = isNegative || decimal.startsWith('+') ? 1 : 0;
  while (at < decimal.length - 1 && decimal.charCodeAt(at) === ZERO) {
    at += 1;
  }
  const digits = decimal.slice(at);
  if (digits.length <= EXACT_DIGITS) {
    return String((isNegative ? -1 : 1) * Number(digits) + small);
  }
  // The long one is the larger one: its sign stays.
  return `${isNegative ? '-' : ''}${moved(digits, isNegative ? -small : small)}`;
}

/** Adds to a positive integer of more than `EXACT_DIGITS` digits, or takes from it. */
function moved(digits: string, by: number): string {
  const one = 10 ** EXACT_DIGITS;
  const tail = Number(digits.slice(-EXACT_DIGITS)) + by;
  let head = digits.slice(0, -EXACT_DIGITS);
  if (tail >= one) {
    const nines = trailing(head, '9');
    const before = head.slice(0, head.length - nines);
    head = `${raised(before === '' ? '0' : before, 1)}${'0'.repeat(nines)}`;
  } else if (tail < 0) {
    const zeros = trailing(head, '0');
    head = `${raised(head.slice(0, head.length - zeros), -1)}${'9'.repeat(zeros)}`;
  }
  const rest = String((tail + one) % one).padStart(EXACT_DIGITS, '0');
  return `${head}${rest}`.replace(/^0+/, '');
}

/** The digits with another last one. */
const raised = (digits: string, by: 1 | -1): string =>
  `${digits.slice(0, -1)}${Number(digits.slice(-1)) + by}`;

function trailing(digits: string, digit: string): number {
  let end = digits.length;
  while (end > 0 && digits[end - 1] === digit) {
    end -= 1;
  }
  return digits.length - end;
}
