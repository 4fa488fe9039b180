import { noticeOf } from './log-line.js';

describe('what of a log reaches the screen', () => {
  it.each([
    ['an info line', '{"level":"info","event":"ready"}'],
    ['text that is no JSON', 'Server listening "level":"error"'],
    ['a line cut in the middle', '{"level":"error","event":"cut'],
  ])('not %s', (_, line) => {
    expect(noticeOf(line)).toBeNull();
  });

  it('the event of a warning, with what identifies it', () => {
    expect(
      noticeOf('{"level":"warn","event":"lease_renewal.failed","error_code":"57P03","pid":1}'),
    ).toEqual({ level: 'warn', text: 'lease renewal failed (57P03)' });
  });

  it('the message of a fatal line', () => {
    expect(
      noticeOf('{"level":"fatal","event":"start failed","error_message":"REQRUN_X is not set"}'),
    ).toEqual({ level: 'fatal', text: 'start failed (REQRUN_X is not set)' });
  });
});
