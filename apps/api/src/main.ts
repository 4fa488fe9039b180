import 'reflect-metadata';

import { runService } from '@reqrun/platform/service';

import { startApi } from './start-api.js';

await runService('api', startApi, { subscribes: ['finished', 'keys_changed', 'stream_appended'] });
