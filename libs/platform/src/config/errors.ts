/** A setting is missing or wrong; the message names it and says what is expected. Stops the start. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}
