'use client';

import { useTimeout } from '@mantine/hooks';
import { useState } from 'react';

import { notifyFailed } from './notify';

/** Time for which a copied value is marked, in ms. */
const SHOWN_MS = 1_500;

/**
 * Returns a function that copies a text, and whether it was copied just now.
 *
 * @param value the text
 */
export function useCopy(value: string): { copied: boolean; copy: () => void } {
  const [copied, setCopied] = useState(false);
  const { start } = useTimeout(() => setCopied(false), SHOWN_MS);
  const copy = (): void => {
    copyText(value).then(
      () => {
        setCopied(true);
        start();
      },
      (error: unknown) => notifyFailed('It was not copied: select it and copy it', error),
    );
  };
  return { copied, copy };
}

/**
 * Copies a text. Browsers have no clipboard on a plain http address that is not this machine's.
 *
 * @param value the text
 * @throws Error when the browser refuses
 */
export async function copyText(value: string): Promise<void> {
  const clipboard = navigator.clipboard as Clipboard | undefined;
  if (clipboard !== undefined) {
    await clipboard.writeText(value);
    return;
  }
  const field = document.createElement('textarea');
  field.value = value;
  field.setAttribute('readonly', '');
  field.style.position = 'fixed';
  field.style.opacity = '0';
  // In the dialog that has the focus: its trap would take the focus back.
  (document.activeElement?.closest('[role="dialog"]') ?? document.body).append(field);
  field.select();
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only way without a clipboard
  const isCopied = document.execCommand('copy');
  field.remove();
  if (!isCopied) {
    throw new Error('The browser refused to copy.');
  }
}
