/** What every client is asked to send. */
import { z } from 'zod';

export const PROMPT = 'Say something.';

/** What the simulator answers when nothing else is asked for. */
export const SENTENCE = 'This answer was made up by the simulator.';

/** A tool that the model is made to call. */
export const TOOL = {
  name: 'get_weather',
  description: 'The weather in a city.',
  parameters: z.object({ city: z.string(), unit: z.enum(['celsius', 'fahrenheit']) }),
  /** What the tool gives back. */
  result: '21 degrees and sunny',
};

/** The form that an answer must have. */
export const FORMAT = {
  name: 'review',
  schema: z.object({ sentiment: z.enum(['positive', 'negative']), score: z.number() }),
};

/** A PNG of one pixel. */
export const IMAGE =
  'data:image/png;base64,' +
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
