export * from './first-project.js';
export * from './project-directory.js';
export * from './project-settings.js';
