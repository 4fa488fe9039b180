import { changeMembers } from '@reqrun/platform/json';
import { boundaryOf, MultipartScanner, replaceContent } from '@reqrun/platform/multipart';
import type { Claim, NewRequest } from '@reqrun/requests';

/**
 * Returns the body for the model that an attempt calls: the caller's bytes, with the name of that model and the
 * members that differ for it. Without a plan nothing is looked at.
 *
 * @param claim the request and its place in the plan
 * @param body bytes as the caller has sent them, less our fields; they are not changed
 * @param head headers of the call, which tell a form by its content type, and members that differ, for each model
 *   of the plan
 */
export async function plannedBody(
  { policy: { plan }, planAt }: Pick<Claim, 'policy' | 'planAt'>,
  body: Buffer,
  { headers, fallbackParams }: Pick<NewRequest, 'headers' | 'fallbackParams'>,
): Promise<Buffer> {
  const model = plan?.[planAt]?.model;
  const params = fallbackParams?.[planAt] ?? null;
  const isOther = model !== undefined && model !== plan?.[0]?.name;
  if (!isOther && params === null) {
    return body;
  }
  const boundary = boundaryOf(headers['content-type']);
  if (boundary !== null) {
    return model === undefined ? body : withModel(body, boundary, model);
  }
  const changes = new Map<string, string | null>();
  if (isOther) {
    changes.set('model', JSON.stringify(model));
  }
  for (const [name, value] of Object.entries(params ?? {})) {
    changes.set(name, value === null ? null : JSON.stringify(value));
  }
  return changeMembers(body, changes);
}

/** The form of an upload for another model. It was read when it was accepted, so it has one part with that name. */
function withModel(body: Buffer, boundary: string, model: string): Buffer {
  const scanner = new MultipartScanner(body, boundary);
  scanner.read();
  const part = scanner.parts.find(({ name }) => name === 'model');
  return part === undefined ? body : replaceContent(body, part, model);
}
