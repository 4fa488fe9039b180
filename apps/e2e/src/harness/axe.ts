import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeResult {
  violations: { id: string; impact: string; nodes: { html: string }[] }[];
}

/**
 * Looks at a page with axe.
 *
 * @param page page as it is shown, dialogs included
 * @param name name of the page in the findings
 * @returns the serious and critical findings, a line each
 */
export async function seriousFindings(page: Page, name: string): Promise<readonly string[]> {
  const violations = await look(page);
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map((violation) => lineOf(violation, name));
}

/**
 * Looks at a page with axe.
 *
 * @param page page as it is shown, dialogs included
 * @param name name of the page in the findings
 * @returns the findings of every level, a line each
 */
export async function allFindings(page: Page, name: string): Promise<readonly string[]> {
  return (await look(page)).map((violation) => lineOf(violation, name));
}

async function look(page: Page): Promise<AxeResult['violations']> {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(
    () =>
      (
        globalThis as unknown as { axe: { run(): Promise<unknown> } }
      ).axe.run() as Promise<AxeResult>,
  );
  return violations;
}

function lineOf({ id, nodes }: AxeResult['violations'][number], name: string): string {
  return `${name}: ${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`;
}
