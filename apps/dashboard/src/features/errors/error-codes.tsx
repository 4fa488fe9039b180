'use client';

import { Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import { useHash } from '@mantine/hooks';
import {
  describeErrorCode,
  type ErrorDefinition,
  ERRORS,
  KNOWN_PROVIDER_ERROR_CODES,
} from '@reqrun/contracts';
import { IconSearch } from '@tabler/icons-react';
import { type ReactElement, useEffect, useState } from 'react';

import { Page } from '../../ui/page';
import { adviceFor } from './advice';
import { meaningOf } from './meaning';

interface Entry {
  readonly code: string;
  readonly message: string;
  readonly note: string;
}

const OURS: readonly Entry[] = Object.entries<ErrorDefinition>(ERRORS).map(
  ([code, { message, status }]) => ({ code, message, note: `answered with HTTP ${status}` }),
);
const PROVIDERS: readonly Entry[] = [...KNOWN_PROVIDER_ERROR_CODES]
  .filter((code) => !(code in ERRORS))
  .map((code) => ({
    code,
    message: describeErrorCode(code, null).message,
    note: "the provider's own code",
  }));

/** Statuses of providers that come without a code of their own most often. */
const STATUSES = [400, 408, 409, 422, 429, 500, 502, 503, 504, 529];
const plainEntry = (code: string): Entry => ({
  code,
  message: meaningOf(code),
  note: 'the provider gave no code of its own, or one that is not known',
});

/** Page with the meaning of each error code and the advice for it. Links of error codes lead here. */
export function ErrorCodes(): ReactElement {
  const [hash] = useHash({ getInitialValueInEffect: true });
  const [text, setText] = useState('');
  const wanted = decodeURIComponent(hash.slice(1));
  const plain = [
    ...new Set([
      ...(/^openai_http_\d{3}$/.test(wanted) ? [wanted] : []),
      ...STATUSES.map((status) => `openai_http_${status}`),
    ]),
  ].map(plainEntry);
  const entries = [...plain, ...OURS, ...PROVIDERS].filter(({ code, message }) =>
    `${code} ${message}`.toLowerCase().includes(text.trim().toLowerCase()),
  );
  useEffect(() => {
    document.getElementById(wanted)?.scrollIntoView({ block: 'center' });
  }, [wanted]);
  return (
    <Page
      title="Error codes"
      description="Codes from ReqRun, from the provider, and openai_http_<status> for everything else."
      width={880}
    >
      <TextInput
        aria-label="Search the codes"
        placeholder="Search"
        leftSection={<IconSearch size={16} />}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Paper component="dl" style={{ margin: 0 }}>
        {entries.map(({ code, message, note }) => (
          <Stack
            key={code}
            id={code}
            gap={2}
            px="md"
            py="sm"
            style={{
              borderTop: '1px solid var(--rr-border)',
              scrollMarginTop: 72,
              background: code === wanted ? 'var(--mantine-color-iris-light)' : undefined,
            }}
          >
            <Title order={2} size="h6" ff="monospace" component="dt">
              {code}
            </Title>
            <dd style={{ margin: 0 }}>
              <Text size="sm">
                {message} {adviceFor(code)}
              </Text>
              <Text size="xs" c="dimmed">
                {note}
              </Text>
            </dd>
          </Stack>
        ))}
        {entries.length === 0 && (
          <Text p="md" c="dimmed">
            No code matches.
          </Text>
        )}
      </Paper>
    </Page>
  );
}
