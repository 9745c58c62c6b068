import { StreamableFile } from '@nestjs/common';
import { OPERATIONS, type OperationInput, type UsageExportTotals } from '@tollgate/wire';
import type { Actor } from '../http/actor.js';
import { Caller } from '../http/caller.js';
import { CallerLeft } from '../http/caller-left.js';
import { AdminController, Operate } from '../http/operate.js';
import { Input } from '../http/operation.pipe.js';
import { UsageExportsService } from './usage-exports.service.js';

type Operations = typeof OPERATIONS;

@AdminController()
export class UsageExportsController {
  constructor(private readonly exports: UsageExportsService) {}

  @Operate(OPERATIONS.exportUsage)
  async download(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['exportUsage']>,
    @CallerLeft() left: AbortSignal,
  ): Promise<StreamableFile> {
    const { content, type, disposition } = await this.exports.download(actor, input.query, left);
    return new StreamableFile(content, { type, disposition });
  }

  @Operate(OPERATIONS.readUsageExportTotals)
  totals(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['readUsageExportTotals']>,
    @CallerLeft() left: AbortSignal,
  ): Promise<UsageExportTotals> {
    return this.exports.totals(actor, input.query, left);
  }
}
