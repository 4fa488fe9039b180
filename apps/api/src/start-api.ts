import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiKeyAuthenticator } from '@reqrun/keys';
import { ByteBudget } from '@reqrun/platform/budget';
import { NestLogger } from '@reqrun/platform/logging';
import { Registry } from '@reqrun/platform/metrics';
import type { Platform, RunningService } from '@reqrun/platform/service';
import { ProjectDirectory } from '@reqrun/projects';
import { mailOptions, outboundOptions, ProviderClient, webhookUrlRules } from '@reqrun/providers';
import {
  AnswerOpener,
  countAndLog,
  DirectDispatchClient,
  registerRecordMetrics,
  RequestAcceptor,
  RequestEvents,
  RequestReader,
  RequestRecovery,
  RequestWaiters,
  LogList,
  PolicySimulator,
  ResponseIds,
  StreamReaders,
} from '@reqrun/requests';

import { recogniseUsers } from './admin/access/authentication.js';
import { AlertChannels } from './admin/alerts/alert-channels.js';
import { openAdmin } from './admin/open-admin.js';
import { ProviderAccess } from './admin/provider/provider-access.js';
import { ApiModule } from './api.module.js';
import { requireApiKey } from './v1/auth/authentication.js';
import { FailedLookups } from './http/failed-lookups.js';
import { RememberedKeys } from './keys/remembered-keys.js';
import { ApiHealth } from './health/api-health.js';
import { ErrorFilter } from './http/error.filter.js';
import { KnownRoutes } from './http/known-routes.js';
import { createFastifyAdapter } from './http/fastify.js';
import { EXPOSED_HEADERS } from './http/openapi-responses.js';
import { drainConnections, trackUnusedConnections } from './http/connection-draining.js';
import { ApiMetrics } from './metrics.js';
import { Simulations } from './policy/simulations.js';
import { RequestCommands } from './requests/request-commands.js';
import { RequestControl } from './v1/requests/request-control.js';
import { CacheKeys } from './v1/submission/cache-key.js';
import { CallShares } from './v1/submission/call-shares.js';
import { limitAdmission } from './v1/submission/admission-control.js';
import { ResponsesVariant } from './v1/responses/responses-variant.js';
import { StoredResponses } from './v1/responses/stored-responses.js';
import { EndpointCalls } from './v1/submission/endpoint-calls.js';
import { Submissions } from './v1/submission/submissions.js';
import { madeUpFrames } from './v1/streams/made-up-frames.js';
import { StoredStreams } from './v1/streams/stored-streams.js';
import { Streams } from './v1/streams/streams.js';

/**
 * Largest number of connections that wait to be accepted, as far as the system allows (`somaxconn`). Further
 * ones are dropped unnoticed, and their clients try again after 1, 3 and 7 s. With the default of Node.js,
 * 511, clients that connect at once after an outage would wait longer for their connection than for their
 * answer. Calls on accepted connections can be refused, with a time to retry.
 */
const CONNECTION_BACKLOG = 4096;

/**
 * Composes an API process and starts it. It accepts requests and shows them, and never runs one itself.
 *
 * @param platform the database, the signals, the settings
 */
export async function startApi(platform: Platform): Promise<RunningService> {
  const { config, logger, pool, readPool, prisma, keys, signals } = platform;
  const metrics = new ApiMetrics(
    platform.metrics,
    () => waiters.count,
    () => readers.counts,
  );
  const events = new RequestEvents(signals, countAndLog(metrics.finished, logger));
  const recovery = new RequestRecovery(pool, (expired) =>
    // A deadline holds without any worker, so its end is logged and counted here.
    events.ended(expired, { mayBeRunning: true }),
  );
  const answers = new AnswerOpener(pool, keys, new ByteBudget(config.REQRUN_MAX_LARGE_BYTES));
  const reader = new RequestReader(pool, answers, recovery, readPool);
  const waiters = new RequestWaiters(
    pool,
    answers,
    recovery,
    signals,
    config.REQRUN_WAITER_POLL_MS,
  );
  registerRecordMetrics(platform.metrics, readPool);
  const provider = new ProviderClient({
    maxResponseBytes: config.REQRUN_MAX_ANSWER_BYTES,
    allowInsecure: config.REQRUN_ALLOW_INSECURE_PROVIDERS,
    hosts: config.REQRUN_PROVIDER_HOSTS,
    ...outboundOptions(config),
    trustedBaseUrls: config.REQRUN_SIMULATOR_URL === undefined ? [] : [config.REQRUN_SIMULATOR_URL],
  });
  const direct =
    config.REQRUN_LINK_DIRECTORY === undefined
      ? null
      : new DirectDispatchClient({ directory: config.REQRUN_LINK_DIRECTORY });
  direct?.onResult((end) => waiters.deliver(end));
  const readers = new StreamReaders({
    ...{ pool, keys, recovery, signals },
    link: direct,
    pollMs: config.REQRUN_WAITER_POLL_MS,
    makeUp: madeUpFrames(reader),
    onCatchUp: () => metrics.catchUps.inc(),
  });
  direct?.onFrames({
    shown: (frames) => readers.shown(frames),
    changed: (ids) => readers.changed(ids),
  });
  await direct?.open();
  const acceptor = new RequestAcceptor(pool, keys, {
    limits: { bytes: config.REQRUN_MAX_PENDING_BYTES, calls: config.REQRUN_MAX_PENDING_CALLS },
    notifyChannel: signals.channelOf?.('due') ?? null,
    direct,
  });
  const projects = new ProjectDirectory(prisma, keys, config.REQRUN_SIMULATOR_URL ?? null);
  const shares = new CallShares(config.REQRUN_MAX_PENDING_CALLS);
  const submissions = new Submissions({
    pool,
    acceptor,
    shares,
    reader,
    waiters,
    events,
    fingerprintHash: platform.fingerprintHash,
    cacheKeys: new CacheKeys(platform.cacheHash, projects),
    metrics,
    maxWaitsPerKey: config.REQRUN_MAX_WAITS_PER_KEY,
  });
  const health = new ApiHealth(pool, signals, acceptor);
  const routes = new KnownRoutes();
  const errors = new ErrorFilter(logger, metrics, routes);

  const adapter = createFastifyAdapter(config);
  adapter.getInstance().addHook('onRoute', (route) => routes.add(route));
  const server = adapter.getHttpServer<Server>();
  const authenticator = new ApiKeyAuthenticator(
    pool,
    platform.apiKeyHash,
    config.REQRUN_KEY_CACHE_MS,
  );
  requireApiKey(
    adapter.getInstance(),
    authenticator,
    new FailedLookups(config.REQRUN_FAILED_KEYS_PER_MINUTE),
    errors,
  );
  limitAdmission(adapter.getInstance(), {
    acceptor,
    shares,
    maxPendingBytes: config.REQRUN_MAX_PENDING_BYTES,
    maxBodyBytes: config.REQRUN_MAX_BODY_BYTES,
    errors,
  });
  const commands = new RequestCommands(pool, recovery, events);
  const control = new RequestControl(commands, reader);
  const responseIds = new ResponseIds(pool);
  const streams = new Streams({
    ...{ submissions, readers, reader, commands, metrics },
    limits: {
      maxStreams: config.REQRUN_MAX_STREAMS,
      heartbeatMs: config.REQRUN_STREAM_HEARTBEAT_MS,
      stallMs: config.REQRUN_STREAM_STALL_MS,
    },
    isStopping: () => health.stopping,
  });
  const endpointCalls = new EndpointCalls({
    submissions,
    streams,
    reader,
    projects,
    maxOpenRequests: config.REQRUN_MAX_OPEN_REQUESTS ?? null,
    limits: {
      depth: config.REQRUN_MAX_JSON_DEPTH,
      structure: config.REQRUN_MAX_JSON_STRUCTURE,
    },
    tracing: platform.telemetry.tracing,
  });
  const admin = await openAdmin(platform, projects, [
    {
      provide: RememberedKeys,
      useValue: new RememberedKeys(authenticator, projects, signals),
    },
    {
      provide: RequestCommands,
      useValue: commands,
    },
    {
      provide: AlertChannels,
      useValue: new AlertChannels(
        ...([keys, webhookUrlRules(config), mailOptions(config) !== null] as const),
        config.REQRUN_DASHBOARD_URL,
      ),
    },
    {
      provide: ProviderAccess,
      useValue: new ProviderAccess(
        projects,
        keys,
        provider,
        {
          allowInsecure: config.REQRUN_ALLOW_INSECURE_PROVIDERS,
          hosts: config.REQRUN_PROVIDER_HOSTS,
        },
        {
          publicUrl: config.REQRUN_PUBLIC_URL,
          host: config.REQRUN_API_HOST,
          port: () => (server.address() as AddressInfo | null)?.port ?? config.REQRUN_API_PORT,
        },
      ),
    },
  ]);
  recogniseUsers(adapter.getInstance(), admin.authentication, errors);
  adapter.getInstance().addHook('onSend', (_request, reply, _payload, done) => {
    if (health.stopping) {
      // A client with a kept connection should open its next one elsewhere.
      reply.header('connection', 'close');
    }
    done();
  });

  const app = await NestFactory.create<NestFastifyApplication>(
    ApiModule.register(
      [
        { provide: EndpointCalls, useValue: endpointCalls },
        { provide: ResponsesVariant, useValue: new ResponsesVariant(responseIds) },
        {
          provide: StoredResponses,
          useValue: new StoredResponses({ pool, reader, ids: responseIds, projects, provider }),
        },
        { provide: RequestReader, useValue: reader },
        { provide: RequestControl, useValue: control },
        {
          provide: Simulations,
          useValue: new Simulations(new PolicySimulator(readPool), projects),
        },
        {
          provide: StoredStreams,
          useValue: new StoredStreams(streams, reader, new LogList(pool)),
        },
        { provide: ProjectDirectory, useValue: projects },
        { provide: ProviderClient, useValue: provider },
        { provide: ApiHealth, useValue: health },
        { provide: Registry, useValue: platform.metrics },
      ],
      admin.providers,
    ),
    adapter,
    { logger: new NestLogger(logger), abortOnError: false, bodyParser: false },
  );
  app.useGlobalFilters(errors);
  if (config.REQRUN_CORS_ORIGINS.length > 0) {
    app.enableCors({ origin: config.REQRUN_CORS_ORIGINS, exposedHeaders: [...EXPOSED_HEADERS] });
  }
  const unusedConnections = trackUnusedConnections(server);
  await app.listen({
    port: config.REQRUN_API_PORT,
    host: config.REQRUN_API_HOST,
    backlog: CONNECTION_BACKLOG,
  });
  const url = await app.getUrl();
  logger.info('listening', { url });

  return {
    url,
    async stop() {
      health.stopping = true;
      // Waiting callers get their answer if it arrives within the grace period, else the id of their request.
      const grace = setTimeout(() => {
        submissions.stopWaiting();
        streams.stop();
      }, config.REQRUN_SHUTDOWN_GRACE_MS);
      await drainConnections(server, unusedConnections, config.REQRUN_SHUTDOWN_GRACE_MS);
      await app.close();
      direct?.close();
      clearTimeout(grace);
      await provider.close();
      await admin.close();
    },
  };
}
