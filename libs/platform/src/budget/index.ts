export * from './byte-budget.js';
