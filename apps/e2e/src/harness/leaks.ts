/** Something that a secret was found in. */
export interface Leak {
  /** Which secret, by its name. */
  readonly secret: string;
  readonly source: string;
  /** `plain`, `hexadecimal` or `base64`. */
  readonly form: string;
  /** What stands around it, less the secret. */
  readonly near: string;
}

/** Named texts: what is looked for, or what is looked through. */
export type Named = Readonly<Record<string, string>>;

const AROUND = 60;

/**
 * Looks for secrets in everything that should not hold them: as they are, and in the spellings that
 * bytes take on their way into a log, a dump or a header.
 *
 * @param secrets ASCII letters, digits, `_` and `-`, at least 16 of them, so that no chance finds one
 * @param sources what is looked through
 */
export function findLeaks(secrets: Named, sources: Named): Leak[] {
  return Object.entries(secrets).flatMap(([secret, value]) => {
    if (!/^[\w-]{16,}$/.test(value)) {
      throw new RangeError(`${secret} is no secret that can be told from chance.`);
    }
    return spellingsOf(value).flatMap(({ form, spelling, ignoreCase }) =>
      Object.entries(sources).flatMap(([source, text]) => {
        const searched = ignoreCase ? text.toLowerCase() : text;
        const at = searched.indexOf(spelling);
        return at === -1
          ? []
          : [{ secret, source, form, near: text.slice(Math.max(0, at - AROUND), at) }];
      }),
    );
  });
}

interface Spelling {
  readonly form: string;
  readonly spelling: string;
  readonly ignoreCase: boolean;
}

function spellingsOf(value: string): Spelling[] {
  const hexadecimal = Buffer.from(value).toString('hex');
  return [
    { form: 'plain', spelling: value.toLowerCase(), ignoreCase: true },
    { form: 'hexadecimal', spelling: hexadecimal, ignoreCase: true },
    ...[0, 1, 2].map((shift) => ({
      form: 'base64',
      spelling: base64Within(value, shift),
      ignoreCase: false,
    })),
  ];
}

/** What base64 of a text with this value in it always holds, by where in a group of 3 it begins. */
function base64Within(value: string, shift: number): string {
  const encoded = Buffer.from('x'.repeat(shift) + value).toString('base64');
  const whole = Math.floor((shift + value.length) / 3) * 4;
  // The first group holds what stood before, the last one what comes behind.
  return encoded.slice(shift === 0 ? 0 : 4, whole);
}
