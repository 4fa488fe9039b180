const STREAMS = 'apps/worker/src/stream-reattachment.int-spec.ts';
const ANSWERS = 'apps/worker/src/reattachment.int-spec.ts';
const LOGS = 'libs/requests/src/streams/streams.int-spec.ts';
const WORKER = 'apps/worker/src/attempts';

/**
 * A variant of the sources that lacks one guard.
 *
 * @typedef {object} Mutant
 * @property {string} name its name on the command line
 * @property {string} without what it lacks
 * @property {string} file the source that is changed
 * @property {string} from text of the guard, which stands there once
 * @property {string} to text in its place
 * @property {string} spec the file of the test that must fail
 * @property {string} test the end of that test's full name
 */

/** @type {readonly Mutant[]} */
export const MUTANTS = [
  {
    name: 'numbers-from-0',
    without: 'a log that is written on is numbered from 0 again',
    file: 'libs/requests/src/streams/log-writer.ts',
    from: 'this.count = this.committedCount = end.count;',
    to: 'this.count = this.committedCount = 0;',
    spec: STREAMS,
    test: 'leaves a stream that the next attempt writes on in the old log: connected readers see a pause, and the same bytes',
  },
  {
    name: 'other-credential',
    without: 'a stream is taken up with another credential',
    file: `${WORKER}/background-stream.ts`,
    from: 'if (response.target !== call.identity) {',
    to: "if (response.target === '') {",
    spec: STREAMS,
    test: 'and another credential: the response is never asked for with it, its log has died, and on_lost retry decides',
  },
  {
    name: 'other-credential-plain',
    without: 'a response is polled with another credential',
    file: `${WORKER}/background-call.ts`,
    from: 'if (response.target !== call.identity) {',
    to: "if (response.target === '') {",
    spec: ANSWERS,
    test: 'and another credential: the response is another account’s, is never asked for, and on_lost retry decides',
  },
  {
    name: 'no-cancel',
    without: 'a response that nothing waits for runs on',
    file: 'apps/worker/src/recovery/abandoned-responses.task.ts',
    from: 'if (target !== null) {',
    to: "if (target !== null && requestId === '') {",
    spec: STREAMS,
    test: 'is canceled at the provider with its request, once',
  },
  {
    name: 'no-cancel-after-timeout',
    without: 'a response whose call_timeout has passed runs on',
    file: 'libs/requests/src/sql/transitions/finish.ts',
    from: "IN ('timeout', 'provider_response_invalid')",
    to: "IN ('provider_response_invalid')",
    spec: STREAMS,
    test: 'is canceled when call_timeout passes, and the retry has a generation and a log of its own',
  },
  {
    name: 'frames-before-id',
    without: 'frames are committed and shown before the id of their response',
    file: `${WORKER}/attempt-stream.ts`,
    from: 'if (this.#kept === null) {',
    to: 'if (this.#kept !== undefined) {',
    spec: STREAMS,
    test: 'commits no frame while its id can not be committed',
  },
  {
    name: 'two-writers',
    without: 'a log is taken over while a batch of the attempt before is being written',
    file: 'libs/requests/src/sql/streams.ts',
    from: 'ORDER BY r.id FOR SHARE OF running',
    to: 'ORDER BY r.id',
    spec: LOGS,
    test: 'that a later attempt writes on is not taken over while a batch of the earlier one is being written',
  },
  {
    name: 'late-writer',
    without: 'an attempt that has lost its log to another one is not told',
    file: 'libs/requests/src/streams/frame-appender.ts',
    from: 'if (owned.has(`${writer.ref.id} ${writer.ref.fence}`)) {',
    to: 'if ([...owned].some((one) => one.startsWith(writer.ref.id))) {',
    spec: LOGS,
    test: 'that a later attempt writes on has the batches of both, and none that the earlier one writes too late',
  },
  {
    name: 'dead-log',
    without: 'readers are told that a log has died, although the next attempt writes on in it',
    file: 'libs/requests/src/sql/streams.ts',
    from: "l.decision_reason = 'reattach' AND",
    to: 'false AND',
    spec: STREAMS,
    test: 'leaves a stream that the next attempt writes on in the old log: connected readers see a pause, and the same bytes',
  },
  {
    name: 'cut-fails',
    without: 'a broken connection is a failure of the attempt',
    file: `${WORKER}/background-stream.ts`,
    from: "case 'stream_truncated':\n      return 'again';",
    to: "case 'stream_truncated':\n      return outcome;",
    spec: STREAMS,
    test: 'goes on in the same attempt and log after its connection was cut, any number of times',
  },
];
