'use client';

import { Stack, Text, Title } from '@mantine/core';
import { type ReactElement, useEffect, useRef } from 'react';

import { count, duration, exactTime, plural } from '../../ui/format';
import { Section } from '../../ui/states';
import classes from './simulation.module.css';
import {
  completedParts,
  delayWords,
  type EndPart,
  failedParts,
  headline,
  type Simulation,
  unknownWords,
} from './simulation-words';

/**
 * Answer of a simulation: how many failed requests would have been reached, at which delay, what it would do to the
 * others, and what cannot be known.
 *
 * @param result result of the simulation
 */
export function SimulationResult({ result }: { result: Simulation }): ReactElement {
  const { actual, simulated } = result;
  const delay = delayWords(result);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // The form that had the focus was replaced by one that is filled from the address.
    if (document.activeElement === document.body) {
      heading.current?.focus({ preventScroll: true });
    }
  }, [result]);
  return (
    <Stack gap="lg">
      <Section
        title="Of the requests that failed"
        description={`${plural(result.sampled, 'request')} replayed, accepted from ${exactTime(result.from)} to ${exactTime(result.to)}`}
      >
        <Title order={3} size="h4" mb={4} ref={heading} tabIndex={-1} style={{ outline: 'none' }}>
          {headline(result)}
        </Title>
        {delay !== null && (
          <Text size="sm" c="dimmed" mb="md">
            {delay}
          </Text>
        )}
        <Parts parts={failedParts(result)} label="Of the requests that failed" />
      </Section>
      {actual.completed > 0 && (
        <Section title="Of the requests that completed">
          <Parts parts={completedParts(result)} label="Of the requests that completed" />
          {simulated.duration_ms.p95 !== null && actual.duration_ms.p95 !== null && (
            <Text size="sm" c="dimmed" mt="sm">
              Total time: p50 {duration(actual.duration_ms.p50 ?? 0)}, p95{' '}
              {duration(actual.duration_ms.p95)} as it was; p50{' '}
              {duration(simulated.duration_ms.p50 ?? 0)}, p95 {duration(simulated.duration_ms.p95)}{' '}
              for those that would complete for certain.
            </Text>
          )}
        </Section>
      )}
      <Section title="What cannot be known">
        <ul className={classes['notes']}>
          {unknownWords(result).map((words) => (
            <li key={words}>{words}</li>
          ))}
        </ul>
      </Section>
    </Stack>
  );
}

function Parts({
  parts,
  label,
}: {
  parts: readonly EndPart[];
  label: string;
}): ReactElement | null {
  if (parts.length === 0) {
    return null;
  }
  return (
    <>
      <div className={classes['bar']} aria-hidden>
        {parts.map(({ end, requests }) => (
          <span key={end} data-end={end} style={{ flexGrow: requests }} />
        ))}
      </div>
      <ul className={classes['parts']} aria-label={label}>
        {parts.map(({ end, requests, text }) => (
          <li key={end} data-part={end}>
            <span className={classes['dot']} data-end={end} aria-hidden />
            <b>{count(requests)}</b>
            <span>{text}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
