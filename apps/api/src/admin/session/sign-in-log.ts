import type { ErrorCode } from '@reqrun/contracts';
import type { Logger } from '@reqrun/platform/logging';

import type { CallOrigin } from '../access/admin-caller.js';

/** Logs refused sign-ins for the operator, without the account, which may belong to a stranger. */
export class SignInLog {
  /** @param logger the log */
  constructor(private readonly logger: Logger) {}

  /**
   * Logs a refused sign-in.
   *
   * @param code the error code
   * @param from origin of the call
   */
  refused(code: ErrorCode, from: CallOrigin): void {
    this.logger.warn('sign_in.refused', { error_code: code, address: from.address });
  }
}
