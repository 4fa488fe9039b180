import {
  ActionIcon,
  Alert,
  Badge,
  Button,
  createTheme,
  type CSSVariablesResolver,
  Drawer,
  InputWrapper,
  type MantineColorsTuple,
  Menu,
  Modal,
  Notification,
  Paper,
  PasswordInput,
  Select,
  Table,
  TextInput,
  Tooltip,
} from '@mantine/core';

const iris: MantineColorsTuple = [
  '#eef0ff',
  '#dfe3ff',
  '#bfc7ff',
  '#9aa5fb',
  '#7885f3',
  '#5e6ce9',
  '#4a57dc',
  '#3c48c2',
  '#323c9d',
  '#2a3278',
];

const gray: MantineColorsTuple = [
  '#f8f9fb',
  '#f1f3f6',
  '#e7eaef',
  '#d9dde5',
  '#bcc3cf',
  '#8d96a6',
  '#5f6878',
  '#4a5261',
  '#333a47',
  '#1b202a',
];

const dark: MantineColorsTuple = [
  '#d7dbe4',
  '#b3bac7',
  '#949cab',
  '#5a6271',
  '#383f4d',
  '#2b313d',
  '#1f242e',
  '#161a22',
  '#11141b',
  '#0b0e13',
];

const SANS = "'Inter Variable', ui-sans-serif, system-ui, -apple-system, 'Segoe UI', sans-serif";
const MONO = "'JetBrains Mono Variable', ui-monospace, SFMono-Regular, Menlo, monospace";

/** Colors, typography and the defaults of Mantine's components, from which all other styles follow. */
export const theme = createTheme({
  primaryColor: 'iris',
  primaryShade: { light: 6, dark: 6 },
  colors: { iris, gray, dark },
  black: '#1b202a',
  fontFamily: SANS,
  fontFamilyMonospace: MONO,
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  headings: { fontFamily: SANS, fontWeight: '620' },
  components: {
    Button: Button.extend({ defaultProps: { size: 'sm' } }),
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle', color: 'gray' } }),
    Alert: Alert.extend({ defaultProps: { radius: 'md' } }),
    Badge: Badge.extend({ defaultProps: { radius: 'sm', tt: 'none', fw: 550 } }),
    Paper: Paper.extend({ defaultProps: { withBorder: true, radius: 'md' } }),
    // The placeholder would be a child that a menu must not have.
    Menu: Menu.extend({ defaultProps: { withInitialFocusPlaceholder: false } }),
    Modal: Modal.extend({
      defaultProps: {
        centered: true,
        radius: 'lg',
        padding: 'lg',
        overlayProps: { blur: 2 },
        closeButtonProps: { 'aria-label': 'Close' },
      },
    }),
    Notification: Notification.extend({
      defaultProps: { closeButtonProps: { 'aria-label': 'Close' } },
    }),
    Drawer: Drawer.extend({ defaultProps: { padding: 'lg' } }),
    Tooltip: Tooltip.extend({
      defaultProps: { openDelay: 250, withArrow: true, multiline: true, maw: 320 },
    }),
    Table: Table.extend({ defaultProps: { verticalSpacing: 'xs', horizontalSpacing: 'md' } }),
    TextInput: TextInput.extend({ defaultProps: { size: 'sm' } }),
    PasswordInput: PasswordInput.extend({ defaultProps: { size: 'sm' } }),
    Select: Select.extend({
      defaultProps: { size: 'sm', allowDeselect: false, comboboxProps: { shadow: 'md' } },
    }),
    InputWrapper: InputWrapper.extend({
      defaultProps: { inputWrapperOrder: ['label', 'input', 'description', 'error'] },
    }),
  },
});

/** Readable grays, because those of Mantine for secondary text have too little contrast. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#ffffff',
    '--mantine-color-dimmed': '#5b6474',
    '--mantine-color-placeholder': '#6b7484',
    '--mantine-color-error': '#c92a2a',
    '--mantine-color-anchor': '#3f4bcb',
    '--rr-canvas': '#f8f9fb',
    '--rr-surface': '#ffffff',
    '--rr-border': '#e4e7ed',
    '--rr-hover': '#f4f5f8',
    '--rr-track': '#eceef2',
  },
  dark: {
    '--mantine-color-body': '#161a22',
    '--mantine-color-dimmed': '#99a2b2',
    '--mantine-color-placeholder': '#8790a0',
    '--mantine-color-error': '#ff8787',
    '--mantine-color-anchor': '#9aa5fb',
    '--rr-canvas': '#0f1218',
    '--rr-surface': '#161a22',
    '--rr-border': '#282e39',
    '--rr-hover': '#1d222c',
    '--rr-track': '#252b36',
  },
});
