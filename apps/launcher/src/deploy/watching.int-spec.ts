import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describeWithProgram } from '@reqrun/platform/testing';
import { parse, stringify } from 'yaml';

import { CHECKOUT } from '../home.js';

interface Rule {
  alert?: string;
  expr: string;
  annotations?: Record<string, string>;
}
interface Panel {
  id: number;
  type: string;
  title: string;
  gridPos: { h: number; w: number; x: number; y: number };
  targets?: { expr: string; refId: string }[];
}

const PROMTOOL = 'promtool';
const PROMETHEUS = join(CHECKOUT, 'deploy/prometheus');
const read = (path: string): string => readFileSync(join(CHECKOUT, path), 'utf8');
const { groups } = parse(read('deploy/prometheus/alerts.yml')) as { groups: { rules: Rule[] }[] };
const alerts = groups.flatMap(({ rules }) => rules).filter(({ alert }) => alert !== undefined);
const { panels } = JSON.parse(read('deploy/grafana/reqrun.json')) as { panels: Panel[] };

describe('the runbook', () => {
  const sections = new Map(
    read('docs/runbook.md')
      .split(/^### /m)
      .slice(1)
      .map((section) => [section.split('\n', 1)[0] ?? '', section]),
  );

  it('has one section for each alert, and none for another', () => {
    expect([...sections.keys()].sort()).toEqual(alerts.map(({ alert }) => alert).sort());
  });

  it.each(alerts.map(({ alert = '', annotations }) => [alert, annotations] as const))(
    'is where %s points to, and says what to do',
    (name, annotations) => {
      expect(annotations?.['runbook']).toBe(`docs/runbook.md#${name.toLowerCase()}`);
      const section = sections.get(name) ?? '';
      expect(section).toMatch(/what to do|\*\*[Dd]o\*\*/);
      expect(section.length).toBeGreaterThan(200);
    },
  );
});

describe('the dashboard', () => {
  it('has panels with ids of their own, none of which covers another', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const taken = new Set<string>();
    for (const { gridPos } of panels) {
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect(x).toBeLessThan(24);
          expect(taken.has(`${x}.${y}`)).toBe(false);
          taken.add(`${x}.${y}`);
        }
      }
    }
  });
});

describeWithProgram(PROMTOOL, 'what Prometheus says', () => {
  const promtool = (...args: string[]): string =>
    execFileSync(PROMTOOL, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

  it('accepts the rules and the example of a configuration', () => {
    expect(promtool('check', 'rules', join(PROMETHEUS, 'alerts.yml'))).toContain('SUCCESS');
    expect(promtool('check', 'config', join(PROMETHEUS, 'example.yml'))).toContain('SUCCESS');
  });

  it('fires each alert when it should, and no other', () => {
    expect(promtool('test', 'rules', join(PROMETHEUS, 'alerts.test.yml'))).toContain('SUCCESS');
    const tested = read('deploy/prometheus/alerts.test.yml');
    for (const { alert } of alerts) {
      expect(tested).toMatch(new RegExp(`runbook\\.md#${alert?.toLowerCase()}$`, 'm'));
    }
  });

  it('can read every expression of the dashboard', () => {
    const folder = mkdtempSync(join(tmpdir(), 'reqrun-promtool-'));
    const expressions = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    expect(expressions.length).toBeGreaterThan(30);
    const rules = expressions.map((expr, n) => ({
      record: `panel:${n}`,
      expr: expr.replaceAll('$__rate_interval', '1m'),
    }));
    const file = join(folder, 'panels.yml');
    writeFileSync(file, stringify({ groups: [{ name: 'panels', rules }] }));
    expect(promtool('check', 'rules', file)).toContain(`${rules.length} rules found`);
    rmSync(folder, { recursive: true });
  });
});
