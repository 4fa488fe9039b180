import { InvalidArgumentError } from 'commander';

import { parseEndpoint } from './endpoint.js';

describe('an endpoint', () => {
  it.each([
    ['chat', 'chat.completions'],
    ['chat/completions', 'chat.completions'],
    ['/v1/responses', 'responses'],
    ['v1/images/generations', 'images.generate'],
    ['images', 'images.generate'],
    ['/audio/speech', 'audio.speech'],
    ['audio.transcriptions', 'audio.transcriptions'],
  ])('%s is %s', (text, name) => {
    expect(parseEndpoint(text)).toBe(name);
  });

  it.each(['', 'toString', '/v1/files', 'v1', 'https://host/v1/responses'])(
    '%j is none',
    (text) => {
      expect(() => parseEndpoint(text)).toThrow(InvalidArgumentError);
    },
  );
});
