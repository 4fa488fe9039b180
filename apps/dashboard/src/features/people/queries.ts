import { queryOptions } from '@tanstack/react-query';

import { api, type Schema, take } from '../../api/client';

/** A user who may sign in. */
export type Person = Schema<'User'>;
/** An invitation of a new user. */
export type Invitation = Schema<'Invitation'>;

/** Query for all users who may sign in. */
export const peopleQuery = queryOptions({
  queryKey: ['people'],
  queryFn: async () => {
    return (await take(api.GET('/admin/people'))).data;
  },
});

/** Query for the invitations that were not accepted yet. */
export const invitationsQuery = queryOptions({
  queryKey: ['invitations'],
  queryFn: async () => {
    return (await take(api.GET('/admin/invitations'))).data;
  },
});
