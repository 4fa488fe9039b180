import type { Endpoint, ErrorCode } from '@reqrun/contracts';
import {
  boundaryOf,
  type FormPart,
  type MultipartFault,
  MultipartScanner,
  removeParts,
  scanMultipart,
} from '@reqrun/platform/multipart';

import { ApiError } from '../../http/api-error.js';
import { validateFields } from './body-fields.js';
import { isOwnPart, ownValues, textOf } from './form-values.js';
import { MAX_MODEL_BYTES } from '../../policy/model-field.js';
import type { RequestBody } from './request-body.js';

/** Bodies from this size on are read in slices, so that others get their turn. */
const LARGE_BYTES = 64 * 1024;
/** Fields of OpenAI's that are read here or when the answer is judged: of two values nobody knows which counts. */
const SINGLE = ['model', 'stream', 'response_format'];
const NO_STREAM = /^(?:false|0|null)?$/i;
const FAULTS: Readonly<Record<MultipartFault, ErrorCode>> = {
  invalid: 'invalid_multipart',
  unnamed: 'invalid_multipart',
  too_many_parts: 'multipart_too_complex',
  headers_too_large: 'multipart_too_complex',
};

/**
 * Reads the body of an upload, which is sent to the provider byte for byte, without the parts that hold our fields.
 *
 * @param body the bytes as they came; our parts are cut out of this very memory
 * @param contentType their content type, which names the boundary
 * @param endpoint where it was sent
 * @returns a promise for a large body alone, which is read in slices
 * @throws ApiError that names the field that is wrong
 */
export function readFormBody(
  body: Buffer,
  contentType: string | undefined,
  endpoint: Endpoint,
): RequestBody | Promise<RequestBody> {
  const boundary = boundaryOf(contentType);
  if (contentType === undefined || boundary === null) {
    throw new ApiError('invalid_multipart', {
      param: 'content-type',
      message: 'Content-Type must be multipart/form-data with a boundary of 1 to 70 characters.',
    });
  }
  if (body.length >= LARGE_BYTES) {
    return scanMultipart(body, boundary).then((read) =>
      toRequestBody(body, contentType, endpoint, read),
    );
  }
  const scanner = new MultipartScanner(body, boundary);
  scanner.read();
  return toRequestBody(body, contentType, endpoint, scanner);
}

function toRequestBody(
  body: Buffer,
  contentType: string,
  endpoint: Endpoint,
  { fault, parts }: MultipartScanner,
): RequestBody {
  if (fault !== null) {
    throw new ApiError(
      FAULTS[fault],
      fault === 'unnamed' ? { message: 'A part of the body has no name.' } : {},
    );
  }
  for (const param of SINGLE) {
    if (parts.filter(({ name }) => name === param).length > 1) {
      throw new ApiError('invalid_value', { param, message: `${param} is given twice.` });
    }
  }
  const { model, own, metadata, fallbacks } = validateFields(
    {
      ...ownValues(body, parts),
      model: modelIn(body, parts),
      stream: isStreamAsked(body, parts),
    },
    endpoint,
  );
  assertGiven(parts, endpoint);
  const withParams = fallbacks?.given.findIndex(({ params }) => params !== undefined) ?? -1;
  if (withParams !== -1) {
    const param = `${fallbacks?.param}.${withParams}.params`;
    throw new ApiError('unsupported_parameter', {
      param,
      message: `${param} is not supported for uploads.`,
    });
  }
  const cut = removeParts(body, parts, ({ name }) => isOwnPart(name));
  return {
    model,
    own,
    metadata,
    ...(fallbacks !== undefined && { fallbacks }),
    inspected: {},
    stream: false,
    includeUsage: false,
    hasStreamMembers: false,
    forwarded: cut.body,
    form: { contentType, parts: cut.parts },
  };
}

function modelIn(body: Buffer, parts: readonly FormPart[]): unknown {
  const part = parts.find(({ name }) => name === 'model');
  if (part === undefined) {
    return undefined;
  }
  // Neither a long value nor one that is no text is valid.
  return part.dataEnd - part.dataStart > MAX_MODEL_BYTES ? 0 : (textOf(body, part) ?? 0);
}

function isStreamAsked(body: Buffer, parts: readonly FormPart[]): boolean {
  const part = parts.find(({ name }) => name === 'stream');
  return (
    part !== undefined &&
    (part.dataEnd - part.dataStart > 'false'.length || !NO_STREAM.test(textOf(body, part) ?? 'x'))
  );
}

function assertGiven(parts: readonly FormPart[], { form }: Endpoint): void {
  if (form === undefined) {
    return;
  }
  const { file, required } = form;
  for (const param of [file, ...required]) {
    const given = parts.filter(
      ({ name }) => name === param || (param === file && name === `${param}[]`),
    );
    const isEmpty = given.some(({ dataStart, dataEnd }) => dataStart === dataEnd);
    if (given.length === 0 || isEmpty) {
      throw new ApiError(isEmpty ? 'invalid_value' : 'missing_required_parameter', {
        param,
        message: isEmpty ? `${param} must not be empty.` : `${param} is required.`,
      });
    }
  }
}
