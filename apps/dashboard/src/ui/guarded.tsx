'use client';

import { Button, type ButtonProps, Tooltip } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';

/** A button's properties, and why it can't be used now. */
export interface GuardedButtonProps extends ButtonProps {
  /** Why it can't be used; null when it can. */
  readonly refusal: string | null;
  readonly onClick?: (() => void) | undefined;
  readonly type?: 'button' | 'submit';
  readonly children: ReactNode;
}

/**
 * A button that says why it can't be used instead of doing nothing. It stays reachable by keyboard,
 * so that the reason can be read there too. What it would do is refused by the API all the same.
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
