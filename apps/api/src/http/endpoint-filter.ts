import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { ENDPOINTS } from '@reqrun/contracts';
import { IsIn, IsOptional } from 'class-validator';

const VERSION = '/v1';
const PATHS = ENDPOINTS.map(({ path }) => `${VERSION}${path}`);

/** Field of a filter: the endpoint that a request was sent to, as its record shows it. */
export const EndpointFilter = (): PropertyDecorator =>
  applyDecorators(ApiProperty({ required: false, enum: PATHS }), IsOptional(), IsIn(PATHS));

/**
 * The path of a filter as it is stored.
 *
 * @param filter a valid path, with the version
 */
export const toStoredEndpoint = (filter: string): string => filter.slice(VERSION.length);
