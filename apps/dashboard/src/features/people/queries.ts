import { queryOptions } from '@tanstack/react-query';

import { api, type Schema, take } from '../../api/client';

/** Somebody who may sign in. */
export type Person = Schema<'User'>;
/** Somebody who was asked to. */
export type Invitation = Schema<'Invitation'>;

/** Everybody who may sign in. */
export const peopleQuery = queryOptions({
  queryKey: ['people'],
  queryFn: async () => {
    return (await take(api.GET('/admin/people'))).data;
  },
});

/** Invitations that nobody has taken up yet. */
export const invitationsQuery = queryOptions({
  queryKey: ['invitations'],
  queryFn: async () => {
    return (await take(api.GET('/admin/invitations'))).data;
  },
});
