export * from './attempt-ends.js';
export * from './requests-fixture.js';
export * from './request-rows.js';
