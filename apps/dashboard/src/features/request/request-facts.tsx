'use client';

import { Anchor, Badge, Group } from '@mantine/core';
import { describeWait } from '@reqrun/contracts';
import Link from 'next/link';
import { Fragment, type ReactElement, type ReactNode } from 'react';

import { CopyText } from '../../ui/copy';
import { bytes, count, duration, plural } from '../../ui/format';
import { Section } from '../../ui/states';
import { Time } from '../../ui/time';
import type { AdminRequest } from '../requests/queries';
import { paths } from '../shell/paths';
import classes from './timeline.module.css';

/** Way in which the frames of a stream are shown. */
const STREAMS: Readonly<Record<NonNullable<AdminRequest['stream']>, string>> = {
  live: 'shown as it comes',
  buffered: 'shown when it is whole',
};

/** Returns the retry policy in words. */
function retriesOf({ retry }: AdminRequest): string {
  const codes = `on ${retry.on_codes.join(', ')}`;
  const bounded = plural(retry.count, 'retry', 'retries');
  return retry.until_deadline
    ? `until the deadline ${codes}; ${bounded} after an answer that can't be used`
    : `${bounded} ${codes}`;
}

/**
 * Metadata of a request, without its contents.
 *
 * @param request the request
 */
export function RequestFacts({ request }: { request: AdminRequest }): ReactElement {
  const facts: readonly (readonly [string, ReactNode])[] = [
    ['Endpoint', request.endpoint],
    ['Model', request.model],
    ...(request.requested_model === request.model
      ? []
      : [['Asked for', request.requested_model] as const]),
    ['Mode', request.mode],
    ...(request.stream === null ? [] : [['Stream', STREAMS[request.stream]] as const]),
    ['Key', request.api_key.name ?? '–'],
    ['Created', <Time key="t" at={request.created_at} />],
    ...answeredBy(request),
    ...(request.waiting_ms === null ? [] : [['In queue', duration(request.waiting_ms)] as const]),
    ...(request.waiting_reason === null
      ? []
      : [['Waits for', describeWait(request.waiting_reason, request.waiting_code)] as const]),
    ...(request.next_attempt_at === null
      ? []
      : [
          [
            'Next attempt',
            <Fragment key="n">
              {request.next_attempt_is_estimate && 'about '}
              <Time at={request.next_attempt_at} />
            </Fragment>,
          ] as const,
        ]),
    ...(request.completed_at === null
      ? [['Deadline', <Time key="t" at={request.deadline_at} />] as const]
      : [['Ended', <Time key="t" at={request.completed_at} />] as const]),
    ...(request.duration_ms === null
      ? []
      : [['Total time', duration(request.duration_ms)] as const]),
    ...(request.failing_since === null
      ? []
      : [['Failing since', <Time key="t" at={request.failing_since} />] as const]),
    ['Retries', retriesOf(request)],
    ...(request.retry.reattach ? [['Re-attachment', 'on'] as const] : []),
    ...(request.cache === null
      ? []
      : [['Cache', `answers up to ${duration(request.cache.ttl * 1_000)} old`] as const]),
    ['Request size', bytes(request.payload_bytes)],
    ...(request.content_deleted_at === null
      ? []
      : [['Content deleted', <Time key="t" at={request.content_deleted_at} />] as const]),
    ...(request.idempotency_key === null
      ? []
      : [
          [
            'Idempotency key',
            <CopyText key="k" value={request.idempotency_key} label="Copy the idempotency key" />,
          ] as const,
        ]),
    ...usageFacts(request.usage),
  ];
  const metadata = Object.entries(request.metadata ?? {});
  return (
    <Section title="Details">
      <dl className={classes['facts']}>
        {facts.map(([name, value]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </Fragment>
        ))}
        {metadata.length > 0 && (
          <>
            <dt>Metadata</dt>
            <dd>
              <Group gap={4}>
                {metadata.map(([key, value]) => (
                  <Badge
                    key={key}
                    variant="light"
                    color="gray"
                    c="var(--mantine-color-text)"
                    styles={{ label: { whiteSpace: 'normal' } }}
                    h="auto"
                  >
                    {key}: {String(value)}
                  </Badge>
                ))}
              </Group>
            </dd>
          </>
        )}
      </dl>
    </Section>
  );
}

/** Returns where the answer comes from: an attempt of its own, or an identical request. */
function answeredBy(request: AdminRequest): readonly (readonly [string, ReactNode])[] {
  if (request.cached_from !== null) {
    const path = paths.request(request.project_id, request.cached_from);
    return [
      [
        'Answer from the cache',
        <Anchor key="c" component={Link} href={path} ff="monospace" size="sm">
          {request.cached_from}
        </Anchor>,
      ],
    ];
  }
  return [['First attempt', <Time key="t" at={request.started_at} never="not yet" />]];
}

/** Returns the token count of the provider's answer. */
function usageFacts(usage: AdminRequest['usage']): readonly (readonly [string, ReactNode])[] {
  const total = usage?.['total_tokens'];
  if (typeof total !== 'number') {
    return [];
  }
  const input = usage?.['prompt_tokens'] ?? usage?.['input_tokens'];
  const output = usage?.['completion_tokens'] ?? usage?.['output_tokens'];
  const parts =
    typeof input === 'number' && typeof output === 'number'
      ? ` (in ${count(input)}, out ${count(output)})`
      : '';
  return [['Tokens', `${count(total)}${parts}`]];
}
