import { joinUrl } from '../base-url.js';
import type { KindRules } from './kind-rules.js';
import { openai } from './openai.js';

const LIMIT_PREFIX = 'x-ratelimit-';
/** Values of Azure that say nothing about a limit: it sends them beside limits that are not used up. */
const MEANINGLESS: ReadonlySet<string> = new Set(['-1', '0']);
/** Endpoints of the dated API that are not about one deployment. */
const WITHOUT_DEPLOYMENT = /^\/(models|responses)(\/|$)/;
/** Tail of a base URL that was copied from the portal, which the path of a call repeats. */
const PORTAL_TAIL = /\/openai(\/v1)?\/?$/;
/** https://learn.microsoft.com/azure/ai-foundry/openai/how-to/create-resource: names of deployments. */
const DEPLOYMENT = /^(?!\.+$)[A-Za-z0-9._-]{1,64}$/;

/**
 * Azure OpenAI. With a version it is called in the dated API, where the model is the name of a deployment and
 * stands in the path; without one in the v1 API, like OpenAI
 * (https://learn.microsoft.com/azure/ai-foundry/openai/reference). `retry-after-ms` is read for every kind.
 */
export const azure: KindRules = {
  ...openai,
  requestIdHeader: 'apim-request-id',
  keyHeader: (apiKey) => ['api-key', apiKey],
  pathOf: (prefix, { path, model, apiVersion }) => {
    const resource = prefix.replace(PORTAL_TAIL, '');
    if (apiVersion === null) {
      return joinUrl(resource, `/openai/v1${path}`);
    }
    const [place = '', query] = path.split('?');
    const deployment =
      model === null || WITHOUT_DEPLOYMENT.test(place)
        ? ''
        : `/deployments/${encodeURIComponent(model)}`;
    const version = `api-version=${encodeURIComponent(apiVersion)}`;
    const rest = query === undefined ? '' : `&${query}`;
    return joinUrl(resource, `/openai${deployment}${place}?${version}${rest}`);
  },
  isModel: (model, apiVersion) => apiVersion === null || DEPLOYMENT.test(model),
  limitsOf: (headers) =>
    Object.fromEntries(
      Object.entries(headers).filter(
        ([name, value]) => !name.startsWith(LIMIT_PREFIX) || !MEANINGLESS.has(value.trim()),
      ),
    ),
};
