import { contextOfCaller } from './caller-context.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';
const GIVEN = `00-${TRACE}-${SPAN}-01`;

describe('the context of a caller', () => {
  it('is taken up with its state', () => {
    expect(contextOfCaller({ traceparent: GIVEN, tracestate: 'a=1,b=2' })).toEqual({
      traceparent: GIVEN,
      tracestate: 'a=1,b=2',
    });
    expect(contextOfCaller({ traceparent: GIVEN })).toEqual({ traceparent: GIVEN });
  });

  it('of a later version is taken up by the fields that are known', () => {
    expect(contextOfCaller({ traceparent: `01-${TRACE}-${SPAN}-01-what-will-come` })).toEqual({
      traceparent: GIVEN,
    });
  });

  it.each([
    ['none', undefined],
    ['two of them', [GIVEN, GIVEN]],
    ['an empty one', ''],
    ['a trace of zeros', `00-${'0'.repeat(32)}-${SPAN}-01`],
    ['a span of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['the forbidden version', `ff-${TRACE}-${SPAN}-01`],
    ['capital letters', GIVEN.toUpperCase()],
    ['one that is too long for its version', `${GIVEN}-00`],
    ['a later version whose fields do not end', `01-${TRACE}-${SPAN}-0100`],
    ['one that is too short', GIVEN.slice(0, -1)],
    ['words', 'canary'],
  ])('that is invalid counts as none: %s', (_, traceparent) => {
    expect(contextOfCaller({ traceparent, tracestate: 'a=1' })).toBeNull();
  });

  it('keeps no state that is too long or holds what a header must not', () => {
    for (const tracestate of ['x'.repeat(513), 'a=\u0001', 'a=ä']) {
      expect(contextOfCaller({ traceparent: GIVEN, tracestate })).toEqual({ traceparent: GIVEN });
    }
  });
});
