import 'reflect-metadata';

import { runService } from '@reqrun/platform/service';

import { startWorker } from './start-worker.js';

await runService('worker', startWorker, {
  subscribes: ['due', 'canceled', 'stream_followed', 'lanes'],
});
