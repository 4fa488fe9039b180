'use client';

import { notifications } from '@mantine/notifications';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';

import { messageOf } from '../api/api-error';

/**
 * Notifies the user of a success.
 *
 * @param message one short sentence
 */
export function notifyDone(message: string): void {
  notifications.show({ message, color: 'teal', icon: <IconCheck size={16} /> });
}

/**
 * Notifies the user of a refusal or a failure.
 *
 * @param title the failed action, as in "The key was not revoked"
 * @param error the thrown value
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
