import type { NewRequest } from '@reqrun/requests';
import { DEFAULT_PROJECT_POLICY } from '@reqrun/retry-policy';

import { plannedBody } from './planned-body.js';

const BODY = Buffer.from(
  '{ "n" : 1.0e0, "model"\t:  "azure/gpt-4o" ,"messages":[{"model":"x"}],"max_tokens":5 }',
);
const entry = (name: string, model: string) => ({ name, model, provider: null, providerId: null });
const PLAN = [entry('azure/gpt-4o', 'gpt-4o'), entry('o3', 'o3')];
const at = (planAt: number, plan: typeof PLAN | null = PLAN) => ({
  planAt,
  policy: { ...DEFAULT_PROJECT_POLICY, ...(plan !== null && { plan }) },
});
const planned = (
  claim: ReturnType<typeof at>,
  body: Buffer,
  fallbackParams: NewRequest['fallbackParams'],
  headers: Readonly<Record<string, string>> = {},
) => plannedBody(claim, body, { headers, fallbackParams });
const text = async (...given: Parameters<typeof planned>) => (await planned(...given)).toString();

describe('the body of an attempt', () => {
  it('is the very bytes of the caller where nothing is planned', async () => {
    expect(await planned(at(0, null), BODY, undefined)).toBe(BODY);
    const same = [entry('m', 'm'), entry('n', 'n')];
    expect(await planned(at(0, same), BODY, undefined)).toBe(BODY);
  });

  it('has another model in place of the value at the top, and no other byte is touched', async () => {
    const before = BODY.toString();
    expect(await text(at(0), BODY, undefined)).toBe(before.replace('"azure/gpt-4o"', '"gpt-4o"'));
    expect(await text(at(1), BODY, [null, null])).toBe(before.replace('"azure/gpt-4o"', '"o3"'));
    expect(BODY.toString()).toBe(before);
  });

  it('has the parameters of a fallback: others replaced, new ones added, null left out', async () => {
    const params = { max_tokens: null, max_completion_tokens: 500, n: 2 };
    const before = BODY.toString();
    const changed = JSON.parse(await text(at(1), BODY, [null, params])) as object;
    expect(changed).toEqual({
      n: 2,
      model: 'o3',
      messages: [{ model: 'x' }],
      max_completion_tokens: 500,
    });
    expect(BODY.toString()).toBe(before);
    expect(await text(at(0), BODY, [null, params])).toBe(
      before.replace('"azure/gpt-4o"', '"gpt-4o"'),
    );
  });

  it('names the model where the caller left it to the endpoint', async () => {
    expect(await text(at(1), Buffer.from('{}'), undefined)).toBe('{"model":"o3"}');
  });

  it('has another model in its part where it is a form, and no other byte is touched', async () => {
    const form = [
      '--b\r\ncontent-disposition: form-data; name="model"\r\n\r\nazure/gpt-4o\r\n',
      '--b\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n"model":"azure/gpt-4o"\r\n--b--\r\n',
    ];
    const headers = { 'content-type': 'multipart/form-data; boundary=b' };
    const before = form.join('');
    expect(await text(at(1), Buffer.from(before), undefined, headers)).toBe(
      [form[0]?.replace('azure/gpt-4o', 'o3'), form[1]].join(''),
    );
    const body = Buffer.from(before);
    expect(await planned(at(0, [entry('m', 'm')]), body, undefined, headers)).toBe(body);
  });
});
