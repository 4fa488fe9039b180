import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { type OpenApi, referencePages } from '../src/reference/pages.js';

const SOURCE = join(import.meta.dirname, '../../../openapi.json');

export default {
  watch: [SOURCE],
  paths: (): { params: { area: string }; content: string }[] =>
    referencePages(JSON.parse(readFileSync(SOURCE, 'utf8')) as OpenApi).map(
      ({ area, markdown }) => ({ params: { area }, content: markdown }),
    ),
};
