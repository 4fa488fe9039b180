'use client';

import { notifications } from '@mantine/notifications';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';

import { messageOf } from '../api/api-error';

/**
 * Says that something was done.
 *
 * @param message one short sentence
 */
export function notifyDone(message: string): void {
  notifications.show({ message, color: 'teal', icon: <IconCheck size={16} /> });
}

/**
 * Says that something was refused or failed.
 *
 * @param title what was tried, as in "The key was not revoked"
 * @param error what was thrown
 */
export function notifyFailed(title: string, error: unknown): void {
  notifications.show({
    title,
    message: messageOf(error),
    color: 'red',
    icon: <IconAlertTriangle size={16} />,
    autoClose: 10_000,
  });
}
