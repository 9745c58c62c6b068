import {
  OPERATIONS,
  type OperationInput,
  type Page,
  type PriceCorrection,
  type PriceCorrectionDetail,
  type PriceDifference,
  type UnpricedUsage,
} from '@tollgate/wire';
import type { Actor } from '../http/actor.js';
import { Caller } from '../http/caller.js';
import { AdminController, Operate } from '../http/operate.js';
import { Input } from '../http/operation.pipe.js';
import { PriceCorrectionsService } from './price-corrections.service.js';
import { PriceDifferencesService } from './price-differences.service.js';

type Operations = typeof OPERATIONS;

@AdminController()
export class PriceCorrectionsController {
  constructor(
    private readonly corrections: PriceCorrectionsService,
    private readonly differences: PriceDifferencesService,
  ) {}

  @Operate(OPERATIONS.listUnpricedUsage)
  listUnpriced(): Promise<{ readonly data: readonly UnpricedUsage[]; readonly asOf: string }> {
    return this.corrections.listUnpriced();
  }

  @Operate(OPERATIONS.listPriceCorrections)
  list(@Input() input: OperationInput<Operations['listPriceCorrections']>): Promise<Page<PriceCorrection>> {
    return this.corrections.list(input.query);
  }

  @Operate(OPERATIONS.createPriceCorrection)
  create(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['createPriceCorrection']>,
  ): Promise<PriceCorrectionDetail> {
    return this.corrections.request(actor, input.body);
  }

  @Operate(OPERATIONS.readPriceCorrection)
  read(@Input() input: OperationInput<Operations['readPriceCorrection']>): Promise<PriceCorrectionDetail> {
    return this.corrections.read(input.params.priceCorrectionId);
  }

  @Operate(OPERATIONS.postPriceCorrection)
  post(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['postPriceCorrection']>,
  ): Promise<PriceCorrectionDetail> {
    return this.corrections.post(actor, input);
  }

  @Operate(OPERATIONS.cancelPriceCorrection)
  cancel(@Caller() actor: Actor, @Input() input: OperationInput<Operations['cancelPriceCorrection']>): Promise<void> {
    return this.corrections.cancel(actor, input.params.priceCorrectionId);
  }

  @Operate(OPERATIONS.listPriceDifferences)
  listDifferences(
    @Input() input: OperationInput<Operations['listPriceDifferences']>,
  ): Promise<{ readonly data: readonly PriceDifference[] }> {
    return this.differences.list(input.query.state);
  }

  @Operate(OPERATIONS.resolvePriceDifference)
  resolve(
    @Caller() actor: Actor,
    @Input() input: OperationInput<Operations['resolvePriceDifference']>,
  ): Promise<PriceDifference> {
    return this.differences.resolve(actor, input);
  }
}
