'use client';

import {
  Avatar,
  Menu,
  Text,
  UnstyledButton,
  useMantineColorScheme,
  VisuallyHidden,
} from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import {
  IconDeviceDesktop,
  IconHelp,
  IconLogout,
  IconMoon,
  IconSun,
  IconUserCircle,
} from '@tabler/icons-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import type { ReactElement } from 'react';

import { api, done } from '../../api/client';
import { notifyFailed } from '../../ui/notify';
import { useSession } from '../session/session';
import { paths } from './paths';

const SCHEMES = [
  { value: 'light', label: 'Light', icon: IconSun },
  { value: 'dark', label: 'Dark', icon: IconMoon },
  { value: 'auto', label: 'As the system', icon: IconDeviceDesktop },
] as const;

/** Menu with the user, the color scheme, and signing out. */
export function UserMenu(): ReactElement {
  const { person } = useSession();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const router = useRouter();
  const client = useQueryClient();
  const signOut = async (): Promise<void> => {
    try {
      await done(api.DELETE('/admin/session'));
    } catch (error) {
      notifyFailed('You are still signed in', error);
      return;
    }
    router.replace('/sign-in');
    client.clear();
  };
  return (
    <Menu width={240} position="bottom-end" shadow="md">
      <Menu.Target>
        <UnstyledButton style={{ borderRadius: 99 }}>
          <Avatar
            size={32}
            radius="xl"
            color="iris"
            variant="filled"
            name={person.name}
            aria-hidden
          />
          <VisuallyHidden>Account of {person.name}</VisuallyHidden>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text size="sm" fw={600} c="var(--mantine-color-text)" truncate>
            {person.name}
          </Text>
          <Text size="xs" truncate>
            {person.email} · {person.role}
          </Text>
        </Menu.Label>
        <Menu.Divider />
        <Menu.Item component={Link} href={paths.profile} leftSection={<IconUserCircle size={16} />}>
          Profile and security
        </Menu.Item>
        <Menu.Item component={Link} href={paths.errors} leftSection={<IconHelp size={16} />}>
          Error codes
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>Appearance</Menu.Label>
        {SCHEMES.map(({ value, label, icon: Icon }) => (
          <Menu.Item
            key={value}
            leftSection={<Icon size={16} />}
            onClick={() => setColorScheme(value)}
            fw={colorScheme === value ? 600 : 400}
            role="menuitemradio"
            aria-checked={colorScheme === value}
          >
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void signOut()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
