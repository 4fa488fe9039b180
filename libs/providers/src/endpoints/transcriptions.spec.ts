import { validateBody } from '../answer-body.js';
import { endpointModuleAt } from './index.js';

/** The request for a transcript in a format. */
const requestFor = (format: string | null): Buffer =>
  Buffer.from(
    '--B\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n\0\xff\r\n' +
      (format === null
        ? ''
        : `--B\r\ncontent-disposition: form-data; name="response_format"\r\n\r\n${format}\r\n`) +
      '--B--\r\n',
    'latin1',
  );

/** The judgement of an answer with 200. */
async function judge(format: string | null, body: string | Buffer) {
  const found = endpointModuleAt('/audio/transcriptions')!;
  const narrowed = await found.forRequest!(requestFor(format), 'multipart/form-data; boundary=B');
  return validateBody(200, Buffer.from(body as string), narrowed);
}

const VTT = 'WEBVTT\n\n00:00.000 --> 00:01.000\nHello.\n';
const SRT = '1\n00:00:00,000 --> 00:00:01,000\nHello.\n';
const PAGE = '<!DOCTYPE html>\n<html><body>Bad gateway</body></html>';

describe('a transcript', () => {
  it.each<[string | null, string, boolean]>([
    [null, '{"text":"Hello."}', true],
    [null, '{"text":""}', true],
    [null, '{"text":null}', false],
    [null, '{"object":"list","data":[]}', false],
    [null, 'Hello.', false],
    [null, PAGE, false],
    ['', '{"text":"Hello."}', true],
    ['json', '{"text":"Hello."}', true],
    ['json', VTT, false],
    ['verbose_json', '{"text":"Hello.","segments":[]}', true],
    ['diarized_json', '{"text":"Hello."}', true],
    ['diarized_json', '"Hello."', false],
    ['text', 'Hello.\n', true],
    ['text', '\n', true],
    ['text', '', false],
    ['text', '[Music] Hello.', true],
    ['text', '<noise> Hello.', true],
    ['text', '{"text":"Hello."}', true],
    ['text', '{"text":"Hel', false],
    ['text', '{"detail":"not now"}', false],
    ['text', PAGE, false],
    ['text', `\uFEFF \n${PAGE}`, false],
    ['text', '<html>\n<head><title>502</title></head></html>', false],
    ['text', '<?xml version="1.0"?><Error/>', false],
    ['text', 'a\0b', false],
    ['vtt', VTT, true],
    ['vtt', 'WEBVTT', true],
    ['vtt', `\uFEFF${VTT}`, true],
    ['vtt', 'WEBVTTX', false],
    ['vtt', SRT, false],
    ['vtt', PAGE, false],
    ['srt', SRT, true],
    ['srt', SRT.replaceAll('\n', '\r\n'), true],
    ['srt', '\n', true],
    ['srt', 'Hello.', false],
    ['srt', PAGE, false],
    ['tsv', 'start\tend\ttext\n', true],
    ['tsv', PAGE, false],
  ])('in the format %j: %j is good: %j', async (format, body, good) => {
    expect((await judge(format, body)).ok).toBe(good);
  });

  it('that is not UTF-8 is none', async () => {
    expect((await judge('text', Buffer.from([0x61, 0xff]))).ok).toBe(false);
  });

  it.each(['json', 'text', 'srt'])('is none where an error stands (%s)', async (format) => {
    const body = '{"error":{"code":"rate_limit_exceeded","message":"m"}}';
    expect(await judge(format, body)).toMatchObject({ ok: false, status: 429 });
    expect(await judge(format, `[${body}]`)).toMatchObject({ ok: false, status: 429 });
  });

  it('has the usage that is stated', async () => {
    const body = '{"text":"Hello.","usage":{"type":"duration","seconds":3}}';
    expect(await judge(null, body)).toMatchObject({
      ok: true,
      usage: { type: 'duration', seconds: 3 },
    });
    expect(await judge('text', 'Hello.')).toEqual({ ok: true, usage: null });
  });
});
