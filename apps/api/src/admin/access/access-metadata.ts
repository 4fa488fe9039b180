/** Metadata key of a route handler's access rule. */
export const ACCESS_METADATA = 'reqrun:access';
