import { queryOptions } from '@tanstack/react-query';

import { api, type Schema, take } from '../../api/client';

/** An access token of the user. */
export type Token = Schema<'AccessToken'>;

/** Query for the user's access tokens, including those that have ended. */
export const tokensQuery = queryOptions({
  queryKey: ['me', 'tokens'],
  queryFn: async () => {
    return (await take(api.GET('/admin/me/tokens'))).data;
  },
});
