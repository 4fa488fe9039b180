import { CallLog, type Call } from './call-log.js';

const call = (requestId: string): Call => ({
  requestId,
  idempotencyKey: `${requestId}-1`,
  model: 'sim/ok',
  step: 'ok',
  startedAt: 0,
  endedAt: null,
  aborted: false,
  userAgent: null,
  traceparent: null,
  headers: ['host'],
});

const ids = (log: CallLog): (string | null)[] => log.list().map((listed) => listed.request_id);

describe('CallLog', () => {
  it('lists the last calls, oldest first, and counts those it no longer keeps', () => {
    const log = new CallLog(3);
    for (const id of ['rr_1', 'rr_2', 'rr_3', 'rr_4', 'rr_5']) {
      log.add(call(id));
    }
    expect(ids(log)).toEqual(['rr_3', 'rr_4', 'rr_5']);
    expect(log.total).toBe(5);
  });

  it('finds the calls of one request', () => {
    const log = new CallLog(3);
    log.add(call('rr_1'));
    log.add(call('rr_2'));
    expect(log.list('rr_2').map((listed) => listed.idempotency_key)).toEqual(['rr_2-1']);
  });

  it('shows how a call went on after it was added', () => {
    const log = new CallLog(3);
    const open = call('rr_1');
    log.add(open);
    expect(log.list()).toMatchObject([{ ended_at: null, aborted: false }]);
    open.endedAt = 1000;
    open.aborted = true;
    expect(log.list()).toMatchObject([{ ended_at: '1970-01-01T00:00:01.000Z', aborted: true }]);
  });

  it('starts anew when it is cleared', () => {
    const log = new CallLog(2);
    for (const id of ['rr_1', 'rr_2', 'rr_3']) {
      log.add(call(id));
    }
    log.clear();
    log.add(call('rr_4'));
    expect(ids(log)).toEqual(['rr_4']);
    expect(log.total).toBe(1);
  });
});
