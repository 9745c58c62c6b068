import type { ExecutionContext } from '@nestjs/common';
import type { Operation } from '@tollgate/wire';

const OPERATION = Symbol('operation');

export const markOperation =
  (operation: Operation): MethodDecorator =>
  (_target, _key, descriptor) => {
    Reflect.defineMetadata(OPERATION, operation, descriptor.value as object);
  };

/** The operation that a handler performs. @throws TypeError for a handler without one: a mistake of ours. */
export function operationOf(context: ExecutionContext): Operation {
  const operation: unknown = Reflect.getMetadata(OPERATION, context.getHandler());
  if (operation === undefined) throw new TypeError(`${context.getHandler().name} has no operation`);
  return operation as Operation;
}
