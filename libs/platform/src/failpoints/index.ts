/**
 * The places at which a process may be killed on purpose: before and after each statement that
 * writes the state of a request, and before and after each thing that is sent. `.after` means that
 * the other side has done it and nothing has followed from it here yet.
 */
export const FAILPOINTS = [
  'accept.before',
  'accept.after',
  'notify.after',
  'ask.after',
  'start.before',
  'start.after',
  'claim.before',
  'claim.after',
  'call.before',
  'call.after',
  'finish.before',
  'finish.after',
  'report.after',
  'renew.before',
  'renew.after',
  'reap.before',
  'reap.after',
  'release.before',
  'release.after',
  'cancel.before',
  'cancel.after',
  'retry.before',
  'retry.after',
  'settle.before',
  'settle.after',
  'append.before',
  'append.after',
] as const;

/** The name of such a place. */
export type Failpoint = (typeof FAILPOINTS)[number];

/** Message that arms a failpoint, sent to the process by the one that started it. */
export interface ArmFailpoint {
  failpoint: Failpoint;
}

let armed: Failpoint | null = null;

/**
 * Passes a place. Kills this process with SIGKILL, as a machine that loses power would, when the
 * place is armed; costs one comparison when it is not.
 *
 * @param name the place
 */
export function failpoint(name: Failpoint): void {
  if (armed === name) {
    process.kill(process.pid, 'SIGKILL');
  }
}

/**
 * Lets the process that started this one arm failpoints by message. Called only where the setting
 * REQRUN_FAILPOINTS says so: the harness that breaks things on purpose sets it.
 */
export function listenForFailpoints(): void {
  process.on('message', (message: unknown) => {
    const name = (message as Partial<ArmFailpoint> | null)?.failpoint;
    armed = FAILPOINTS.find((known) => known === name) ?? armed;
  });
}
