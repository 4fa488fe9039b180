import '@reqrun/platform/start';
import 'reflect-metadata';

// Loaded afterwards: a static import would be read before anything runs.
const { runService } = await import('@reqrun/platform/service');
const { startApi } = await import('./start-api.js');

await runService('api', startApi, { subscribes: ['finished', 'keys_changed', 'stream_appended'] });
