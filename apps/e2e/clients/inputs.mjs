/** Inputs that every client sends. */
import { z } from 'zod';

export const PROMPT = 'Say something.';

/** The simulator's default answer. */
export const SENTENCE = 'This answer was made up by the simulator.';

/** A tool that the model calls. */
export const TOOL = {
  name: 'get_weather',
  description: 'The weather in a city.',
  parameters: z.object({ city: z.string(), unit: z.enum(['celsius', 'fahrenheit']) }),
  /** Result of the tool. */
  result: '21 degrees and sunny',
};

/** Format of a structured answer. */
export const FORMAT = {
  name: 'review',
  schema: z.object({ sentiment: z.enum(['positive', 'negative']), score: z.number() }),
};

/** A PNG of one pixel. */
export const IMAGE =
  'data:image/png;base64,' +
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
