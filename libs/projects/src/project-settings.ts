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

/** Where a project's live requests go. */
export type ProviderTarget =
  | { kind: 'simulator' }
  | { kind: 'provider'; baseUrl: string; apiKey: string | null };
