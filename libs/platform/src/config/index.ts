export * from './dashboard.js';
export * from './errors.js';
export * from './first-project.js';
export * from './launcher.js';
export * from './render-table.js';
export * from './service-config.js';
export * from './settings.js';
export { readSettings } from './read.js';
export { SECRET_SETTINGS, withSecretFiles } from './secret-files.js';
