'use client';

import { useQuery } from '@tanstack/react-query';
import { usePathname, useRouter } from 'next/navigation';
import { createContext, type ReactElement, type ReactNode, useContext, useEffect } from 'react';

import { ApiError } from '../../api/api-error';
import { api, type Schema, take } from '../../api/client';
import { BootScreen } from '../../ui/boot-screen';
import { ErrorState } from '../../ui/states';
import { type Role, roleRefusal } from './role';
import { signInPath } from './sign-in-path';

/** Interval at which an idle page checks its session, in ms. */
const LOOK_EVERY_MS = 60_000;

/** Interval at which a page without a session looks whether the API is back, in ms. */
const RECOVER_MS = 3_000;

/** Key of the session in the cache. */
export const SESSION_KEY = ['session'] as const;

const SessionContext = createContext<Schema<'Session'> | null>(null);

/** Returns the session. Only within the shell. */
export function useSession(): Schema<'Session'> {
  const session = useContext(SessionContext);
  if (session === null) {
    throw new Error('There is no session outside of the shell.');
  }
  return session;
}

/**
 * Returns the reason for which the user may not do something.
 *
 * @param needs the least role that is sufficient
 * @returns a sentence for the button, or null
 */
export function useRefusal(needs: Role): string | null {
  return roleRefusal(useSession().person.role, needs);
}

/**
 * Renders its children for a signed-in user. Redirects all others to the sign-in page, and back afterwards.
 */
export function SessionGate({ children }: { children: ReactNode }): ReactElement {
  const router = useRouter();
  const path = usePathname();
  const { data, error, refetch } = useQuery({
    queryKey: SESSION_KEY,
    queryFn: () => take(api.GET('/admin/session')),
    refetchInterval: ({ state }) => (state.status === 'error' ? RECOVER_MS : LOOK_EVERY_MS),
    staleTime: LOOK_EVERY_MS,
  });
  const isSignedOut = error instanceof ApiError && error.status === 401;
  useEffect(() => {
    if (isSignedOut) {
      router.replace(signInPath(`${path}${window.location.search}`));
    }
  }, [isSignedOut, path, router]);
  if (isSignedOut || (data === undefined && error === null)) {
    return <BootScreen />;
  }
  if (data === undefined) {
    return (
      <main style={{ maxWidth: 560, margin: '15vh auto', padding: 16 }}>
        <ErrorState error={error} what="Your session" onRetry={() => void refetch()} />
      </main>
    );
  }
  return <SessionContext.Provider value={data}>{children}</SessionContext.Provider>;
}
