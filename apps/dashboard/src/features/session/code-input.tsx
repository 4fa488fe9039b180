'use client';

import { type MantineSize, PinInput } from '@mantine/core';
import type { ReactElement } from 'react';

/** Number of digits of a code. */
const CODE_LENGTH = 6;

/**
 * Input for the code of an authenticator app, by typing, pasting or a password manager. After a refusal it
 * needs another `key`, because the input reports that it is complete only once.
 *
 * @param value digits entered so far
 * @param onChange called with the digits entered so far
 * @param onComplete called with the complete code
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
  /** Whether the input takes the full width. */
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
