import { boundaryOf } from './boundary.js';
import { removeParts } from './form-part.js';
import { MultipartScanner, scanMultipart } from './scan-multipart.js';

const B = 'x-boundary';

/** A part as clients write it. */
const part = (disposition: string, content: string, more = ''): string =>
  `--${B}\r\nContent-Disposition: form-data; ${disposition}\r\n${more}\r\n${content}\r\n`;
const form = (...parts: readonly string[]): Buffer =>
  Buffer.from(`${parts.join('')}--${B}--\r\n`, 'latin1');

function scan(bytes: Buffer, slice?: number): MultipartScanner {
  const scanner = new MultipartScanner(bytes, B);
  while (!scanner.read(slice)) {
    // Read on.
  }
  return scanner;
}

const contentsOf = (bytes: Buffer, { parts }: Pick<MultipartScanner, 'parts'>): unknown[] =>
  parts.map(({ name, dataStart, dataEnd }) => [name, bytes.toString('latin1', dataStart, dataEnd)]);

const CONTENTS = ['', 'a', '\r\n', `--${B}`.slice(1), `\r\n--${B.slice(0, 4)}`, '\0\xff'.repeat(9)];

describe('the parts of a form', () => {
  it.each([undefined, 1, 2, 3, 7, 64])(
    'are found with whatever they hold, in slices of %j bytes',
    (slice) => {
      const bytes = form(...CONTENTS.map((content, at) => part(`name="f${at}"`, content)));
      const scanner = scan(bytes, slice);
      expect(scanner.fault).toBeNull();
      expect(contentsOf(bytes, scanner)).toEqual(
        CONTENTS.map((content, at) => [`f${at}`, content]),
      );
    },
  );

  it('lie side by side between the first boundary and the last', () => {
    const bytes = form(part('name="a"', '1'), part('name="b"', '22'), part('name="c"', ''));
    const { parts } = scan(bytes);
    expect(parts[0]?.start).toBe(0);
    parts.slice(1).forEach(({ start }, at) => expect(start).toBe(parts[at]?.end));
    expect(bytes.toString('latin1', parts.at(-1)?.end)).toBe(`--${B}--\r\n`);
  });

  it.each([
    ['name="file"; filename="a b.mp3"', 'file', 'a b.mp3'],
    ['name=file;filename=a.mp3', 'file', 'a.mp3'],
    ['name="a\\"b"', 'a\\"b', null],
    ['name="f"; filename=""', 'f', ''],
    ['filename="x;name=y"; NAME="f"', 'f', 'x;name=y'],
    [`name="f"; filename*=UTF-8''%e2%82%ac`, 'f', `*UTF-8''%e2%82%ac`],
  ])('have the name and the file name of %s', (disposition, name, fileName) => {
    const { parts, fault } = scan(form(part(disposition, 'x', 'content-type:  audio/mpeg \r\n')));
    expect(fault).toBeNull();
    expect(parts).toEqual([
      expect.objectContaining({ name, fileName, contentType: 'audio/mpeg' }) as object,
    ]);
  });

  it('may follow a line end, and may be none', () => {
    expect(scan(Buffer.from(`\r\n--${B}--`))).toMatchObject({ fault: null, parts: [] });
  });
});

describe('a body that has more than one reading, or none', () => {
  const one = part('name="a"', '1');
  it.each([
    ['empty', ''],
    ['cut in the content', one.slice(0, -3)],
    ['cut behind the content', one],
    ['cut in the headers', one.slice(0, 30)],
    ['cut in the last boundary', `${one}--${B}-`],
    ['text before the first boundary', `x\r\n${one}--${B}--`],
    ['text behind the last boundary', `${one}--${B}--\r\nx`],
    ['a part behind the last boundary', `${one}--${B}--\r\n${one}--${B}--`],
    ['a longer boundary in the content', `${part('name="a"', `1\r\n--${B}y\r\n2`)}--${B}--`],
    ['blanks behind a boundary', `${one.replace(B, `${B} `)}--${B}--`],
    ['a boundary at once behind the headers', part('name="a"', `--${B}\r\n`)],
    ['a boundary among the headers', `--${B}\r\n--${B}: x\r\n\r\n\r\n--${B}--`],
    ['lines without carriage returns', `${one}--${B}--`.replaceAll('\r', '')],
    ['a continued header line', one.replace('form-data;', 'form-data;\r\n')],
    ['a header without a colon', `--${B}\r\nx\r\n\r\n\r\n--${B}--`],
    ['two dispositions', part('name="a"', '1', 'content-disposition: form-data; name="b"\r\n')],
    ['two content types', part('name="a"', '1', 'content-type: a\r\ncontent-type: b\r\n')],
    ['two names', part('name="a"; name="b"', '1')],
    ['an encoded name', part(`name="a"; name*=UTF-8''b`, '1')],
    ['an open quote', part('name="a', '1')],
    ['text behind a quote', part('name="a"b', '1')],
    ['a control character', part('name="a\0"', '1')],
    ['another disposition', one.replace('form-data', 'attachment')],
  ])('%s is invalid', (_what, text) => {
    expect(scan(Buffer.from(text, 'latin1')).fault).toBe('invalid');
    expect(scan(Buffer.from(text, 'latin1'), 5).fault).toBe('invalid');
  });

  it.each([
    ['no headers', `--${B}\r\n\r\n1\r\n--${B}--`],
    ['no disposition', `--${B}\r\ncontent-type: a/b\r\n\r\n1\r\n--${B}--`],
    ['no name', part('filename="a"', '1')],
    ['an empty name', part('name=""', '1')],
  ])('%s is a part without a name', (_what, text) => {
    expect(scan(Buffer.from(text)).fault).toBe('unnamed');
  });

  it('has bounds', () => {
    const many = Array.from({ length: 256 }, () => part('name="a"', ''));
    expect(scan(form(...many)).fault).toBeNull();
    expect(scan(form(...many, part('name="a"', ''))).fault).toBe('too_many_parts');
    const long = (length: number) => form(part('name="a"', '', `x: ${'y'.repeat(length)}\r\n`));
    expect(scan(long(8_000)).fault).toBeNull();
    expect(scan(long(9_000)).fault).toBe('headers_too_large');
    const lines = (count: number) => form(part('name="a"', '', 'x: y\r\n'.repeat(count)));
    expect(scan(lines(15)).fault).toBeNull();
    expect(scan(lines(16)).fault).toBe('headers_too_large');
  });
});

describe('a part that is cut out', () => {
  const names = ['a', 'b', 'c', 'd'];
  const texts = names.map((name) => part(`name="${name}"; filename="é"`, name.repeat(40)));

  it.each(Array.from({ length: 16 }, (_, mask) => mask))(
    'leaves every other byte as it was (%i)',
    (mask) => {
      const bytes = form(...texts);
      const isCut = (name: string): boolean => (mask & (1 << names.indexOf(name))) !== 0;
      const { parts } = scan(bytes);
      const left = removeParts(bytes, parts, ({ name }) => isCut(name));
      const expected = form(...texts.filter((_, at) => !isCut(names[at] ?? '')));
      expect(left.body.equals(expected)).toBe(true);
      expect(left.parts).toEqual(scan(expected).parts);
    },
  );

  it('leaves a line end before the first boundary', () => {
    const bytes = Buffer.from(`\r\n${texts.join('')}--${B}--`);
    const { body } = removeParts(bytes, scan(bytes).parts, ({ name }) => name !== 'd');
    expect(body.toString()).toBe(Buffer.from(`\r\n${texts[3] ?? ''}--${B}--`).toString());
  });
});

describe('a large form', () => {
  it('is read in several turns', async () => {
    const content = '\r\n--x-boundarx'.repeat(100_000);
    const bytes = form(part('name="f"', content), part('name="g"', 'end'));
    let turns = 0;
    let isRead = false;
    const count = (): void => {
      turns += 1;
      if (!isRead) {
        setImmediate(count);
      }
    };
    setImmediate(count);
    const scanner = await scanMultipart(bytes, B);
    isRead = true;
    expect(contentsOf(bytes, scanner)).toEqual([
      ['f', content],
      ['g', 'end'],
    ]);
    expect(turns).toBeGreaterThan(1);
  });
});

describe('the boundary of a content type', () => {
  it.each([
    ['multipart/form-data; boundary=abc', 'abc'],
    ['multipart/form-data;boundary="a b"', 'a b'],
    ['Multipart/Form-Data; charset=utf-8; Boundary=abc', 'abc'],
    ['multipart/form-data; boundary=abc; charset=utf-8', 'abc'],
    [`multipart/form-data; boundary=${'a'.repeat(70)}`, 'a'.repeat(70)],
    [`multipart/form-data; boundary=${'a'.repeat(71)}`, null],
    ['multipart/form-data; boundary=', null],
    ['multipart/form-data; boundary=""', null],
    ['multipart/form-data; boundary="a "', null],
    ['multipart/form-data; boundary=a b', null],
    ['multipart/form-data; boundary=a; boundary=b', null],
    ['multipart/form-data', null],
    ['multipart/mixed; boundary=abc', null],
    ['application/json; boundary=abc', null],
    [`multipart/form-data; boundary=abc; x=${'y'.repeat(1024)}`, null],
    ['multipart/form-data; boundary=abc\u00e9', null],
    [undefined, null],
  ])('of %j is %j', (type, boundary) => {
    expect(boundaryOf(type)).toBe(boundary);
  });
});
