/** A text in which a secret was found. */
export interface Leak {
  /** Name of the secret. */
  readonly secret: string;
  readonly source: string;
  /** `plain`, `hexadecimal` or `base64`. */
  readonly form: string;
  /** Text around the secret, without the secret. */
  readonly near: string;
}

/** Texts by name: secrets, or sources to search. */
export type Named = Readonly<Record<string, string>>;

const AROUND = 60;

/**
 * Searches for secrets in sources that must not contain them: literally, and in the encodings that bytes get
 * in a log, a dump or a header.
 *
 * @param secrets ASCII letters, digits, `_` and `-`, at least 16 of them, so that no match is accidental
 * @param sources texts to search
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

/** Returns the part that the base64 of any text with this value contains, by its offset in a group of 3. */
function base64Within(value: string, shift: number): string {
  const encoded = Buffer.from('x'.repeat(shift) + value).toString('base64');
  const whole = Math.floor((shift + value.length) / 3) * 4;
  // The first group also encodes the text before, the last one the text after.
  return encoded.slice(shift === 0 ? 0 : 4, whole);
}
