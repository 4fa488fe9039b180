'use client';

import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { IconShieldCheck, IconShieldX } from '@tabler/icons-react';
import type { ReactElement } from 'react';

import { api, take } from '../../api/client';
import { plural } from '../../ui/format';
import { notifyFailed } from '../../ui/notify';

/** Button that recomputes the chain of hashes and reports whether an entry was changed or removed. */
export function VerifyButton(): ReactElement {
  const verify = useMutation({
    mutationFn: () => take(api.GET('/admin/audit/verify')),
    onSuccess: ({ ok, checked, broken_at: brokenAt }) => {
      notifications.show(
        ok
          ? {
              title: 'The chain is whole',
              message: `${plural(checked, 'entry was', 'entries were')} checked.`,
              color: 'teal',
              icon: <IconShieldCheck size={16} />,
            }
          : {
              title: 'The chain is broken',
              message: `At entry ${brokenAt ?? '?'}: it or one before it was changed or taken away.`,
              color: 'red',
              icon: <IconShieldX size={16} />,
              autoClose: false,
            },
      );
    },
    onError: (error) => notifyFailed('The chain was not checked', error),
  });
  return (
    <Button
      variant="default"
      leftSection={<IconShieldCheck size={16} />}
      loading={verify.isPending}
      onClick={() => verify.mutate()}
    >
      Verify
    </Button>
  );
}
