import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import {
  AUTO_OR_OFF,
  type AutoOrOff,
  PROVIDER_KINDS,
  PROVIDER_NAME,
  type ProviderKind,
  STREAM_USAGES,
  type StreamUsage,
} from '@reqrun/contracts';
import type { Provider } from '@reqrun/projects';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsOptional,
  IsString,
  Length,
  Matches,
} from 'class-validator';

import { nullableText, time } from '../../http/openapi-fields.js';
import { IsStorableText } from '../../http/storable-text.js';

const MAX_URL = 2048;
const MAX_KEY = 1024;
const MAX_MODEL = 256;
/** Models that a provider's list may name. */
const MAX_MODELS = 200;

const modelList = {
  type: 'array' as const,
  items: { type: 'string' as const, minLength: 1, maxLength: MAX_MODEL },
  maxItems: MAX_MODELS,
};

const API_VERSION = 'Of Azure alone: the version of its dated API, such as `2024-10-21`.';

const STREAM_USAGE =
  'Whether a stream is asked for its usage where its caller does not ask: `auto`, the default, at providers that are known to take it.';

const PACING =
  'Whether limits that the provider tells of slow its calls. Limits by hand count in any case.';
const BREAKER = 'Whether failures of the provider slow or stop its calls.';

/** Input for a provider, as far as it can be changed. */
class ProviderFields {
  @ApiProperty({
    required: false,
    enum: PROVIDER_KINDS,
    description: 'Decides where the key stands and what a path looks like. By default `openai`.',
  })
  @IsOptional()
  @IsIn(PROVIDER_KINDS)
  kind?: ProviderKind;

  @ApiProperty({ ...nullableText, required: false, description: API_VERSION })
  @IsOptional()
  @Matches(/^[A-Za-z0-9.-]{1,32}$/, { message: 'api_version must be a version such as 2024-10-21' })
  api_version?: string | null;

  @ApiProperty({
    ...modelList,
    required: false,
    description: 'The only models that it is called with. An empty list means any.',
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_MODELS)
  @Matches(/^[^\p{Cc}\p{Cs}]{1,256}$/u, {
    each: true,
    message: 'each of models must be 1 to 256 characters without control characters',
  })
  @IsString({ each: true })
  models?: string[];

  @ApiProperty({ required: false, enum: STREAM_USAGES, description: STREAM_USAGE })
  @IsOptional()
  @IsIn(STREAM_USAGES)
  stream_usage?: StreamUsage;

  @ApiProperty({ required: false, enum: AUTO_OR_OFF, description: PACING })
  @IsOptional()
  @IsIn(AUTO_OR_OFF)
  pacing?: AutoOrOff;

  @ApiProperty({ required: false, enum: AUTO_OR_OFF, description: BREAKER })
  @IsOptional()
  @IsIn(AUTO_OR_OFF)
  breaker?: AutoOrOff;
}

/** Input for a test of what is not stored; absent fields are those of the stored provider, where there is one. */
@ApiSchema({ name: 'NamedProviderTestInput' })
export class NamedProviderTestInput extends ProviderFields {
  @ApiProperty({ required: false, maxLength: MAX_URL })
  @IsOptional()
  @IsStorableText()
  @IsString()
  @Length(1, MAX_URL)
  base_url?: string;

  @ApiProperty({ required: false, maxLength: MAX_KEY })
  @IsOptional()
  @IsStorableText()
  @IsString()
  @Length(1, MAX_KEY)
  api_key?: string;
}

/** Input for a new provider. */
@ApiSchema({ name: 'NewNamedProvider' })
export class NewNamedProvider extends ProviderFields {
  @ApiProperty({
    pattern: PROVIDER_NAME.source,
    description: 'Stands before the first slash of a model’s name. It cannot be changed.',
  })
  @Matches(PROVIDER_NAME, {
    message:
      'name must be 1 to 63 characters of a to z, 0 to 9, dot, underscore and hyphen, and begin with a letter',
  })
  @IsString()
  name!: string;

  @ApiProperty({ maxLength: MAX_URL, description: 'With its /v1, except for Azure.' })
  @IsStorableText()
  @IsString()
  @Length(1, MAX_URL)
  base_url!: string;

  @ApiProperty({
    required: false,
    maxLength: MAX_KEY,
    description: 'Only `compatible` may lack it.',
  })
  @IsOptional()
  @IsStorableText()
  @IsString()
  @Length(1, MAX_KEY)
  api_key?: string;

  @ApiProperty({
    required: false,
    description: 'Whether requests that name no provider go to it. The first one is the default.',
  })
  @IsOptional()
  @IsBoolean()
  is_default?: boolean;
}

/** Changes of a provider. */
@ApiSchema({ name: 'NamedProviderChanges' })
export class NamedProviderChanges extends ProviderFields {
  @ApiProperty({ required: false, maxLength: MAX_URL })
  @IsOptional()
  @IsStorableText()
  @IsString()
  @Length(1, MAX_URL)
  base_url?: string;

  @ApiProperty({
    required: false,
    maxLength: MAX_KEY,
    description: 'Left out it stays, as long as the server is the same.',
  })
  @IsOptional()
  @IsStorableText()
  @IsString()
  @Length(1, MAX_KEY)
  api_key?: string;

  @ApiProperty({
    required: false,
    enum: [true],
    description: 'Makes it the default one, in place of the present one.',
  })
  @IsOptional()
  @IsIn([true])
  is_default?: true;
}

/** A provider of a project. */
@ApiSchema({ name: 'NamedProvider' })
export class NamedProviderDto {
  @ApiProperty({ enum: ['provider'] }) object!: 'provider';
  @ApiProperty() name!: string;
  @ApiProperty({ enum: PROVIDER_KINDS }) kind!: ProviderKind;
  @ApiProperty() base_url!: string;
  @ApiProperty({ ...nullableText, description: API_VERSION }) api_version!: string | null;
  @ApiProperty({ ...modelList, description: 'Empty: any.' }) models!: string[];
  @ApiProperty({ enum: STREAM_USAGES, description: STREAM_USAGE }) stream_usage!: StreamUsage;
  @ApiProperty({ enum: AUTO_OR_OFF, description: PACING }) pacing!: AutoOrOff;
  @ApiProperty({ enum: AUTO_OR_OFF, description: BREAKER }) breaker!: AutoOrOff;
  @ApiProperty({
    ...nullableText,
    description: 'The end of its key; null where it has none, or one that is too short to show.',
  })
  key_last_four!: string | null;
  @ApiProperty() is_default!: boolean;
  @ApiProperty(time) created_at!: string;
  @ApiProperty(time) updated_at!: string;
}

/** The providers of a project, the default one first. */
@ApiSchema({ name: 'NamedProviderList' })
export class NamedProviderListDto {
  @ApiProperty({ enum: ['list'] }) object!: 'list';
  @ApiProperty({ type: [NamedProviderDto] }) data!: NamedProviderDto[];
}

/**
 * Converts a provider to its form in the admin API.
 *
 * @param provider the provider
 */
export function toNamedProviderDto(provider: Provider): NamedProviderDto {
  return {
    object: 'provider',
    name: provider.name,
    kind: provider.kind,
    base_url: provider.baseUrl,
    api_version: provider.apiVersion,
    models: provider.models,
    stream_usage: provider.streamUsage,
    pacing: provider.pacing,
    breaker: provider.breaker,
    key_last_four: provider.keyLastFour,
    is_default: provider.isDefault,
    created_at: provider.createdAt.toISOString(),
    updated_at: provider.updatedAt.toISOString(),
  };
}
