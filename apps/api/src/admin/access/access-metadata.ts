/** Under which a route's handler carries what it takes. */
export const ACCESS_METADATA = 'reqrun:access';
