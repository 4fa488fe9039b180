import { ApiProperty, ApiSchema } from '@nestjs/swagger';

/** Version and settings of the deployment. */
@ApiSchema({ name: 'System' })
export class SystemDto {
  @ApiProperty() version!: string;
  @ApiProperty({ description: 'Whether test keys have a simulator to go to.' })
  simulator_url_configured!: boolean;
  @ApiProperty() dashboard_url!: string;
  @ApiProperty({ enum: ['redis', 'postgresql'] }) queue!: 'redis' | 'postgresql';
  @ApiProperty({ description: 'Where applications reach the API, without /v1.' })
  public_base_url!: string;
}
