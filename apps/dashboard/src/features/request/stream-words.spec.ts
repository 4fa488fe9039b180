import { streamWords } from './stream-words';

const START = Date.parse('2026-03-01T00:00:00.000Z');
const at = (ms: number): string => new Date(START + ms).toISOString();
const attempt = (more: object = {}) => ({
  started_at: at(0),
  ended_at: at(2_120),
  first_frame_at: at(120),
  frames: 34,
  outcome: 'succeeded' as const,
  ...more,
});

describe("the figures of an attempt's stream", () => {
  it.each([{ completion_tokens: 82 }, { output_tokens: 82 }])(
    'tell the first token, the frames and the rate of the tokens after it: %j',
    (usage) => {
      expect(streamWords(attempt(), usage)).toBe(
        'First token after 120 ms · 34 frames · 41 tokens per second',
      );
    },
  );

  it('have no rate where the tokens are not those of this attempt, or unknown', () => {
    const words = 'First token after 120 ms · 34 frames';

    expect(streamWords(attempt({ outcome: 'failed' }), { completion_tokens: 82 })).toBe(words);
    expect(streamWords(attempt(), null)).toBe(words);
  });

  it('have no rate where all came in one piece', () => {
    expect(streamWords(attempt({ ended_at: at(130) }), { completion_tokens: 82 })).toBe(
      'First token after 120 ms · 34 frames',
    );
  });

  it('are told while it runs, and not of an attempt without frames', () => {
    const running = attempt({ ended_at: null, frames: null, outcome: 'running' });

    expect(streamWords(running, null)).toBe('First token after 120 ms');
    expect(streamWords(attempt({ first_frame_at: null }), null)).toBeNull();
  });
});
