/** Longest content type that is read, in characters: what a header to a provider may have. */
const MAX_TYPE_LENGTH = 1024;
const PRINTABLE_ASCII = /^[\x20-\x7e]+$/;
const PARAMETER = /;\s*boundary\s*=\s*(?:"([^"\\]*)"|([^\s;"]*))\s*(?=;|$)/gi;
/** RFC 2046, 5.1.1, and any other visible character, since some clients draw from all of them. */
const BOUNDARY = /^[\x21-\x7e](?:[\x20-\x7e]{0,68}[\x21-\x7e])?$/;

/**
 * Reads the boundary from a content type.
 *
 * @param contentType value of the header, such as `multipart/form-data; boundary=x`
 * @returns null where it is no form's, or does not name exactly one valid boundary
 */
export function boundaryOf(contentType: string | undefined): string | null {
  if (
    contentType === undefined ||
    contentType.length > MAX_TYPE_LENGTH ||
    !PRINTABLE_ASCII.test(contentType) ||
    !/^multipart\/form-data\s*;/i.test(contentType)
  ) {
    return null;
  }
  const [first, second] = contentType.matchAll(PARAMETER);
  const boundary = first?.[1] ?? first?.[2] ?? '';
  return second === undefined && BOUNDARY.test(boundary) ? boundary : null;
}
