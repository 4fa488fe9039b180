import { join } from 'node:path';

/** Headers of every answer. src/proxy.ts sets the pages' content security policy. */
const headers = [
  { key: 'x-content-type-options', value: 'nosniff' },
  { key: 'x-frame-options', value: 'DENY' },
  { key: 'referrer-policy', value: 'same-origin' },
  { key: 'cross-origin-opener-policy', value: 'same-origin' },
  { key: 'cross-origin-resource-policy', value: 'same-origin' },
  {
    key: 'permissions-policy',
    value: 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
  },
];

const workspace = join(import.meta.dirname, '../..');

/** @type {import('next').NextConfig} */
export default {
  poweredByHeader: false,
  reactStrictMode: true,
  transpilePackages: ['@reqrun/contracts'],
  turbopack: { root: workspace },
  outputFileTracingRoot: workspace,
  // `npm run build` checks the types, so a start need not wait for that.
  typescript: { ignoreBuildErrors: true },
  headers: () => Promise.resolve([{ source: '/:path*', headers }]),
  experimental: {
    optimizePackageImports: ['@tabler/icons-react', '@mantine/charts', '@mantine/dates'],
  },
};
