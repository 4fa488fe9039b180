import type { ErrorCode } from '@reqrun/contracts';
import type { Logger } from '@reqrun/platform/logging';

import type { CallOrigin } from '../access/admin-caller.js';

/** Tells the operator of refused sign-ins; whose account was tried may be a stranger's business. */
export class SignInLog {
  /** @param logger where */
  constructor(private readonly logger: Logger) {}

  /**
   * One line.
   *
   * @param code why
   * @param from where the attempt came from
   */
  refused(code: ErrorCode, from: CallOrigin): void {
    this.logger.warn('sign_in.refused', { error_code: code, address: from.address });
  }
}
