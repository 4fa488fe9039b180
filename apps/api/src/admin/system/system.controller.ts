import { Get, Inject } from '@nestjs/common';
import { ApiOperation, ApiResponse } from '@nestjs/swagger';

import { VERSION } from '../../version.js';
import { Access, AdminController } from '../access/access.js';
import { AdminSettings } from '../admin-settings.js';
import { SystemDto } from './system.dto.js';

@AdminController('system', 'System')
/** Version and settings of the deployment. */
export class SystemController {
  /** @param settings the settings of the admin API */
  constructor(@Inject(AdminSettings) private readonly settings: AdminSettings) {}

  /** Returns version and settings of the deployment. */
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
