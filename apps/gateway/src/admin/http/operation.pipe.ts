import { createParamDecorator, Injectable, type ExecutionContext, type PipeTransform } from '@nestjs/common';
import type { Operation, OperationInput } from '@tollgate/wire';
import type { FastifyRequest } from 'fastify';
import { operationOf } from './operation-metadata.js';
import { parseOperationInput, type RawInput } from './operation-input.js';

interface OperationRequest {
  readonly operation: Operation;
  readonly raw: RawInput;
}

/** Turns a raw request into the validated input of its operation. */
@Injectable()
class OperationPipe implements PipeTransform<OperationRequest, OperationInput<Operation>> {
  transform({ operation, raw }: OperationRequest): OperationInput<Operation> {
    return parseOperationInput(operation, raw);
  }
}

const RawOperationRequest = createParamDecorator((_: unknown, context: ExecutionContext): OperationRequest => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  const { params, query, body, headers } = request;
  return {
    operation: operationOf(context),
    raw: {
      params,
      query,
      body,
      contentType: headers['content-type'],
      ifMatch: headers['if-match'],
      idempotencyKey: [headers['idempotency-key']].flat().join(', '),
    },
  };
});

/** The validated input of the operation that the method performs. */
export const Input = (): ParameterDecorator => RawOperationRequest(OperationPipe);
