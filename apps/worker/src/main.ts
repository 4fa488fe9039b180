import '@reqrun/platform/start';
import 'reflect-metadata';

// Loaded afterwards: a static import would be read before anything runs.
const { runService } = await import('@reqrun/platform/service');
const { startWorker } = await import('./start-worker.js');

await runService('worker', startWorker, {
  subscribes: ['due', 'canceled', 'stream_followed', 'lanes'],
});
