import { Injectable } from '@nestjs/common';
import { Database, ensureUsagePartitions } from '@tollgate/database';
import type { JobHandler } from '@tollgate/queue';

/** Makes the partitions of usage before its months begin. */
@Injectable()
export class UsagePartitionsJob implements JobHandler<'usage-partitions'> {
  readonly job = 'usage-partitions';

  constructor(private readonly database: Database) {}

  async handle(): Promise<void> {
    await ensureUsagePartitions(this.database.pool, Date.now());
  }
}
