'use client';

import { DateTimePicker } from '@mantine/dates';
import type { ReactElement, ReactNode } from 'react';

/**
 * Field for a moment, in the user's time zone.
 *
 * @param label label of the field
 * @param placeholder text while it is empty
 * @param value the moment as ISO 8601; empty for none
 * @param onChange called with the new moment, in the same form
 * @param error what is wrong with it
 * @param withinForm whether it is in a dropdown, whose focus must not leave it
 */
export function Moment({
  label,
  placeholder = 'Any',
  value,
  onChange,
  error,
  withinForm = false,
}: {
  label: string;
  placeholder?: string;
  value: string;
  onChange: (iso: string) => void;
  error?: ReactNode;
  withinForm?: boolean;
}): ReactElement {
  return (
    <DateTimePicker
      label={label}
      placeholder={placeholder}
      clearable
      valueFormat="D MMM YYYY HH:mm"
      popoverProps={{ withinPortal: !withinForm }}
      value={value === '' || Number.isNaN(Date.parse(value)) ? null : new Date(value)}
      onChange={(at) => onChange(at === null ? '' : new Date(at).toISOString())}
      error={error}
    />
  );
}
