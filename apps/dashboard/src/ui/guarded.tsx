'use client';

import { Button, type ButtonProps, Tooltip } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';

/** Properties of a button, with the reason for which it is disabled. */
export interface GuardedButtonProps extends ButtonProps {
  /** Reason for which it is disabled; null when it is enabled. */
  readonly refusal: string | null;
  readonly onClick?: (() => void) | undefined;
  readonly type?: 'button' | 'submit';
  readonly children: ReactNode;
}

/**
 * Button that shows the reason for which it is disabled. It can still get the focus, so that keyboard users
 * can read the reason too. The API refuses the action in any case.
 */
export function GuardedButton({
  refusal,
  onClick,
  type = 'button',
  children,
  ...props
}: GuardedButtonProps): ReactElement {
  if (refusal === null) {
    return (
      <Button {...props} type={type} onClick={onClick}>
        {children}
      </Button>
    );
  }
  return (
    <Tooltip label={refusal} events={{ hover: true, focus: true, touch: true }}>
      <Button
        {...props}
        type="button"
        data-disabled
        aria-disabled
        onClick={(event) => event.preventDefault()}
      >
        {children}
      </Button>
    </Tooltip>
  );
}
