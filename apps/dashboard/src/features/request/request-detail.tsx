'use client';

import { Alert, Anchor, Button, Grid, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { describeWait } from '@reqrun/contracts';
import { IconRotateClockwise, IconSearchOff } from '@tabler/icons-react';
import Link from 'next/link';
import { useParams } from 'next/navigation';
import { type ReactElement, useState } from 'react';

import { ApiError } from '../../api/api-error';
import { api, take } from '../../api/client';
import { ConfirmDialog, type Confirmation } from '../../ui/confirm';
import { CopyIcon } from '../../ui/copy';
import { GuardedButton } from '../../ui/guarded';
import { notifyDone, notifyFailed } from '../../ui/notify';
import { Page } from '../../ui/page';
import { EmptyState, ErrorState, LoadingRows, Section } from '../../ui/states';
import { isTerminal } from '../../ui/request-status';
import { StatusPill } from '../../ui/status';
import { Time } from '../../ui/time';
import { useProject } from '../projects/current-project';
import { useRefusal } from '../session/session';
import { paths } from '../shell/paths';
import { AttemptList, CodeLink } from './attempt-list';
import { Curl } from './curl';
import { Neighbors } from './neighbors';
import { RecordJson } from './record-json';
import { RequestTimeline } from './request-timeline';
import { type Attempt, requestQuery } from './queries';
import { RequestFacts } from './request-facts';
import type { AdminRequest } from '../requests/queries';
import { isWaitingOut } from '../requests/waiting-out';

/** Page of one request: its status, its attempts, and the possible actions. */
export function RequestDetail(): ReactElement {
  const { requestId } = useParams<{ requestId: string }>();
  const project = useProject();
  const { data, error, refetch } = useQuery(requestQuery(project.id, requestId));
  if (data !== undefined) {
    return <Detail request={data.request} attempts={data.attempts} />;
  }
  if (error instanceof ApiError && error.status === 404) {
    return (
      <EmptyState
        icon={<IconSearchOff size={24} />}
        title="No such request in this project"
        level={1}
        action={
          <Button component={Link} href={paths.requests(project.id)} variant="default">
            All requests
          </Button>
        }
      >
        It belongs to another project, or was deleted by retention.
      </EmptyState>
    );
  }
  return error === null ? (
    <LoadingRows />
  ) : (
    <ErrorState error={error} what="The request" onRetry={() => void refetch()} />
  );
}

/** Returns why a request has no attempts. */
function noAttempts(request: AdminRequest): string {
  const { cached_from: source, waiting_reason: reason, waiting_code: code, status } = request;
  if (source !== null) {
    return 'No attempt: the answer is that of an identical request.';
  }
  if (reason !== null) {
    return `No attempt yet: the request waits for ${describeWait(reason, code)}.`;
  }
  return isTerminal(status)
    ? 'No attempt was made.'
    : 'No attempt yet: the request waits for a worker.';
}

/** Alert that tells what holds a request that is due, and for about how long. */
function HeldBy({ request }: { request: AdminRequest }): ReactElement | null {
  const { waiting_reason: reason, waiting_code: code, next_attempt_at: nextAt } = request;
  if (reason === null || reason === 'identical_request') {
    return null;
  }
  return (
    <Alert
      color="yellow"
      title={`Waits for ${describeWait(reason, code)}`}
      // Yellow on yellow has too little contrast.
      styles={{ title: { color: 'var(--mantine-color-text)' } }}
    >
      <Text size="sm">
        {nextAt === null ? (
          'It uses up no attempts meanwhile.'
        ) : (
          <>
            It is tried about <Time at={nextAt} />, and uses up no attempts meanwhile.
          </>
        )}
      </Text>
    </Alert>
  );
}

function Detail({
  request,
  attempts,
}: {
  request: AdminRequest;
  attempts: readonly Attempt[];
}): ReactElement {
  return (
    <Page
      title={`Request ${request.id}`}
      shownTitle={
        <Group gap={8} component="span">
          <Text component="span" ff="monospace" fz={{ base: 15, sm: 20 }} fw={600} inherit>
            {request.id}
          </Text>
          <CopyIcon value={request.id} label="Copy the id" />
        </Group>
      }
      description={
        <Group gap="sm" mt={6}>
          <StatusPill status={request.status} />
          <Text size="sm">{request.model}</Text>
          {request.mode === 'test' && <Text size="sm">test mode</Text>}
        </Group>
      }
      actions={<Actions request={request} attempts={attempts} />}
    >
      {request.error !== null && (
        <Alert color={request.status === 'canceled' ? 'gray' : 'red'} title={request.error.message}>
          <Group gap="xs">
            <CodeLink code={request.error.code} />
            {request.error.http_status !== null && (
              <Text size="xs">HTTP {request.error.http_status}</Text>
            )}
            {request.status === 'failed' && (
              <>
                <Text size="xs" c="dimmed">
                  The provider&apos;s message is not shown here; fetch the result with an API key to
                  read it.
                </Text>
                <Anchor
                  component={Link}
                  size="xs"
                  underline="always"
                  href={`${paths.simulation(request.project_id)}?range=7d&mode=${request.mode}&model=${encodeURIComponent(request.requested_model)}`}
                >
                  What if another policy had held?
                </Anchor>
              </>
            )}
          </Group>
        </Alert>
      )}
      <HeldBy request={request} />
      {isWaitingOut(request) && (
        <Alert color="yellow" title="Waiting out an outage of the provider">
          <Text size="sm">
            Every attempt has failed since <Time at={request.failing_since} />. It is tried again
            until its deadline: next <Time at={request.next_attempt_at} never="now" />.
          </Text>
        </Alert>
      )}
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, lg: 8 }}>
          <Stack gap="lg">
            <Section title="Timeline">
              <RequestTimeline request={request} attempts={attempts} />
            </Section>
            <Section title="Attempts">
              {attempts.length === 0 ? (
                <Text c="dimmed" size="sm">
                  {noAttempts(request)}
                </Text>
              ) : (
                <AttemptList attempts={attempts} usage={request.usage} />
              )}
            </Section>
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 4 }}>
          <Stack gap="lg">
            <RequestFacts request={request} />
            <Curl request={request} />
          </Stack>
        </Grid.Col>
      </Grid>
    </Page>
  );
}

function Actions({
  request,
  attempts,
}: {
  request: AdminRequest;
  attempts: readonly Attempt[];
}): ReactElement {
  const client = useQueryClient();
  const project = useProject();
  const refusal = useRefusal('member');
  const isOwner = useRefusal('owner') === null;
  const [asked, setAsked] = useState<Confirmation | null>(null);
  const params = { path: { project_id: project.id, request_id: request.id } };
  const refresh = (): Promise<void> =>
    client.invalidateQueries({ queryKey: ['requests', project.id] });
  const retry = useMutation({
    mutationFn: (agreed: boolean) =>
      take(
        api.POST('/admin/projects/{project_id}/requests/{request_id}/retry', {
          params,
          body: agreed ? { accept_provider_change: true } : {},
        }),
      ),
    onSuccess: async () => {
      notifyDone('The request runs again.');
      await refresh();
    },
    onError: (error) => {
      if (error instanceof ApiError && error.code === 'provider_changed' && isOwner) {
        setAsked({
          title: 'Send it to another provider?',
          action: 'Run it again',
          children:
            'The project’s provider has changed since this request was accepted. Run again, its content goes to the new one.',
          onConfirm: async () => {
            await retry.mutateAsync(true);
          },
        });
      } else {
        notifyFailed('The request was not run again', error);
      }
    },
  });
  const cancel = async (): Promise<void> => {
    await take(api.POST('/admin/projects/{project_id}/requests/{request_id}/cancel', { params }));
    notifyDone('The request is canceled.');
    await refresh();
  };
  const hasContent = request.content_deleted_at === null;
  return (
    <>
      <Neighbors key={request.id} projectId={project.id} requestId={request.id} />
      <RecordJson request={request} attempts={attempts} />
      {!isTerminal(request.status) && (
        <GuardedButton
          refusal={refusal}
          color="red.8"
          onClick={() =>
            setAsked({
              title: 'Cancel this request?',
              action: 'Cancel request',
              dismissal: 'Keep running',
              children: `${request.status === 'processing' ? 'Its provider call is aborted, and an answer that comes anyway is discarded. ' : ''}Whoever waits for it is told that it was canceled. It can be run again later.`,
              onConfirm: cancel,
            })
          }
        >
          Cancel request
        </GuardedButton>
      )}
      {(request.status === 'failed' || request.status === 'canceled') && (
        <GuardedButton
          refusal={hasContent ? refusal : 'Its content was deleted by retention.'}
          loading={retry.isPending}
          leftSection={<IconRotateClockwise size={15} />}
          onClick={() => retry.mutate(false)}
        >
          Retry
        </GuardedButton>
      )}
      <ConfirmDialog confirmation={asked} onClose={() => setAsked(null)} />
    </>
  );
}
