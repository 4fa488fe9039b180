import { randomBytes } from 'node:crypto';

import type { DataKeyRing } from '@reqrun/platform/crypto';

/** Bytes of a secret; the Standard Webhooks want 24 to 64. */
const SECRET_BYTES = 32;
/** Time for which the previous secret signs as well, so that receivers can be changed over. */
export const SECRET_OVERLAP_MS = 24 * 60 * 60 * 1000;

/** A signing secret that was just made: to be shown now or never. */
export interface NewSigningSecret {
  /** `whsec_` and base64, as the Standard Webhooks write it. */
  readonly secret: string;
  readonly sealed: Uint8Array;
}

/**
 * Makes a signing secret for the webhook of a rule.
 *
 * @param keys the data keys
 * @param projectId UUID of the project
 * @param ruleId UUID of the rule, which alone can use it
 */
export async function newSigningSecret(
  keys: DataKeyRing,
  projectId: string,
  ruleId: string,
): Promise<NewSigningSecret> {
  const secret = `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
  const sealed = await keys.seal(projectId, ruleId, 'webhook-secret', Buffer.from(secret));
  return { secret, sealed: Uint8Array.from(sealed) };
}

/**
 * Opens a signing secret.
 *
 * @param keys the data keys
 * @param projectId UUID of the project
 * @param ruleId UUID of the rule
 * @param sealed the secret as it is stored
 * @throws UnreadableError when the key is gone or anything differs
 */
export async function openSigningSecret(
  keys: DataKeyRing,
  projectId: string,
  ruleId: string,
  sealed: Uint8Array,
): Promise<string> {
  const secret = await keys.open(projectId, ruleId, 'webhook-secret', Buffer.from(sealed));
  return secret.toString('utf8');
}
