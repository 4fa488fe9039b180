import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { ADDRESS_REFUSED, isRefusedAddress, lookupAllowed } from './refused-addresses.js';

describe('addresses that are never called', () => {
  it.each([
    '0.0.0.0',
    '0.1.2.3',
    '169.254.0.1',
    '169.254.169.254',
    '168.63.129.16',
    '100.100.100.200',
    '::',
    'fe80::1',
    'fe80::1%eth0',
    'febf::1',
    'fd00:ec2::254',
    'fd00:ec2::23',
    'fd20:ce::254',
    '::ffff:169.254.169.254',
    '::ffff:a9fe:a9fe',
    '::ffff:100.100.100.200',
    '::ffff:0:169.254.169.254',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b::168.63.129.16',
    '64:ff9b:1::169.254.169.254',
    '2002:a9fe:a9fe::1',
  ])('%s is one', (address) => {
    expect(isRefusedAddress(address)).toBe(true);
  });

  it.each([
    '127.0.0.1',
    '10.0.0.1',
    '192.168.1.1',
    '172.16.0.1',
    '100.100.100.201',
    '168.63.129.17',
    '169.253.1.1',
    '::1',
    '::ffff:127.0.0.1',
    'fc00::1',
    'fd00::1',
    'fd00:ec3::1',
    '64:ff9b::10.0.0.1',
    '2001:db8::1',
    'fec0::1',
    'api.openai.com',
    '',
  ])('%s is none', (address) => {
    expect(isRefusedAddress(address)).toBe(false);
  });
});

describe('a look-up', () => {
  const answering =
    (...addresses: string[]): LookupFunction =>
    (_hostname, _options, callback) =>
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );

  function lookUp(
    resolve: LookupFunction,
    all: boolean,
  ): Promise<string | null | undefined | LookupAddress[]> {
    return new Promise((done) =>
      lookupAllowed(resolve)('name.example', { all }, (error, found) =>
        done(error === null ? found : error.code),
      ),
    );
  }

  it('leaves out what is never called, and gives the rest in its order', async () => {
    const resolve = answering('fe80::1', '10.0.0.2', '169.254.169.254', '10.0.0.1');
    expect(await lookUp(resolve, true)).toEqual([
      { address: '10.0.0.2', family: 4 },
      { address: '10.0.0.1', family: 4 },
    ]);
    expect(await lookUp(resolve, false)).toBe('10.0.0.2');
  });

  it.each([[['169.254.169.254']], [['0.0.0.0', '::']], [['64:ff9b::a9fe:a9fe']]])(
    'of a name that has nothing but %s is refused',
    async (addresses) => {
      expect(await lookUp(answering(...addresses), true)).toBe(ADDRESS_REFUSED);
      expect(await lookUp(answering(...addresses), false)).toBe(ADDRESS_REFUSED);
    },
  );

  it('that fails says so with the system’s own code', async () => {
    const failing: LookupFunction = (_hostname, _options, callback) =>
      callback(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }), []);
    expect(await lookUp(failing, true)).toBe('ENOTFOUND');
  });
});
