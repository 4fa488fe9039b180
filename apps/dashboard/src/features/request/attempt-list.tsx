'use client';

import { Anchor, Text } from '@mantine/core';
import Link from 'next/link';
import type { ReactElement } from 'react';

import { CopyText } from '../../ui/copy';
import { duration } from '../../ui/format';
import { Pill, type Tone } from '../../ui/status';
import { Time, useNow } from '../../ui/time';
import type { AdminRequest } from '../requests/queries';
import { paths } from '../shell/paths';
import { decisionWords, detailWords } from './decision-words';
import type { Attempt } from './queries';
import { streamWords } from './stream-words';
import classes from './timeline.module.css';

const TONES: Readonly<Record<string, Tone>> = {
  running: 'blue',
  succeeded: 'green',
  failed: 'red',
  lost: 'violet',
  released: 'gray',
  canceled: 'gray',
};

/**
 * List of the attempts, each with its outcome, and with the decision after it and its reason.
 *
 * @param attempts attempts, oldest first
 * @param usage token counts of the request's answer
 */
export function AttemptList({
  attempts,
  usage,
}: {
  attempts: readonly Attempt[];
  usage: AdminRequest['usage'];
}): ReactElement {
  const rounds = new Set(attempts.map(({ round }) => round)).size;
  return (
    <ol className={classes['list']} aria-label="Attempts">
      {attempts.map((attempt) => (
        <li key={attempt.number} className={classes['item']} data-attempt={attempt.number}>
          <span className={classes['marker']} aria-hidden>
            {attempt.number}
          </span>
          <div className={classes['head']}>
            <Pill tone={TONES[attempt.outcome] ?? 'gray'} live={attempt.outcome === 'running'}>
              {attempt.outcome}
            </Pill>
            {attempt.http_status !== null && <Text size="sm">HTTP {attempt.http_status}</Text>}
            {attempt.error_code !== null && <CodeLink code={attempt.error_code} />}
            <Text size="sm" c="dimmed">
              <Took attempt={attempt} /> · <Time at={attempt.started_at} /> · {attempt.model}
              {rounds > 1 && ` · round ${attempt.round}`}
            </Text>
          </div>
          <StreamFigures attempt={attempt} usage={usage} />
          {attempt.error_detail !== null && attempt.error_detail !== attempt.decision?.reason && (
            <Text size="sm">{detailWords(attempt.error_detail)}</Text>
          )}
          {attempt.decision !== null && (
            <Text size="sm" className={classes['decision']}>
              {decisionWords(attempt.decision)}
            </Text>
          )}
          {attempt.provider_request_id !== null && (
            <Text size="xs" c="dimmed" mt={4} component="div">
              <CopyText
                value={attempt.provider_request_id}
                label="Copy the provider's id of this call"
              />
            </Text>
          )}
          {attempt.provider_response_id !== null && (
            <Text size="xs" c="dimmed" mt={4} component="div">
              <CopyText
                value={attempt.provider_response_id}
                label="Copy the provider's id of the response"
              />
            </Text>
          )}
        </li>
      ))}
    </ol>
  );
}

function StreamFigures({
  attempt,
  usage,
}: {
  attempt: Attempt;
  usage: AdminRequest['usage'];
}): ReactElement | null {
  const words = streamWords(attempt, usage);
  return words === null ? null : (
    <Text size="sm" c="dimmed">
      {words}
    </Text>
  );
}

/**
 * Error code with a link to its meaning.
 *
 * @param code the code
 */
export function CodeLink({ code }: { code: string }): ReactElement {
  return (
    <Anchor component={Link} href={paths.error(code)} ff="monospace" size="xs" underline="always">
      {code}
    </Anchor>
  );
}

function Took({ attempt }: { attempt: Attempt }): ReactElement {
  const now = useNow();
  const to = attempt.ended_at === null ? now : Date.parse(attempt.ended_at);
  return <>{duration(Math.max(0, to - Date.parse(attempt.started_at)))}</>;
}
