import type { OnLost } from '@reqrun/retry-policy';

/** How a project's requests are run unless a request says otherwise. */
export interface ProjectSettings {
  defaultWait: boolean;
  retryCount: number;
  retryOnCodes: readonly number[];
  onLost: OnLost;
  /** The longest provider call, in ms. */
  callTimeoutMs: number;
  /** From acceptance to a terminal state, in ms. */
  deadlineMs: number;
}

/** Where a call goes. The key in it is for that call and nothing else. */
export interface CallTarget {
  baseUrl: string;
  apiKey: string | null;
}
