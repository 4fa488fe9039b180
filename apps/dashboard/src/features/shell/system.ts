import { queryOptions } from '@tanstack/react-query';

import { api, take } from '../../api/client';

/** Query for the settings of this deployment, which do not change while it runs. */
export const systemQuery = queryOptions({
  queryKey: ['system'],
  queryFn: () => take(api.GET('/admin/system')),
  staleTime: Number.POSITIVE_INFINITY,
});
