export * from './deleted-projects.js';
export * from './first-project.js';
export type { Project, ProjectSettingsChange } from './project.js';
export * from './project-directory.js';
export * from './project-settings.js';
export * from './project-store.js';
export * from './provider-store.js';
