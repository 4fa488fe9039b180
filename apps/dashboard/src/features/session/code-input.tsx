'use client';

import { type MantineSize, PinInput } from '@mantine/core';
import type { ReactElement } from 'react';

/** Digits of a code. */
const CODE_LENGTH = 6;

/**
 * Takes the code of an authenticator app: typed, pasted, or filled in by a password manager. After a
 * refusal it has to get another `key`: an input that was complete once does not notice that it is
 * filled in again.
 *
 * @param value the digits so far
 * @param onChange called with the digits so far
 * @param onComplete called with all of them
 * @param busy whether a code is being checked
 */
export function CodeInput({
  value,
  onChange,
  onComplete,
  busy,
  size = 'sm',
  spread = false,
}: {
  value: string;
  onChange: (code: string) => void;
  onComplete: (code: string) => void;
  busy: boolean;
  size?: MantineSize;
  /** Over the whole width. */
  spread?: boolean;
}): ReactElement {
  return (
    <PinInput
      length={CODE_LENGTH}
      type="number"
      oneTimeCode
      autoFocus
      size={size}
      aria-label="Code of your authenticator app"
      getInputProps={(index) => ({ 'aria-label': `Digit ${index + 1}` })}
      value={value}
      onChange={onChange}
      onComplete={onComplete}
      disabled={busy}
      {...(spread && { styles: { root: { justifyContent: 'space-between' } } })}
    />
  );
}
