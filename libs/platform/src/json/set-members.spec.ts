import { setMembers } from './scan-gradually.js';

const set = async (json: string, values: Record<string, string>): Promise<string> =>
  (await setMembers(Buffer.from(json), values)).toString();

const VALUES = { background: 'true', store: 'true' };

describe('members that an object is given', () => {
  it.each([
    ['{"model":"m"}', '{"background":true,"store":true,"model":"m"}'],
    [
      '{ "model" : "m", "store" : null , "n":1.10}',
      '{ "background":true,"model" : "m", "store" : true , "n":1.10}',
    ],
    ['{"store":false,"background":false}', '{"store":true,"background":true}'],
    ['{"store":false,"store":null}', '{"background":true,"store":true,"store":true}'],
    [String.raw`{"\u0073tore":0}`, String.raw`{"background":true,"\u0073tore":true}`],
    ['{"a":{"store":false}}', '{"background":true,"store":true,"a":{"store":false}}'],
    ['{ }', '{"background":true,"store":true}'],
  ])('of %s leave every other byte as it came', async (before, after) => {
    expect(await set(before, VALUES)).toBe(after);
  });
});
