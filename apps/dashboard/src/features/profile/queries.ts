import { queryOptions } from '@tanstack/react-query';

import { api, type Schema, take } from '../../api/client';

/** One of one's access tokens. */
export type Token = Schema<'AccessToken'>;

/** One's access tokens, those that have ended included. */
export const tokensQuery = queryOptions({
  queryKey: ['me', 'tokens'],
  queryFn: async () => {
    return (await take(api.GET('/admin/me/tokens'))).data;
  },
});
