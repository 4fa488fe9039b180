import type { LookupFunction } from 'node:net';

import type { DataKeyRing } from '@reqrun/platform/crypto';
import type { ProjectDirectory } from '@reqrun/projects';
import { ProviderClient } from '@reqrun/providers';

import { ApiError } from '../../http/api-error.js';
import { ProviderAccess } from './provider-access.js';

/** Every name resolves to the metadata service of a cloud. */
const resolve: LookupFunction = (_hostname, _options, callback) =>
  callback(null, [{ address: '169.254.169.254', family: 4 }]);

it('a test names the base URL whose name leads to an address that is never called', async () => {
  const client = new ProviderClient({ resolve });
  const access = new ProviderAccess(
    // A test with a base URL and a key uses neither.
    {} as ProjectDirectory,
    {} as DataKeyRing,
    client,
    {},
    { publicUrl: undefined, host: '127.0.0.1', port: () => 4000 },
  );
  const tried = access.test({ baseUrl: 'https://metadata.example/v1', apiKey: 'sk' });
  const error: unknown = await tried.catch((reason: unknown) => reason);
  await client.close();
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ status: 400, body: { error: { param: 'base_url' } } });
  expect((error as ApiError).message).not.toContain('169.254');
});
