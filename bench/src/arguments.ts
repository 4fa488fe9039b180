import { parseArgs } from 'node:util';

/** Parsed command line. */
export interface Arguments {
  /** Names of the suites, in the order they run. */
  suites: string[];
  quick: boolean;
  /** Whether the product runs with a redis-server started for it. */
  redis: boolean;
  /** Folder for the results. */
  out: string;
  /** Another built checkout, which the suite `turns` compares with. */
  baseline: string | undefined;
}

/** An error in the command line, with a message for the user. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/**
 * Reads the command line.
 *
 * @param argv arguments after the program's name
 * @param known names of all suites
 * @param usual names of the suites that run by default
 * @throws UsageError
 */
export function readArguments(
  argv: readonly string[],
  known: readonly string[],
  usual: readonly string[],
): Arguments {
  const usage = `npm run bench -- [${known.join('|')} …] [--quick] [--redis] [--out FOLDER] [--baseline FOLDER]`;
  const { values, positionals } = parse(argv, usage);
  const unknown = positionals.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(
      `There is no suite "${unknown}". There are: ${known.join(', ')}.\n${usage}`,
    );
  }
  return {
    suites: positionals.length > 0 ? [...new Set(positionals)] : [...usual],
    quick: values.quick,
    redis: values.redis,
    out: values.out,
    baseline: values.baseline,
  };
}

function parse(argv: readonly string[], usage: string) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        quick: { type: 'boolean', default: false },
        redis: { type: 'boolean', default: false },
        out: { type: 'string', default: 'bench/results' },
        baseline: { type: 'string' },
      },
    });
  } catch (error) {
    // Node's message names the wrong option.
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
}
