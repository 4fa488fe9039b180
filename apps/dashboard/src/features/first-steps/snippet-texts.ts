/** A program that sends a request. */
export interface Snippet {
  readonly name: string;
  readonly text: string;
}

/** A request that the simulator answers with 429, then with 500, then well: its retries can be watched. */
const MODEL = 'sim/429,500,ok';

/**
 * Returns programs that send a first request.
 *
 * @param baseUrl where the API is, without `/v1`
 * @param apiKey secret of a key; null puts a placeholder
 */
export function snippetsFor(baseUrl: string, apiKey: string | null): readonly Snippet[] {
  const key = apiKey ?? '<your key>';
  return [
    {
      name: 'curl',
      text: `curl ${baseUrl}/v1/chat/completions \\
  -H 'Authorization: Bearer ${key}' \\
  -H 'Content-Type: application/json' \\
  -d '{"model": "${MODEL}", "wait": true, "messages": [{"role": "user", "content": "Say hello."}]}'`,
    },
    {
      name: 'TypeScript',
      text: `import OpenAI from 'openai';

const openai = new OpenAI({
  baseURL: '${baseUrl}/v1',
  apiKey: '${key}',
});

const completion = await openai.chat.completions.create({
  model: '${MODEL}',
  messages: [{ role: 'user', content: 'Say hello.' }],
});
console.log(completion.choices[0]?.message.content);`,
    },
    {
      name: 'Python',
      text: `from openai import OpenAI

client = OpenAI(
    base_url="${baseUrl}/v1",
    api_key="${key}",
)

completion = client.chat.completions.create(
    model="${MODEL}",
    messages=[{"role": "user", "content": "Say hello."}],
)
print(completion.choices[0].message.content)`,
    },
    {
      name: 'Command line',
      text: `export REQRUN_BASE_URL='${baseUrl}' REQRUN_API_KEY='${key}'

echo '{"model": "${MODEL}", "messages": [{"role": "user", "content": "Say hello."}]}' |
  npx --no -- reqrun run --wait -f -`,
    },
  ];
}
