/** An answer that is not JSON. */
export class BytesAnswer {
  /**
   * @param contentType of the bytes
   * @param bytes the whole body
   */
  constructor(
    readonly contentType: string,
    readonly bytes: Buffer,
  ) {}
}
