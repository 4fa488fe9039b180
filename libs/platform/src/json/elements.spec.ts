import fc from 'fast-check';

import { elementsOf } from './elements.js';

/** The elements of an array, each parsed by itself. */
function parsedOneByOne(text: string): unknown[] {
  const bytes = Buffer.from(text);
  return [...elementsOf(bytes, text.indexOf('['), bytes.length)].map(
    ([from, to]) => JSON.parse(bytes.toString('utf8', from, to)) as unknown,
  );
}

describe('the elements of an array', () => {
  it.each(['[]', '[ ]', '[1]', '[ 1 , [2, 3] , {"a": "]"} ]', '["a,b", "\\"", null]'])(
    'of %s',
    (text) => {
      expect(parsedOneByOne(text)).toEqual(JSON.parse(text));
    },
  );

  it('are those that JSON.parse finds, of any array', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.constantFrom(undefined, 2), (values, space) => {
        const text = JSON.stringify(values, null, space);
        expect(parsedOneByOne(text)).toEqual(JSON.parse(text));
      }),
    );
  });
});
