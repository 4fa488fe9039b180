import { dashboardSettings } from './dashboard.js';
import { firstProjectSettings } from './first-project.js';
import { launcherSettings } from './launcher.js';
import { serviceSettings } from './settings.js';

/** Parts of a setting that envalid keeps. */
interface Setting {
  default?: unknown;
  desc?: string;
}

type Settings = Readonly<Record<string, Setting>>;

/**
 * The tables of all settings for `docs/configuration.md`, out of the lists that the programs read:
 * those of API and worker, those of the dashboard, those that `npm start` adds or treats otherwise,
 * and those of the first project.
 *
 * @returns Markdown: four headings, each with a table of name, default and meaning
 */
export function renderConfigurationTable(): string {
  const services = specsOf(serviceSettings);
  const dashboard = Object.fromEntries(
    Object.entries(specsOf(dashboardSettings)).filter(([name, spec]) => services[name] !== spec),
  );
  const launcher = Object.fromEntries(
    Object.entries(specsOf(launcherSettings)).filter(
      ([name, spec]) => services[name] !== spec && dashboard[name] !== spec,
    ),
  );
  return [
    '## API and worker',
    table(services),
    '## Dashboard',
    table(dashboard),
    '## `npm start`',
    table(launcher),
    '## The first project',
    table(specsOf(firstProjectSettings)),
  ].join('\n\n');
}

/** A validator's result carries its spec, though its type is that of the value. */
const specsOf = (settings: object): Settings => settings as unknown as Settings;

function table(settings: Settings): string {
  const rows = Object.entries(settings).map(
    ([name, spec]) =>
      `| \`${name}\` | ${defaultOf(spec)} | ${(spec.desc ?? '').replaceAll('|', '\\|')} |`,
  );
  return ['| Name | Default | Meaning |', '| --- | --- | --- |', ...rows].join('\n') + '\n';
}

function defaultOf(spec: Setting): string {
  if (!('default' in spec)) {
    return '(required)';
  }
  const value = Array.isArray(spec.default) ? spec.default.join(',') : spec.default;
  return value === undefined || value === ''
    ? '(none)'
    : `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}
