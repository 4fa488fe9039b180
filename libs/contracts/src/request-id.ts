const REQUEST_ID = /^rr_[0-9a-f]{32}$/;

/**
 * The public id of a request: `rr_` and the 32 hexadecimal digits of its time-ordered UUID, so that
 * ids sort by age and hold letters and digits only.
 *
 * @param uuid a UUID in its canonical form, with hyphens
 */
export function requestIdFromUuid(uuid: string): string {
  return `rr_${uuid.replaceAll('-', '')}`;
}

/**
 * The UUID behind a public id.
 *
 * @param id what a client sent as an id
 * @returns the UUID in its canonical form, or null when this can't be an id of ours
 */
export function uuidFromRequestId(id: string): string | null {
  if (!REQUEST_ID.test(id)) {
    return null;
  }
  const hex = id.slice(3);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
