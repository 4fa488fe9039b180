import type { RequestStatus } from './chat-completion.js';

/** The handle of a request that has not ended: what it is told apart by is `object`. */
export interface EndpointHandle<Kind extends string = string> {
  /** `rr_…` */
  id: string;
  object: Kind;
  status: RequestStatus;
  /** Unix seconds; 0 where the answer of a completed request names no time. */
  created: number;
  model: string;
  attempts: number;
}
