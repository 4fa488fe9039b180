import fc from 'fast-check';

import { canonicalNumber } from './canonical-number.js';

/** The first form of the function, by which stored fingerprints were made; its time is quadratic. */
function asEver(raw: string): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(raw);
  if (match === null) {
    return raw;
  }
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') {
    return '0';
  }
  const power =
    BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - significant.length);
  return `${sign}${significant}e${power}`;
}

/** Runs of digits in which zeros and nines, which carry, are frequent. */
const digits = (maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...Array.from('00000999991234567')), minLength: 1, maxLength });
const numbers = fc
  .tuple(
    fc.constantFrom('', '-'),
    digits(40),
    fc.option(digits(40), { nil: null }),
    fc.option(fc.tuple(fc.constantFrom('e', 'E', 'e+', 'E-', 'e-'), digits(40)), { nil: null }),
  )
  .map(
    ([sign, whole, fraction, exponent]) =>
      `${sign}${whole}${fraction === null ? '' : `.${fraction}`}${exponent?.join('') ?? ''}`,
  );

describe('the canonical spelling of a number', () => {
  it('is to the last digit the one that stored fingerprints were made of', () => {
    fc.assert(
      fc.property(numbers, (raw) => {
        expect(canonicalNumber(raw)).toBe(asEver(raw));
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    '1e999999999999999',
    '10e999999999999999',
    '1e9999999999999999999999',
    '10e9999999999999999999999',
    '0.1e1000000000000000000000',
    '0.1e-999999999999999999999',
    '10e-1000000000000000000000',
    '10e-1000000000000000',
    '0.01e1000000000000000',
    '1e-0',
    '1e+00000000000000000000000000007',
    '1e-00000000000000000000000000007',
  ])('of %s stays, where a carry or a borrow goes through the exponent', (raw) => {
    expect(canonicalNumber(raw)).toBe(asEver(raw));
  });

  it('of a million digits and zeros is made', () => {
    const raw = `${'1'.repeat(500_000)}${'0'.repeat(499_999)}1`;
    expect(canonicalNumber(raw)).toBe(`${raw}e0`);
    expect(canonicalNumber(`1e${raw}`)).toBe(`1e${raw}`);
  });
});
