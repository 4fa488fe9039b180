/** How large the write-ahead log is, and stays: a small disk is enough. */
export const WRITE_AHEAD_LOG_MIB = 512;

/**
 * A small durable server: a commit that was confirmed is on the disk. What its log may hold is part
 * of this too: prompts and keys travel as parameters, so neither statements nor parameters nor the
 * messages of failed statements (which quote values) are logged; the client gets them anyhow.
 */
const DEFAULT_SETTINGS: Readonly<Record<string, string>> = {
  // Reachable from this machine by password alone; a socket's path would have a length limit.
  unix_socket_directories: '',
  max_connections: '200',
  superuser_reserved_connections: '3',

  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  shared_buffers: '128MB',
  // Always the same segments: they are laid out when the server is made, and then used again.
  max_wal_size: `${WRITE_AHEAD_LOG_MIB}MB`,
  min_wal_size: `${WRITE_AHEAD_LOG_MIB}MB`,
  checkpoint_timeout: '15min',
  // Short statements by the thousand: compiling them costs more than it saves.
  jit: 'off',

  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
  logging_collector: 'off',
  log_destination: 'stderr',
  log_line_prefix: '%m [%p] ',
  // In the order of server logs LOG lies above ERROR: starts, stops and crashes remain.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_statement: 'none',
  log_min_duration_statement: '-1',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
  log_checkpoints: 'off',
  log_autovacuum_min_duration: '-1',
};

/** The settings of one server as arguments of `postgres`. */
export function settingArguments(
  settings: Readonly<Record<string, string>>,
  required: Readonly<Record<string, string>>,
): string[] {
  return Object.entries({ ...DEFAULT_SETTINGS, ...settings, ...required }).flatMap(
    ([name, value]) => ['-c', `${name}=${value}`],
  );
}
