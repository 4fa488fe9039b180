// An agent: every step has a key of its own, made of the run and the step's number. An agent that
// died in the middle of a run is simply started again: the steps that were done are answered from
// their records, and no model is called twice for them.
import { type ChatCompletionMessageParam, type ChatCompletionTool, ReqRun } from '@reqrun/sdk';

const reqrun = new ReqRun(); // REQRUN_API_KEY, REQRUN_BASE_URL

const MAX_STEPS = 8;

const tools: ChatCompletionTool[] = [
  {
    type: 'function',
    function: {
      name: 'look_up_order',
      description: 'The state of an order.',
      parameters: {
        type: 'object',
        properties: { order: { type: 'string' } },
        required: ['order'],
      },
    },
  },
];

/**
 * Works on a task until the model has an answer.
 *
 * @param run names this run, so that it can be taken up again
 * @param task what is to be done
 * @param lookUpOrder does what the tool promises, given the model's arguments as JSON
 * @param model which model does it
 * @returns the answer
 */
export async function runAgent(
  run: string,
  task: string,
  lookUpOrder: (json: string) => Promise<string>,
  model = 'gpt-4o-mini',
): Promise<string> {
  const messages: ChatCompletionMessageParam[] = [{ role: 'user', content: task }];
  for (let step = 1; step <= MAX_STEPS; step += 1) {
    const completion = await reqrun.chat.completions.create({
      model,
      messages,
      tools,
      // This agent always looks before it answers.
      tool_choice: step === 1 ? 'required' : 'auto',
      wait: true,
      idempotency_key: `${run}-step-${step}`,
    });
    const message = completion.choices[0]?.message;
    const calls = message?.tool_calls ?? [];
    if (message === undefined || calls.length === 0) {
      return message?.content ?? '';
    }
    messages.push(message);
    for (const call of calls) {
      const content =
        call.type === 'function' ? await lookUpOrder(call.function.arguments) : 'No such tool.';
      messages.push({ role: 'tool', tool_call_id: call.id, content });
    }
  }
  throw new Error(`${run} has no answer after ${MAX_STEPS} steps.`);
}
