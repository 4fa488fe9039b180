/**
 * The start can't go on, or makes no sense to repeat. The message is one clear line for a user
 * and holds no secret; the launcher prints it and ends with a non-zero exit code.
 */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** The start was asked to stop before it was through. */
export class StartCanceled extends Error {
  override readonly name = 'StartCanceled';
}
