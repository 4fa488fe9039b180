import { parseArgs } from 'node:util';

/** What the command was asked for. */
export interface Arguments {
  /** The suites, in the order they run. */
  suites: string[];
  quick: boolean;
  /** Start a redis-server and let the product use it. */
  redis: boolean;
  /** The folder that results are written to. */
  out: string;
}

/** Something is wrong with what was typed: the message is for a person. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/**
 * Reads the command line.
 *
 * @param argv the arguments behind the program's name
 * @param known all suites there are
 * @param usual those that run when none is named
 * @throws UsageError
 */
export function readArguments(
  argv: readonly string[],
  known: readonly string[],
  usual: readonly string[],
): Arguments {
  const usage = `npm run bench -- [${known.join('|')} …] [--quick] [--redis] [--out FOLDER]`;
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
      },
    });
  } catch (error) {
    // Node's own words name the option that is wrong.
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
}
