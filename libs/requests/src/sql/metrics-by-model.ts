/**
 * Parts of the roll-up that count by model and provider. Their keys in `counts` are fields with a tab between them,
 * which neither a name of a provider nor a model can have: provider, model, and what is counted of it.
 *
 * - `model_requests`: requests that called the model; one with fallbacks counts at each model that it called.
 * - `model_retried`, `model_delay_ms`: those that were retried on it, and the waits before together.
 * - `model_retries_by_attempt`, `model_retries_by_code`: by the number of the attempt that followed, and by error code.
 * - `model_failures`: requests that failed, with their last attempt on it.
 * - `fallbacks`: from one model to another, as provider, model, provider, model.
 */

/** Largest number of models in a row, and of pairs. Callers choose the names, so the rest is counted as one. */
export const MAX_MODELS = 50;

const TAB = `E'\\t'`;
const MODEL = (provider: string, model: string): string => `${provider} || ${TAB} || ${model}`;

/**
 * Attempts of requests with a failed one, as the CTE `tried`, with the attempt that followed each. An attempt that was
 * lost has no provider: the request's latest one stands for it. The CTE `raw` has the requests.
 */
export const TRIED = `
tried AS MATERIALIZED (
  SELECT w.project_id, w.mode, w.id, w.status, a.*,
         lead(a.number) OVER following AS next_number,
         CASE WHEN a.decision = 'fallback'
              THEN lead(${MODEL('a.provider', 'a.model')}) OVER following END AS next_model
  FROM raw w CROSS JOIN LATERAL (
    SELECT number, coalesce(provider, w.provider) AS provider, model, outcome, error_code, decision,
           coalesce(delay_ms, 0) AS delay_ms
    FROM attempts WHERE request_id = w.id
    OFFSET 0
  ) a
  WHERE w.last_error_code IS NOT NULL
  WINDOW following AS (PARTITION BY w.id ORDER BY a.number)
)`;

/**
 * Counts by model, as further rows of the CTE `found`. They read `raw` and the attempts grouped already: `alike` and
 * `retries_alike`.
 */
export const COUNTS_BY_MODEL = `
  SELECT project_id, mode, 'model_requests', ${MODEL('provider', 'model')}, sum(n)
  FROM alike WHERE provider IS NOT NULL AND has_no_error GROUP BY 1, 2, 4
  UNION ALL
  SELECT project_id, mode, 'model_requests', ${MODEL('provider', 'model')}, count(DISTINCT id)
  FROM tried WHERE provider IS NOT NULL GROUP BY project_id, mode, provider, model
  UNION ALL
  SELECT project_id, mode, 'model_failures', ${MODEL('provider', 'model')}, count(*)
  FROM tried WHERE provider IS NOT NULL AND status = 'failed' AND next_number IS NULL
  GROUP BY project_id, mode, provider, model
  UNION ALL
  SELECT project_id, mode, 'model_retried', ${MODEL('provider', 'model')}, count(DISTINCT id)
  FROM retries WHERE provider IS NOT NULL AND decision = 'retry'
  GROUP BY project_id, mode, provider, model
  UNION ALL
  SELECT project_id, mode, 'model_delay_ms', ${MODEL('provider', 'model')}, sum(delay_ms)
  FROM retries_alike WHERE provider IS NOT NULL AND decision = 'retry' GROUP BY 1, 2, 4
  UNION ALL
  SELECT project_id, mode, 'model_retries_by_attempt',
         ${MODEL('provider', 'model')} || ${TAB} || attempt, sum(n)
  FROM retries_alike WHERE provider IS NOT NULL AND decision = 'retry' GROUP BY 1, 2, 4
  UNION ALL
  SELECT project_id, mode, 'model_retries_by_code',
         ${MODEL('provider', 'model')} || ${TAB} || coalesce(error_code, 'unknown'), sum(n)
  FROM retries_alike WHERE provider IS NOT NULL AND decision = 'retry' GROUP BY 1, 2, 4
  UNION ALL
  SELECT project_id, mode, 'fallbacks', ${MODEL('provider', 'model')} || ${TAB} || next_model, sum(n)
  FROM retries_alike
  WHERE decision = 'fallback' AND provider IS NOT NULL AND next_model IS NOT NULL GROUP BY 1, 2, 4
  UNION ALL
  SELECT project_id, mode, 'fallbacks_by_code', coalesce(error_code, 'unknown'), sum(n)
  FROM retries_alike WHERE decision = 'fallback' GROUP BY 1, 2, 4`;

/**
 * Makes the CTE `entries` of `found`: the same counts, but only of the models with the most requests, and of the
 * commonest pairs. The rest has empty names. Both have project_id, mode, kind, key, n; `entries` has each key once.
 */
export const CAPPED = `
kept AS (
  SELECT project_id, mode, kind, key FROM (
    SELECT project_id, mode, kind, key,
           row_number() OVER (PARTITION BY project_id, mode, kind ORDER BY sum(n) DESC, key) AS place
    FROM found WHERE kind IN ('model_requests', 'fallbacks') AND key NOT LIKE ${TAB} || '%'
    GROUP BY 1, 2, 3, 4
  ) ranked WHERE place <= ${MAX_MODELS}
), entries AS (
  SELECT f.project_id, f.mode, f.kind,
         CASE WHEN k.key IS NOT NULL OR (f.kind NOT LIKE 'model%' AND f.kind <> 'fallbacks') THEN f.key
              WHEN f.kind = 'fallbacks' THEN repeat(${TAB}, 3)
              ELSE ${TAB} || coalesce(${TAB} || nullif(split_part(f.key, ${TAB}, 3), ''), '') END AS key,
         sum(f.n) AS n
  FROM found f LEFT JOIN kept k ON k.project_id = f.project_id AND k.mode = f.mode
    AND k.kind = CASE WHEN f.kind LIKE 'model%' THEN 'model_requests' ELSE f.kind END
    AND k.key = CASE WHEN f.kind LIKE 'model%'
                     THEN ${MODEL(`split_part(f.key, ${TAB}, 1)`, `split_part(f.key, ${TAB}, 2)`)}
                     ELSE f.key END
  GROUP BY 1, 2, 3, 4
)`;
