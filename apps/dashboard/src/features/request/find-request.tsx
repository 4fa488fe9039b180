'use client';

import { useQuery } from '@tanstack/react-query';
import { IconSearchOff } from '@tabler/icons-react';
import { useParams, useRouter } from 'next/navigation';
import { type ReactElement, useEffect } from 'react';

import { ApiError } from '../../api/api-error';
import { api, take } from '../../api/client';
import { EmptyState, ErrorState, LoadingRows } from '../../ui/states';
import { paths } from '../shell/paths';

/** Redirects from a request's id to its page, in any project. */
export function FindRequest(): ReactElement {
  const { requestId } = useParams<{ requestId: string }>();
  const router = useRouter();
  const { data, error, refetch } = useQuery({
    queryKey: ['find-request', requestId],
    queryFn: () =>
      take(
        api.GET('/admin/requests/{request_id}', { params: { path: { request_id: requestId } } }),
      ),
  });
  useEffect(() => {
    if (data !== undefined) {
      router.replace(paths.request(data.project_id, data.id));
    }
  }, [data, router]);
  if (error instanceof ApiError && (error.status === 404 || error.status === 400)) {
    return (
      <EmptyState icon={<IconSearchOff size={24} />} title="No request has this id" level={1}>
        <code>{requestId}</code> is in no project. It may have been deleted by retention.
      </EmptyState>
    );
  }
  return error === null ? (
    <LoadingRows />
  ) : (
    <ErrorState error={error} what="The request" onRetry={() => void refetch()} />
  );
}
