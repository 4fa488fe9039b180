import { Get, Inject, Param } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiResponse } from '@nestjs/swagger';
import { uuidFromRequestId } from '@reqrun/contracts';
import { AdminRequestReader } from '@reqrun/requests';

import { ApiError } from '../../http/api-error.js';
import { NotFound, REQUEST_ID_PARAMETER } from '../../http/openapi-responses.js';
import { Access, AdminController } from '../access/access.js';
import { RequestPlaceDto } from './request.dto.js';

/** Finds a request by its id alone. */
@AdminController('requests', 'Requests of a project')
export class RequestSearchController {
  /** @param reader reads records */
  constructor(@Inject(AdminRequestReader) private readonly reader: AdminRequestReader) {}

  /** Returns the project that a request belongs to. */
  @Get(':request_id')
  @Access({ role: 'viewer', scope: 'requests:read' })
  @ApiOperation({ operationId: 'findRequest', summary: 'Which project a request belongs to' })
  @ApiParam({ ...REQUEST_ID_PARAMETER, name: 'request_id' })
  @ApiResponse({ status: 200, type: RequestPlaceDto })
  @NotFound('request')
  async find(@Param('request_id') id: string): Promise<RequestPlaceDto> {
    const uuid = uuidFromRequestId(id);
    const projectId = uuid === null ? null : await this.reader.projectOf(uuid);
    if (projectId === null) {
      throw new ApiError('request_not_found', { param: 'request_id' });
    }
    return { id, project_id: projectId };
  }
}
