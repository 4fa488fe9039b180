import type { KindRules } from './kind-rules.js';
import { openai } from './openai.js';

/** Any server that speaks OpenAI's protocol. One of one's own, such as vLLM or Ollama, may need no key. */
export const compatible: KindRules = { ...openai, needsKey: false };
