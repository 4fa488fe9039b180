import { Controller, Get, Header, Inject, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Registry } from '@reqrun/platform/metrics';
import type { FastifyReply } from 'fastify';

import { LivenessDto, ReadinessDto } from '../http/openapi-schemas.js';
import { ApiHealth } from './api-health.js';

/** Liveness, readiness and metrics. */
@ApiTags('Health')
@Controller()
export class HealthController {
  /**
   * @param health the health of the process
   * @param metrics the metrics of the process
   */
  constructor(
    @Inject(ApiHealth) private readonly health: ApiHealth,
    @Inject(Registry) private readonly metrics: Registry,
  ) {}

  /** Answers 200 as long as the process answers. */
  @Get('health/live')
  @ApiOperation({ operationId: 'live', summary: 'Whether the process answers' })
  @ApiResponse({ status: 200, description: 'It does.', type: LivenessDto })
  live(): { status: string } {
    return { status: 'ok' };
  }

  /** Answers 200 when requests can be accepted: the database can commit and the master key matches it. */
  @Get('health/ready')
  @ApiOperation({ operationId: 'ready', summary: 'Whether requests can be accepted' })
  @ApiResponse({ status: 200, description: 'They can.', type: ReadinessDto })
  @ApiResponse({
    status: 503,
    description: 'Nothing can be accepted at present.',
    type: ReadinessDto,
  })
  async ready(@Res() reply: FastifyReply): Promise<void> {
    const report = await this.health.report();
    void reply.code(report.status === 'ok' ? 200 : 503).send(report);
  }

  /** Returns the metrics in Prometheus' text format. */
  @Get('metrics')
  @ApiExcludeEndpoint()
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  async scrape(): Promise<string> {
    return this.metrics.metrics();
  }
}
