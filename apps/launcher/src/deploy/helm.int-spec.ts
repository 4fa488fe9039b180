import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describeWithProgram } from '@reqrun/platform/testing';
import * as autoscaling from 'kubernetes-models/autoscaling/v2';
import * as apps from 'kubernetes-models/apps/v1';
import * as batch from 'kubernetes-models/batch/v1';
import * as networking from 'kubernetes-models/networking.k8s.io/v1';
import * as policy from 'kubernetes-models/policy/v1';
import * as core from 'kubernetes-models/v1';
import { parseAllDocuments } from 'yaml';

import { CHECKOUT } from '../home.js';

interface Container {
  name: string;
  args: string[];
  env: { name: string; value: string }[];
  securityContext: object;
  ports?: { name: string; containerPort: number }[];
  livenessProbe?: { httpGet: { path: string; port: string } };
  readinessProbe?: { httpGet: { path: string; port: string } };
  volumeMounts: { mountPath: string; readOnly?: boolean }[];
}
interface Pod {
  metadata: { labels: Record<string, string> };
  spec: {
    securityContext: object;
    automountServiceAccountToken: boolean;
    terminationGracePeriodSeconds?: number;
    containers: Container[];
  };
}
interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; annotations?: Record<string, string> };
  spec: {
    template?: Pod;
    selector?: Record<string, unknown>;
    podSelector?: { matchLabels: Record<string, string> };
    egress?: { ports: { port: number | string }[]; to?: object[] }[];
    metrics?: object[];
    replicas?: number;
  };
}

const HELM = 'helm';
const CHART = join(CHECKOUT, 'deploy/helm/reqrun');
/** Classes that check a manifest against the JSON schema of its kind. */
const KINDS: Record<string, new (data: never) => { validate(): void }> = {
  'apps/v1 Deployment': apps.Deployment,
  'autoscaling/v2 HorizontalPodAutoscaler': autoscaling.HorizontalPodAutoscaler,
  'batch/v1 Job': batch.Job,
  'networking.k8s.io/v1 Ingress': networking.Ingress,
  'networking.k8s.io/v1 NetworkPolicy': networking.NetworkPolicy,
  'policy/v1 PodDisruptionBudget': policy.PodDisruptionBudget,
  'v1 Service': core.Service,
};
const EVERYTHING = [
  'worker.autoscaling.enabled=true',
  'ingress.enabled=true',
  'ingress.apiHost=api.example.com',
  'ingress.dashboardHost=reqrun.example.com',
  'ingress.tlsSecret=tls',
  'secret.keys.REDIS_URL=redis-url',
  'trustProxy={10.0.0.0/8}',
  'settings.REQRUN_WORKER_CONCURRENCY=128',
  'networkPolicy.monitoring[0].namespaceSelector.matchLabels.name=monitoring',
];

describeWithProgram(HELM, 'the Helm chart', () => {
  const helm = (...args: string[]): string =>
    execFileSync(HELM, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const render = (...values: string[]): Manifest[] =>
    parseAllDocuments(
      helm('template', 'r', CHART, ...values.flatMap((value) => ['--set', value])),
    ).map((document) => document.toJS() as Manifest);
  let plain: Manifest[];
  let full: Manifest[];
  beforeAll(() => {
    plain = render();
    full = render(...EVERYTHING);
  });
  const named = (kind: string, name: string): Manifest => {
    const found = full.find((one) => one.kind === kind && one.metadata.name === `r-${name}`);
    if (found === undefined) {
      throw new Error(`There is no ${kind} r-${name}.`);
    }
    return found;
  };
  const pods = (): [string, Pod][] =>
    full.flatMap(({ metadata, spec }) =>
      spec.template === undefined ? [] : [[metadata.name, spec.template] as [string, Pod]],
    );

  it('passes the lint of Helm', () => {
    expect(helm('lint', '--strict', CHART)).toContain('0 chart(s) failed');
  });

  it('renders what the JSON schemas of Kubernetes accept, and they refuse what is wrong', () => {
    expect(new Set(full.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`))).toEqual(
      new Set(Object.keys(KINDS)),
    );
    for (const manifest of [...plain, ...full]) {
      const Kind = KINDS[`${manifest.apiVersion} ${manifest.kind}`];
      expect(Kind).toBeDefined();
      if (Kind !== undefined) {
        new Kind(manifest as never).validate();
      }
    }
    const wrong = {
      ...named('Deployment', 'api'),
      spec: { template: { spec: { containers: 1 } } },
    };
    expect(() => new apps.Deployment(wrong as never).validate()).toThrow();
  });

  it.each([
    ['a value that it does not know', 'api.replica=2'],
    ['a Secret without a database', 'secret.keys.DATABASE_URL='],
    ['no replica', 'worker.replicas=0'],
  ])('refuses %s', (_, value) => {
    expect(() => render(value)).toThrow(/values don't meet the specifications/);
  });

  it('gives no pod more rights than it needs, and no secret to the dashboard', () => {
    expect(
      pods()
        .map(([name]) => name)
        .sort(),
    ).toEqual(['r-api', 'r-dashboard', 'r-migrate', 'r-worker']);
    for (const [name, { spec }] of pods()) {
      expect(spec.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000 });
      expect(spec.automountServiceAccountToken).toBe(false);
      for (const { securityContext, env, volumeMounts } of spec.containers) {
        expect(securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        const secrets = env.filter(({ value }) => value.startsWith('/run/secrets/'));
        expect(secrets.length).toBe(name === 'r-dashboard' ? 0 : 3);
        expect(secrets.every((one) => one.name.endsWith('_FILE'))).toBe(true);
        expect(volumeMounts.some(({ mountPath }) => mountPath.startsWith('/run/secrets'))).toBe(
          name !== 'r-dashboard',
        );
      }
    }
  });

  it('sets only settings that there are, and starts programs that there are', () => {
    const known = readFileSync(join(CHECKOUT, 'docs/configuration.md'), 'utf8');
    for (const [, { spec }] of pods()) {
      for (const { env, args } of spec.containers) {
        for (const { name } of env) {
          expect(known).toContain(`\`${name.replace(/_FILE$/, '')}\``);
        }
        const source = `${args[0]}`.replace('/dist/', '/src/').replace(/\.js$/, '.ts');
        const path = source.replace('dashboard/src/main.ts', 'dashboard/src/server/main.ts');
        expect(readFileSync(join(CHECKOUT, path), 'utf8')).not.toBe('');
      }
    }
  });

  it('asks for health where the processes answer, and waits longer than their grace period', () => {
    for (const [name, port, ready] of [
      ['api', 4000, '/health/ready'],
      ['worker', 4001, '/health/ready'],
      ['dashboard', 4040, '/health/live'],
    ] as const) {
      const spec = named('Deployment', name).spec.template?.spec;
      const [container] = spec?.containers ?? [];
      expect(container?.ports).toEqual([{ name: 'http', containerPort: port }]);
      expect(container?.livenessProbe?.httpGet).toEqual({ path: '/health/live', port: 'http' });
      expect(container?.readinessProbe?.httpGet).toEqual({ path: ready, port: 'http' });
      const env = new Map(container?.env.map((one) => [one.name, one.value]));
      expect(env.get(`REQRUN_${name.toUpperCase()}_PORT`)).toBe(String(port));
      if (name !== 'dashboard') {
        const grace = Number(env.get('REQRUN_SHUTDOWN_GRACE_MS')) / 1000;
        expect(spec?.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(grace + 15);
      }
    }
  });

  it('migrates before everything else, and scales workers by the claim lag', () => {
    expect(named('Job', 'migrate').metadata.annotations?.['helm.sh/hook']).toBe(
      'pre-install,pre-upgrade',
    );
    expect(named('Deployment', 'worker').spec.replicas).toBeUndefined();
    expect(named('HorizontalPodAutoscaler', 'worker').spec.metrics).toEqual([
      {
        type: 'External',
        external: {
          metric: { name: 'reqrun_claim_lag_p95_seconds' },
          target: { type: 'Value', value: '1' },
        },
      },
    ]);
    expect(plain.some(({ kind }) => kind === 'HorizontalPodAutoscaler')).toBe(false);
  });

  it('lets each pod reach only what it works with', () => {
    const reached = (name: string): (number | string)[] =>
      (named('NetworkPolicy', name).spec.egress ?? []).flatMap(({ ports }) =>
        ports.map(({ port }) => port),
      );
    expect(reached('dashboard')).toEqual([53, 53, 'http']);
    expect(reached('migrate')).toEqual([53, 53, 5432]);
    expect(reached('worker')).toEqual([53, 53, 5432, 6379, 443]);
    expect(reached('api')).toEqual([53, 53, 5432, 6379, 443]);
    for (const [name, { metadata }] of pods()) {
      expect(named('NetworkPolicy', name.slice(2)).spec.podSelector?.matchLabels).toEqual(
        metadata.labels,
      );
    }
  });
});
