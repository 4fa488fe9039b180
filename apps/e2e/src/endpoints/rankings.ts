import { addEndpoint } from '@reqrun/contracts';
import { addEndpointModule, invalid } from '@reqrun/providers';

// A fictional endpoint, loaded by `--import` before an API or a worker starts: one row and one module.

addEndpoint({
  name: 'rankings',
  path: '/rankings',
  pendingObject: 'ranking.async',
  isStreamable: false,
  input: { name: 'documents', types: ['array', 'string'] },
});

addEndpointModule('/rankings', {
  isAnswer: (body) => 'ranks' in body,
  problemOf: ({ ranks }) => (Array.isArray(ranks) ? null : invalid('wrong_shape')),
  usageOf: ({ cost }) => (typeof cost === 'number' ? { cost } : null),
});
