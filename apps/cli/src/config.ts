import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

import { UsageError } from './exit-codes.js';

/** Names and values, as in the environment. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Flags that say where settings come from. */
export interface ConfigFlags {
  readonly baseUrl?: string;
  /** The folder of `local.env`. */
  readonly home?: string;
  /** A file that holds the API key. */
  readonly apiKeyFile?: string;
  /** A file that holds the personal access token. */
  readonly adminTokenFile?: string;
  /** Whether the test key is used. */
  readonly test?: boolean;
  /** Name or id. */
  readonly project?: string;
}

/** The server and the secret that it is called with. */
export interface Credentials {
  readonly baseURL: string;
  readonly secret: string;
}

/** `found` is a `local.env` that nobody named: it lies where the command happens to be run. */
type Source = 'flag' | 'environment' | 'file' | 'found';

interface Setting {
  readonly value: string;
  readonly source: Source;
}

/** Settings of the command line: from flags, else from the environment, else from `local.env`. */
export class Config {
  /** The folder of `local.env`, whether it is there or not. */
  readonly home: string;
  private readonly file: Variables;
  private readonly fileSource: Source;

  /**
   * @param flags what was given to the command
   * @param environment the process's own by default
   * @throws UsageError when the folder that `--home` names has no `local.env`
   */
  constructor(
    private readonly flags: ConfigFlags,
    private readonly environment: Variables = process.env,
  ) {
    const named = flags.home ?? setOrNone(environment['REQRUN_HOME']);
    this.home = named ?? '.reqrun';
    const text = readText(join(this.home, 'local.env'));
    if (text === null && flags.home !== undefined) {
      throw new UsageError(`There is no local.env in ${flags.home}.`);
    }
    this.file = text === null ? {} : parseEnv(text);
    this.fileSource = named === undefined ? 'found' : 'file';
  }

  /** Server and API key, for requests. */
  get application(): Credentials {
    const name = this.flags.test === true ? 'REQRUN_TEST_API_KEY' : 'REQRUN_API_KEY';
    return this.credentials(name, this.flags.apiKeyFile, 'or name a file with --api-key-file.');
  }

  /** Server and personal access token, for keys. */
  get admin(): Credentials {
    return this.credentials(
      'REQRUN_ADMIN_TOKEN',
      this.flags.adminTokenFile,
      'or name a file with --admin-token-file. The dashboard makes tokens; this one needs the ' +
        'scopes keys:read, keys:write and projects:read.',
    );
  }

  /** The server alone, for a token that is typed in. */
  get server(): string {
    const base = this.baseURL();
    refuseForeign(base, 'the token');
    return base.value;
  }

  /** Origin of the dashboard; undefined when it is not known. */
  get dashboard(): string | undefined {
    const setting = this.setting('REQRUN_DASHBOARD_URL');
    if (setting !== null) {
      refuseForeign(setting, 'the token');
    }
    return setting?.value;
  }

  /** The project that keys belong to: name or id; undefined when none was said. */
  get project(): string | undefined {
    return this.flags.project ?? this.setting('REQRUN_PROJECT')?.value;
  }

  private credentials(name: string, file: string | undefined, hint: string): Credentials {
    const base = this.baseURL();
    const secret = file === undefined ? this.setting(name) : secretIn(file);
    if (secret === null) {
      throw new UsageError(`${name} is missing: set it in the environment or local.env, ${hint}`);
    }
    if (secret.source !== 'found') {
      refuseForeign(base, name);
    }
    return { baseURL: base.value, secret: secret.value };
  }

  private baseURL(): Setting {
    const { baseUrl } = this.flags;
    const setting: Setting | null =
      baseUrl === undefined ? this.setting('REQRUN_BASE_URL') : { value: baseUrl, source: 'flag' };
    if (setting === null) {
      throw new UsageError(
        'Where is ReqRun? Give --base-url, set REQRUN_BASE_URL, or run this where `npm start` ' +
          'has written .reqrun/local.env (REQRUN_HOME names another folder).',
      );
    }
    const url = URL.canParse(setting.value) ? new URL(setting.value) : null;
    if (url === null || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '') {
      throw new UsageError('The base URL must be like https://reqrun.example.com.');
    }
    const value = setting.value.replace(/\/+$/, '').replace(/\/v1$/, '').replace(/\/+$/, '');
    return { value, source: setting.source };
  }

  private setting(name: string): Setting | null {
    const given = setOrNone(this.environment[name]);
    if (given !== undefined) {
      return { value: given, source: 'environment' };
    }
    const kept = setOrNone(this.file[name]);
    return kept === undefined ? null : { value: kept, source: this.fileSource };
  }
}

/** Facts of the environment about the screen. */
export interface ScreenSettings {
  /** `NO_COLOR`: see https://no-color.org. */
  readonly noColor: boolean;
  /** Whether a terminal can be drawn on; not under CI. */
  readonly animated: boolean;
}

/**
 * Reads what the environment says about the screen.
 *
 * @param environment the process's own by default
 */
export function screenSettings(environment: Variables = process.env): ScreenSettings {
  const isDumb = environment['TERM'] === 'dumb';
  return {
    noColor: setOrNone(environment['NO_COLOR']) !== undefined || isDumb,
    animated: !isDumb && setOrNone(environment['CI']) === undefined,
  };
}

/**
 * Reads a secret from a file, which can be a pipe.
 *
 * @param path the file
 * @throws UsageError when it is not there, is empty, or can't be read
 */
export const readSecretFile = (path: string): string => secretIn(path).value;

function secretIn(path: string): Setting {
  const value = setOrNone(readText(path)?.trim());
  if (value === undefined) {
    throw new UsageError(`${path} is not there, or is empty.`);
  }
  return { value, source: 'flag' };
}

/** Else whoever can put a file into a folder would be sent the keys of those who work there. */
function refuseForeign({ source, value }: Setting, name: string): void {
  if (source === 'found' && !isLoopback(value)) {
    throw new UsageError(
      `.reqrun/local.env in this folder names the server ${value}, and ${name} does not ` +
        'come from there. If that server is meant, say so with --base-url or --home .reqrun.',
    );
  }
}

function isLoopback(url: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);
}

function setOrNone(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value.trim();
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      return null;
    }
    throw new UsageError(`${path} can't be read (${code ?? 'unknown error'}).`);
  }
}
