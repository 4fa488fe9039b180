import 'reflect-metadata';

import { createOpenApiDocument } from './document.js';

/*
 * Prints the OpenAPI document; `npm run generate` writes it to openapi.json.
 */

process.stdout.write(`${JSON.stringify(await createOpenApiDocument(), null, 2)}\n`);
