import { Get, Inject } from '@nestjs/common';
import { ApiOperation, ApiResponse } from '@nestjs/swagger';

import { VERSION } from '../../version.js';
import { Access, AdminController } from '../access/access.js';
import { AdminSettings } from '../admin-settings.js';
import { SystemDto } from './system.dto.js';

/** What the deployment is made of. */
@AdminController('system', 'System')
export class SystemController {
  /** @param settings what the process was started with */
  constructor(@Inject(AdminSettings) private readonly settings: AdminSettings) {}

  /** What the deployment is made of. */
  @Get()
  @Access({ role: 'viewer', scope: 'projects:read' })
  @ApiOperation({ operationId: 'getSystem', summary: 'What the deployment is made of' })
  @ApiResponse({ status: 200, type: SystemDto })
  get(): SystemDto {
    return {
      version: VERSION,
      simulator_url_configured: this.settings.hasSimulator,
      dashboard_url: this.settings.dashboardUrl,
      queue: this.settings.queue,
      public_base_url: this.settings.publicBaseUrl,
    };
  }
}
